#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# scripts/install-module with each release's own dkms, on a small module in a copy
# of a build root: what it asks for first, that the module which was built last is
# the one that is installed, and that nothing is left of it.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
# shellcheck source=roots.sh
. tests/vm/roots.sh
dir=$(mktemp -d)

# small_tree LANE: a copy of its build root, with a small module.
small_tree() {
	overlaid "$1" || return
	mkdir "$dir/root/tree" "$dir/root/tree/scripts" "$dir/root/tree/module"
	cp scripts/install-module "$dir/root/tree/scripts/"
	cp dkms.conf LICENSE "$dir/root/tree/"
	cp module/abi.h tests/vm/modules/vmtest_good.c "$dir/root/tree/module/"
	printf 'obj-m := iommu_mock.o\niommu_mock-y := module/vmtest_good.o\n' >"$dir/root/tree/Kbuild"
}

# install_module WORD...: scripts/install-module there, with what $with says.
with=()
install_module() {
	run env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "${with[@]}" \
		chroot "$dir/root" /tree/scripts/install-module "$@"
}

# description: of the module that modprobe finds.
description() {
	chroot "$dir/root" modinfo -k "$release" -F description iommu_mock 2>/dev/null
}

described() {
	sed -i "s/^MODULE_DESCRIPTION(.*/MODULE_DESCRIPTION(\"$1\");/" "$dir/root/tree/module/vmtest_good.c"
	grep -q "$1" "$dir/root/tree/module/vmtest_good.c" ||
		echo "MODULE_DESCRIPTION(\"$1\");" >>"$dir/root/tree/module/vmtest_good.c"
}

if [ "${1:-}" != inside ]; then
	for lane in debian-11 debian-13; do
		scripts/lanes/build "$lane" >/dev/null || exit
	done
	exec unshare --mount --propagation private "$0" inside
fi

for lane in debian-11 debian-13; do
	small_tree "$lane"
	verdict $? "$lane: a copy of the build root"
	install_module check
	is "$status" 1 "$lane: check: the running kernel has no headers there"
	like "$err" "the (running kernel|headers of kernel) $(uname -r) .* KERNEL= \(there are headers of ${release//+/.}\)" "and the sentence says what to set"
	with=(KERNEL=1.2.3)
	install_module check
	like "$status:$err" "1:.*the headers of kernel 1.2.3 are missing" "$lane: check: no headers of the kernel that is named"
	with=("KERNEL=$release")
	install_module check
	like "$status:$err" "0:.*after a reboot into that, now $(uname -r) runs" "$lane: check: it is built for another kernel than the running one"

	described first
	install_module install
	is "$status:$(description)" "0:first" "$lane: installed"
	described second
	install_module install
	is "$status:$(description)" "0:second" "$lane: installed again, the same version is the new module"
	sed -i 's/^#define IOMMU_MOCK_VERSION .*/#define IOMMU_MOCK_VERSION "9.9.9"/' "$dir/root/tree/module/abi.h"
	described third
	install_module install
	is "$status:$(description)" "0:third" "$lane: a new version takes the place of the old one"
	is "$(cd "$dir/root/usr/src" && echo iommu-mock-*)" "iommu-mock-9.9.9" "and its sources"
	install_module uninstall
	is "$status:$(description)" "0:" "$lane: uninstalled"
	is "$(find "$dir/root/usr/src" "$dir/root/var/lib/dkms" "$dir/root/lib/modules" -name 'iommu[-_]mock*')" "" "and nothing is left"
	install_module uninstall
	is "$status" 0 "$lane: uninstalled once more: there is nothing to do"

	mv "$dir/root/usr/sbin/dkms" "$dir/root/tree/"
	install_module check
	like "$status:$err" "1:.*dkms is missing: install the package dkms" "$lane: check: no dkms"
	with=()
	umount -R -l "$dir"
done

with=(DESTDIR=/staged)
small_tree debian-13
install_module install
is "$status:$(cd "$dir/root/staged/usr/src/iommu-mock-"* && find . -type f | sort | tr '\n' ' ')" \
	"0:./Kbuild ./LICENSE ./dkms.conf ./module/abi.h ./module/vmtest_good.c " "DESTDIR: the sources, and no more"
is "$(env -u TMPDIR chroot "$dir/root" dkms status 2>&1)" "" "and dkms does not know it"
install_module uninstall
is "$(find "$dir/root/staged" ! -type d)" "" "DESTDIR: uninstalled"
umount -R -l "$dir" && rmdir "$dir"
done_testing
