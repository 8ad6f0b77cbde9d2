#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The recorder on a kernel that is locked down for confidentiality.
# vm: --cmdline lockdown=confidentiality
# needs: a kernel with lockdown
# timeout: 120
# shellcheck source=lib.sh
. ./lib.sh
mount -t securityfs none /sys/kernel/security
[ -e /sys/kernel/security/lockdown ] || skip_all "not a kernel with lockdown"
sentence="the kernel is locked down (confidentiality) and closes tracefs: boot without lockdown="
out=$(iommu-mock record --output rec -- true 2>&1)
is "$?:$out" "3:iommu-mock: $sentence" "the recorder names the lockdown"
umount /sys/kernel/security
out=$(iommu-mock record --output rec -- true 2>&1)
is "$?:$out" "3:iommu-mock: $sentence" "also where securityfs is not mounted"
[ ! -e rec ]
ok $? "nothing is written"
done_testing
