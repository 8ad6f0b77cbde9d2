#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The tool and the library build with the flags that distributions build their
# packages with, and the static library exports what the shared one does.
cd "$(dirname "$0")/.." || exit
# shellcheck source=../../tests/tap.sh
. ../tests/tap.sh
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# What the version script exports.
exported=$(sed -n 's/^[[:space:]]*\(imock_[a-z0-9_]*\);.*/\1/p' libiommu-mock/libiommu-mock.map | sort)
[ "$(wc -l <<<"$exported")" -gt 60 ]
verdict $? "the version script lists the functions" "$exported"

# built NAME CFLAGS LDFLAGS
built() {
	local name=$1
	run make -s -j"$(nproc)" O="$dir/$name" CFLAGS="$2" LDFLAGS="${3:-}" all
	is "$status" 0 "$name: builds"
	[ "$status" = 0 ] || printf '%s\n' "$err" | head -n 20 | sed 's/^/#   /'
	is "$(nm -g --defined-only "$dir/$name/libiommu-mock.a" 2>/dev/null | sed -n 's/.* [A-Z] //p' | sort)" \
		"$exported" "$name: the static library exports the functions, and no other name"
	printf '#include <iommu-mock.h>\nint main(void) { imock_free(imock_new(0)); return 0; }\n' >"$dir/use.c"
	ok "$name: a program links it" cc -Iinclude -o "$dir/use-$name" "$dir/use.c" \
		"$dir/$name/libiommu-mock.a" -lkmod -lm -pthread
	ok "$name: and runs" "$dir/use-$name"
	ok "$name: the tool runs" "$dir/$name/iommu-mock" --version
	rm -rf "${dir:?}/$name"
}

built optimised '-O3'
built fedora '-O2 -flto=auto -ffat-lto-objects -fexceptions -g -pipe -Wall -Werror=format-security -Wp,-U_FORTIFY_SOURCE,-D_FORTIFY_SOURCE=3 -fstack-protector-strong -fasynchronous-unwind-tables -fstack-clash-protection -fcf-protection -fno-omit-frame-pointer' \
	'-Wl,-z,relro -Wl,--as-needed -Wl,-z,now -flto=auto'
built opensuse '-O2 -Wall -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -funwind-tables -fasynchronous-unwind-tables -fstack-clash-protection -Werror=return-type -flto=auto -g' \
	'-flto=auto'
built ubuntu '-g -O2 -fno-omit-frame-pointer -mno-omit-leaf-frame-pointer -flto=auto -ffat-lto-objects -fstack-protector-strong -fstack-clash-protection -Wformat -Werror=format-security -fcf-protection -Wdate-time -D_FORTIFY_SOURCE=3' \
	'-Wl,-Bsymbolic-functions -flto=auto -ffat-lto-objects -Wl,-z,relro -Wl,-z,now'

# The project's own checks let no warning through; a package's build does.
echo 'static void never_called(void) { }' >"$dir/warns.h"
for strict in 1 ''; do
	run make -s O="$dir/strict$strict" CFLAGS="-O0 -include $dir/warns.h" WERROR=$strict "$dir/strict$strict/cli/values.o"
	is "$status" "$((strict * 2))" "WERROR=$strict: a warning is ${strict:-no} error"
	like "$err" never_called "and is shown"
done
done_testing
