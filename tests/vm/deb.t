#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The Debian packages, in copies of the build roots of Debian 12 and 13: they are
# built there, lintian is content, apt installs, upgrades and purges them, and dkms
# builds the module for the kernel of the lane, and for one that is installed later.
# Usage: tests/vm/deb.t [LANE...]
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
# shellcheck source=roots.sh
. tests/vm/roots.sh
dir=$(mktemp -d)

# package NAME: its file, as it is called there.
package() {
	(cd "$dir/root" && printf '/%s' "packages/$1"_*.deb)
}

# contents NAME: its files, but for the sources of the module and the documents.
contents() {
	dpkg-deb --fsys-tarfile "$dir/root$(package "$1")" | tar -t | grep -v '/$' | sed 's|^\./||' |
		grep -vE '^usr/src/iommu-mock-[^/]*/module/|^usr/share/doc/' | sed "s|$(uname -m)-linux-gnu|*|" |
		sort | tr '\n' ' '
}

# present: all files there, but for what apt, dpkg and ldconfig keep for themselves, the
# links to the newest kernel, the key by which dkms signs the modules of all packages, and
# the index that depmod makes of the modules of $other, a kernel without an image.
present() {
	(cd "$dir/root" && find . -xdev \( -path ./packages -o -path ./tree -o -path ./proc -o -path ./dev -o -path ./tmp \
		-o -path ./var/cache -o -path ./var/log -o -path ./var/lib/apt -o -path './var/lib/dpkg/*-old' \
		-o -path './var/lib/dkms/mok.*' -o -path './vmlinuz*' -o -path './initrd.img*' \
		-o -path "./usr/lib/modules/$other" \) -prune -o -print | sort)
}

version_of_module() {
	chroot "$dir/root" modinfo -k "$release" -F version iommu_mock 2>&1
}

# built VERSION: the packages of the tree with that version.
built() {
	sed -i "s/^#define IOMMU_MOCK_VERSION .*/#define IOMMU_MOCK_VERSION \"$1\"/" "$dir/root/tree/module/abi.h"
	inside /tree/scripts/deb /packages
}

tests_of() {
	local names='iommu-mock iommu-mock-dkms libiommu-mock0 libiommu-mock-dev python3-iommu-mock' before name files=() doubled other=none
	apt update
	inside apt-get -q -y --no-install-recommends build-dep "/tree/packaging"
	inside apt-get -q -y --no-install-recommends install lintian man-db
	is "$status" 0 "$lane: the packages that building needs are there"
	[ "$status" = 0 ] || return

	built 1.2.3
	is "$status:$err" "0:" "$lane: the packages are built"
	is "$(cd "$dir/root/packages" && for name in *.deb; do echo "${name%%_*}"; done | grep -v dbgsym | sort | tr '\n' ' ')" \
		"iommu-mock iommu-mock-dkms libiommu-mock-dev libiommu-mock0 python3-iommu-mock " "$lane: the five packages"
	inside sh -c 'lintian -I --allow-root --fail-on info,warning,error /packages/*.changes'
	is "$status:$out" "0:" "$lane: lintian is content"
	is "$(contents iommu-mock | sed -E 's|usr/share/man/man8/iommu-mock-[a-z]+\.8\.gz ||g')" \
		"usr/sbin/iommu-mock usr/share/bash-completion/completions/iommu-mock usr/share/fish/vendor_completions.d/iommu-mock.fish usr/share/man/man8/iommu-mock.8.gz usr/share/zsh/vendor-completions/_iommu-mock " \
		"$lane: iommu-mock has the tool, its man pages and completion for three shells"
	is "$(contents iommu-mock-dkms)" "usr/src/iommu-mock-1.2.3/Kbuild usr/src/iommu-mock-1.2.3/dkms.conf " \
		"$lane: iommu-mock-dkms has the sources of the module"
	is "$(contents libiommu-mock0)" "usr/lib/*/libiommu-mock.so.0 usr/lib/*/libiommu-mock.so.1.2.3 " "$lane: libiommu-mock0"
	is "$(contents libiommu-mock-dev)" "usr/include/iommu-mock-nested.h usr/include/iommu-mock.h usr/lib/*/libiommu-mock.a usr/lib/*/libiommu-mock.so usr/lib/*/pkgconfig/libiommu-mock.pc usr/share/man/man3/libiommu-mock.3.gz " \
		"$lane: libiommu-mock-dev"
	is "$(contents python3-iommu-mock)" "usr/lib/python3/dist-packages/iommu_mock/__init__.py usr/lib/python3/dist-packages/iommu_mock/_copy.py usr/lib/python3/dist-packages/iommu_mock/_lib.py usr/lib/python3/dist-packages/iommu_mock/_results.py usr/lib/python3/dist-packages/iommu_mock/_types.py usr/lib/python3/dist-packages/iommu_mock/py.typed usr/lib/python3/dist-packages/iommu_mock/pytest_plugin.py " \
		"$lane: python3-iommu-mock"
	doubled=$(for name in $names; do
		dpkg-deb --fsys-tarfile "$dir/root$(package "$name")" | tar -t | grep -v '/$'
	done | sort | uniq -d)
	is "$doubled" "" "$lane: no file is in two packages"

	before=$(present)
	for name in $names; do
		files+=("$(package "$name")")
	done
	apt install --no-install-recommends "${files[@]}"
	is "$status" 0 "$lane: apt installs them"
	is "$(version_of_module)" 1.2.3 "$lane: dkms has built the module for kernel $release"
	inside iommu-mock --version
	is "$out" "iommu-mock 1.2.3" "$lane: the tool runs"
	inside sh -c 'man -w iommu-mock && for noun in $(iommu-mock --complete ""); do man -w "iommu-mock-$noun" || exit; done'
	is "$status:$(grep -c man8 <<<"$out")" "0:$(($(chroot "$dir/root" iommu-mock --complete "" | wc -l) + 1))" \
		"$lane: man finds its page and that of each noun"
	inside sh -c 'cc -o /tmp/refused /usr/share/doc/libiommu-mock-dev/examples/refused.c $(pkg-config --cflags --libs libiommu-mock)'
	is "$status:$err" "0:" "$lane: a program can be built with the library"
	inside python3 -c 'import iommu_mock; print(iommu_mock.version())'
	is "$out" 1.2.3 "$lane: Python finds the package, and that the library"

	# Another kernel's headers are installed: those of the flavour for clouds.
	apt install --no-install-recommends linux-headers-cloud-amd64
	other=$(cd "$dir/root/usr/src" && echo linux-headers-*-cloud-amd64)
	other=${other#linux-headers-}
	is "$status:$(release=$other version_of_module)" "0:1.2.3" "$lane: dkms builds the module for a kernel that is installed later ($other)"

	built 1.2.4
	files=()
	for name in $names; do
		files+=("$(package "$name")")
	done
	apt install --no-install-recommends "${files[@]}"
	is "$status:$(version_of_module):$(cd "$dir/root/usr/src" && echo iommu-mock-*)" "0:1.2.4:iommu-mock-1.2.4" \
		"$lane: an upgrade leaves the new module alone"
	# shellcheck disable=SC2086
	apt purge --autoremove $names linux-headers-cloud-amd64 "linux-headers-$other" "linux-image-$other"
	is "$status" 0 "$lane: apt purges them"
	is "$(diff <(echo "$before") <(present))" "" "$lane: and nothing is left or missing"
}

if [ "${1:-}" != inside ]; then
	[ $# -gt 0 ] || set -- debian-12 debian-13
	for lane; do
		scripts/lanes/build "$lane" >/dev/null || exit
	done
	exec unshare --mount --propagation private "$0" inside "$@"
fi
shift
for lane; do
	copied "$lane"
	verdict $? "$lane: a copy of the build root"
	tests_of
	umount -R -l "$dir"
done
rmdir "$dir"
done_testing
