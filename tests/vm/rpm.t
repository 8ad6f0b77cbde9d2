#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The RPM packages: rpmlint accepts the .spec, and rpmbuild builds it on this machine.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# lint SPEC
lint() {
	run rpmlint -r packaging/iommu-mock.rpmlintrc "$1"
	out=$(grep -E '^[^ ]+: [EW]:' <<<"$out")
}
lint packaging/iommu-mock.spec
is "$status:$out" "0:" "rpmlint accepts the .spec"
sed 's|%{_libdir}|/usr/lib|' packaging/iommu-mock.spec >"$tmp/iommu-mock.spec"
lint "$tmp/iommu-mock.spec"
like "$out" "hardcoded-library-path" "and not one that knows where libraries are"

# What is installed here is no RPM.
RPMBUILD_OPTIONS=--nodeps run scripts/rpm "$tmp/out"
is "$status:$err" "0:" "the packages are built"
# contents NAME: its files, but for documents and links to debug information.
contents() {
	rpm -qpl "$tmp/out/$1"-[0-9]*.rpm 2>/dev/null | grep -vE '/\.build-id|/usr/share/(doc|licenses)/' |
		sed -E "s/[0-9]+\.[0-9]+\.[0-9]+/VERSION/; s/lib(64)?\//lib\//; s|man8/iommu-mock-[a-z]+\.8|man8/*|" | sort -u | tr '\n' ' '
}
is "$(contents iommu-mock)" "/usr/sbin/iommu-mock /usr/share/bash-completion/completions/iommu-mock /usr/share/fish/vendor_completions.d/iommu-mock.fish /usr/share/man/man8/* /usr/share/man/man8/iommu-mock.8 /usr/share/zsh/site-functions/_iommu-mock " \
	"the tool"
is "$(contents iommu-mock-libs)" "/usr/lib/libiommu-mock.so.0 /usr/lib/libiommu-mock.so.VERSION " "the library"
is "$(contents iommu-mock-devel)" "/usr/include/iommu-mock-nested.h /usr/include/iommu-mock.h /usr/lib/libiommu-mock.so /usr/lib/pkgconfig/libiommu-mock.pc /usr/share/man/man3/libiommu-mock.3 " \
	"its development files"
like "$(contents python3-iommu-mock)" "/site-packages/iommu_mock/__init__.py .*/pytest_plugin.py " "the Python package"
is "$(rpm -qp --qf '%{VERSION}' "$tmp"/out/iommu-mock-[0-9]*.rpm 2>/dev/null)" \
	"$(sed -n 's/^#define IOMMU_MOCK_VERSION "\(.*\)"$/\1/p' module/abi.h)" "of the version in module/abi.h"
mkdir "$tmp/root"
(cd "$tmp/root" && for file in "$tmp"/out/*.rpm; do rpm2cpio "$file" | cpio -id --quiet; done)
like "$(LD_LIBRARY_PATH=$(echo "$tmp"/root/usr/lib*/) "$tmp/root/usr/sbin/iommu-mock" --version)" "^iommu-mock [0-9]" "the tool runs"
done_testing
