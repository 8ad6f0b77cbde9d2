#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Access objects of iommufd (the file "access"): memory that is pinned, read and written
# without an IOMMU, and what ends that (helpers/iommufd-access.c). What is expected is
# that of device.c and io_pagetable.c in drivers/iommu/iommufd/.
# needs: a kernel with CONFIG_IOMMUFD
# leaks: yes
# shellcheck source=lib.sh
. ./lib.sh
load
if [ "$(value_in "$mock/build_info" access)" = 0 ]; then
	refused EOPNOTSUPP access "new fd=0" "no access objects.*CONFIG_IOMMUFD"
	is "$(cat "$mock/access")" "" "and there is none"
	skip "needs a kernel with CONFIG_IOMMUFD"
	done_testing
fi
refused ENOENT access "new fd=0" "iommufd is not loaded"
modprobe iommufd
refused EBADFD access "new fd=0" "no open /dev/iommu"
refused EINVAL access "bogus" "none of new"
refused EINVAL access "new fd=-1"
refused EINVAL access "new fd=4294967295" "no file descriptor"
refused EINVAL access "attach" "number of an IOAS"
refused EINVAL access "pin 0x1000" "size is missing"
refused EINVAL access "write 0x1000 8" "pattern= is missing"
refused EINVAL access "detach now"

clear_journal
./iommufd-access >/tmp/said 2>&1
is "$? $(grep '^not ok\|^Bail\|^#' /tmp/said)" "0 " "what one process does"
[ "$(grep -c '^ok' /tmp/said)" -ge 87 ]
ok $? "all of it" "$(cat /tmp/said)"
like "$(journal call)" "op=access_pin object=0x100000 arg=0x4000 ret=0" "the journal has a pin"
like "$(journal call)" "op=access_unmap object=0x100000 arg=0x4000 ret=0" "what is unmapped"
like "$(journal call)" "op=access_unmap object=0x0 arg=0xffffffffffffffff ret=0" "and an IOAS that is left"

# A process that is killed.
# Another test of this boot may have left such a file.
: >/tmp/held
./iommufd-access hold >/tmp/held &
soon grep -q held /tmp/held
ok $? "a process holds pins"
said=$(modprobe -r iommu_mock 2>&1) && said="it was unloaded"
like "$said" "Resource temporarily unavailable|in use" "an open file keeps the module"
knob reset 1
clear_journal
kill -9 $!
wait $! 2>/dev/null
like "$(journal call)" "op=access_free .*ret=0" "its object goes with it"
modprobe -r iommufd
ok $? "and nothing of iommufd is in use"
modprobe -r iommu_mock
ok $? "nor of the module"
load
done_testing
