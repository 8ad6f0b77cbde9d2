#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# libiommu-mock as it is built and installed: what it exports and documents,
# what it must not do, that programs can be built against it, and what it does
# on a recorded tree.
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
top=$here/..
header=$top/include/iommu-mock.h
version=$(sed -n 's/^#define IOMMU_MOCK_VERSION "\(.*\)"/\1/p' "$top/../module/abi.h")
dest=$tmp/dest
lib=$dest/usr/lib
CC=${CC:-gcc}

run make -s -C "$top" O="$tmp/build" DESTDIR="$dest" PREFIX=/usr install
is "$status:$err" "0:" "it is built and installed below DESTDIR"
is "$(cd "$dest/usr" && find include lib share/man/man3 ! -type d ! -path '*/iommu_mock/*' | sort | tr '\n' ' ')" \
	"include/iommu-mock-nested.h include/iommu-mock.h lib/libiommu-mock.a lib/libiommu-mock.so lib/libiommu-mock.so.0 lib/libiommu-mock.so.$version lib/pkgconfig/libiommu-mock.pc share/man/man3/libiommu-mock.3 " \
	"library, header, pkg-config file and man page"
is "$(readlink "$lib/libiommu-mock.so") $(readlink "$lib/libiommu-mock.so.0")" \
	"libiommu-mock.so.0 libiommu-mock.so.$version" "each name points to the next"
cmp -s "$header" "$dest/usr/include/iommu-mock.h"
ok "the header is installed as it is" test $? = 0

# One list of functions, in five places.
declared=$("$CC" -fpreprocessed -dD -E -P "$header" 2>/dev/null | grep -oE '\<imock_[a-z_]+\(' | tr -d '(' | sort -u)
ok "the header declares functions" test "$(wc -l <<<"$declared")" -gt 60
is "$(nm -D --defined-only "$lib/libiommu-mock.so" | awk '$2 != "A" { print $3 }' | sort)" \
	"${declared//$'\n'/@@IMOCK_0.1$'\n'}@@IMOCK_0.1" "the shared library has these, with their version, and nothing else"
is "$(nm -g --defined-only "$lib/libiommu-mock.a" | awk 'NF == 3 { print $3 }' | sort)" "$declared" \
	"and so has the static one"
is "$(sed -n 's/^\t\(imock_[a-z_]*\);$/\1/p' "$top/libiommu-mock/libiommu-mock.map" | sort)" "$declared" \
	"and the map"
# After the prototypes: in a paragraph of its own.
page=$dest/usr/share/man/man3/libiommu-mock.3
is "$(sed '1,/^\.SH DESCRIPTION/d' "$page" | grep '^\.BR' | grep -oE '\<imock_[a-z_]+\>' | sort -u)" "$declared" \
	"the man page explains each"
is "$(sed '/^\.SH DESCRIPTION/,$d' "$page" | grep -oE '\<imock_[a-z_]+\(' | tr -d '(' | sort)" "$declared" \
	"and shows its prototype"
like "$(head -n 3 "$page")" "iommu.-mock $version" "of this version"
if command -v groff >/dev/null; then
	is "$(groff -man -Tascii -ww -z "$page" 2>&1)" "" "groff has nothing to say about it"
else
	skip "no groff to read the man page"
fi
# What stands together is explained together.
is "$(awk -v RS= '/imock_[a-z_]+\(/ && !/\/\*/' "$header")" "" "each function in the header is in a paragraph with a comment"

# What a library does not do, and what it does not have.
is "$(nm -D --undefined-only "$lib/libiommu-mock.so" | grep -oE '\<(exit|_exit|abort|printf|puts|putchar|fputs|fputc|fwrite|vprintf|fprintf|vfprintf|perror|stdout|stderr|err|errx|warn|warnx|__assert_fail|signal|sigaction|sigprocmask|pthread_sigmask|sigpending|signalfd|atexit)\>')" \
	"" "it does not print, end the program, or handle signals"
# In .data or .bss: what is not constant and not each thread's own.
global_data() {
	readelf -SW "$1" | sed -n 's/^ *\[ *\([0-9]*\)\] \.\(data\|bss\) .*/\1/p' | while read -r section; do
		readelf -sW "$1" | awk -v s="$section" '$7 == s && $4 != "SECTION" && $3 > 0 { print $8 }'
	done | grep -v '^completed\.[0-9]*$\|^__dso_handle$'
}
is "$(global_data "$lib/libiommu-mock.so")" "" "it has no global state"
is "$(readelf -dW "$lib/libiommu-mock.so" | sed -n 's/.*(\(SONAME\|NEEDED\)).*\[\(.*\)\]/\1 \2/p' | grep -v ld-linux | sort | tr '\n' ' ')" \
	"NEEDED libc.so.6 NEEDED libkmod.so.2 SONAME libiommu-mock.so.0 " "its soname, and what it needs"

# The header alone, as others compile.
echo '#include <iommu-mock.h>' >"$tmp/alone.c"
cp "$tmp/alone.c" "$tmp/alone.cc"
for words in "gcc -std=c99" "gcc -std=gnu2x" "g++ -std=c++98" "g++ -std=c++20" \
	"clang -std=c99" "clang++ -std=c++17"; do
	file=$tmp/alone.c
	[ "${words#*++ }" = "$words" ] || file=$tmp/alone.cc
	# shellcheck disable=SC2086 # they are words
	if ! $words -fsyntax-only -xc /dev/null 2>/dev/null && ! $words -fsyntax-only -xc++ /dev/null 2>/dev/null; then
		skip "no $words here"
		continue
	fi
	# shellcheck disable=SC2086
	run $words -Wall -Wextra -Wconversion -Wshadow -pedantic -Werror -fsyntax-only -I "$dest/usr/include" "$file"
	is "$status:$err" "0:" "the header compiles alone: $words"
done

# As a user builds: with nothing but what pkg-config says.
pc() {
	PKG_CONFIG_PATH=$lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$1 pkg-config "${@:2}" libiommu-mock
}
is "$(pc '' --modversion)" "$version" "pkg-config knows the version"
# The machine's own libraries are not below DESTDIR.
is "$(pc "$dest" --cflags --libs | xargs)" "-I$dest/usr/include -L$dest/usr/lib -liommu-mock" \
	"pkg-config: a program needs nothing else"
is "$(pc '' --define-variable=prefix=/x --cflags | xargs)" "-I/x/include" "pkg-config: it can be moved"
like "$(pc '' --static --libs)" '-lkmod' "pkg-config: a static one does"
cp "$here/../../docs/examples"/{refused,placements}.c "$tmp/"
for example in refused placements; do
	for std in gnu99 c11; do
		# shellcheck disable=SC2046
		run "$CC" "-std=$std" -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Werror -o "$tmp/$example" \
			"$tmp/$example.c" $(pc "$dest" --cflags --libs)
		is "$status:$err" "0:" "$example is built as $std"
	done
	run env LD_LIBRARY_PATH="$lib" ldd "$tmp/$example"
	like "$out" "libiommu-mock\.so\.0 => $lib" "$example is linked to the shared library"
	# shellcheck disable=SC2046
	run "$CC" -o "$tmp/$example-static" "$tmp/$example.c" $(pc "$dest" --cflags) \
		"$lib/libiommu-mock.a" $(pkg-config --libs libkmod)
	is "$status:$err" "0:" "$example is built with the static library"
	unlike "$(ldd "$tmp/$example-static")" libiommu-mock "$example needs no shared one then"
	if [ "$(id -u)" != 0 ] || [ -e /sys/module/iommu_mock ]; then
		skip "$example could really be run"
		continue
	fi
	run env LD_LIBRARY_PATH="$lib" setpriv --reuid=65534 --regid=65534 --clear-groups "$tmp/$example-static"
	like "$status:$err" "^1:$example: .*must run as root" "$example says that it must be root"
done

# What README and the man page show is a program, too.
sed -n '/^    #include <err.h>/,/^    }$/s/^    //p' "$top/../README.md" >"$tmp/readme.c"
sed -n '/^\.SH EXAMPLES/,/^\.fi/p' "$page" | sed '/^\./d; s/\\-/-/g' >"$tmp/man.c"
for example in readme man; do
	like "$(cat "$tmp/$example.c")" "imock_new" "$example has a program"
	# shellcheck disable=SC2046
	run "$CC" -std=gnu11 -Wall -Wextra -Werror -o "$tmp/$example" "$tmp/$example.c" $(pc "$dest" --cflags --libs)
	is "$status:$err" "0:" "the program in $example compiles"
done

# Names that any program may have must not meet those inside.
cat >"$tmp/names.c" <<'EOT'
#include <iommu-mock.h>
int fail = 1, error = 2, callers = 3;
int say(void) { return 4; }
void warning(void) { __builtin_trap(); }
void *xalloc(void) { __builtin_trap(); }
char *xprintf(void) { __builtin_trap(); }
int knobs_open(void) { __builtin_trap(); }
int main(int argc, char **argv)
{
	struct imock *im = imock_new(argv[argc - 1]);
	int err = imock_open(im) || imock_add_buffer(im, "names", 4096);

	imock_free(im);
	return err || fail != 1 || error != 2 || callers != 3;
}
EOT
tree shared
for how in "$lib/libiommu-mock.a" "-L$lib -liommu-mock"; do
	# shellcheck disable=SC2046,SC2086
	"$CC" -w -o "$tmp/names" "$tmp/names.c" -I "$dest/usr/include" $how $(pkg-config --libs libkmod)
	run env LD_LIBRARY_PATH="$lib" "$tmp/names" "$tree"
	is "$status:$err" "0:" "names of the program's own: ${how##*/}"
done
is "$(cat "$knobs/new_buffer")" "names 4096
names 4096" "and the library has made the buffers"

# In a recorded tree, a file that takes a line and has no answer, and files with answers.
more_files() {
	mkdir "$knobs/domains/clean"
	ln -s /dev/null "$knobs/domains/clean/dirty"
	echo "group=7 pasid=5 iova=0x1000 access=rw" >"$knobs/devices/dev1/request"
	echo "access id=1 ioas=1 pins=0 unmaps=0
read iova=0x1000 size=0x40 sum=0x0a0b0c0d data=00" >"$knobs/access"
}

# on_tree NAME PROGRAM...: what a test of the library makes of a fresh tree.
on_tree() {
	local bad
	tree shared
	more_files
	run "${@:2}" "$tree"
	bad=$(grep -A 1 '^not ok' <<<"$out")
	[ "$status" = 0 ] && [ -z "$bad$err" ] && [ "$(grep -c '^ok' <<<"$out")" = "$(sed -n 's/^1\.\.//p' <<<"$out")" ]
	verdict $? "$1" "$(last_run)"
}

sanitize="-fsanitize=address,undefined -fno-sanitize-recover=all"
wrote() {
	is "$(cat "$knobs/$1")" "$2" "it wrote to $1"
}
# sanitized NAME: library-NAMEtest.c on a tree.
sanitized() {
	# shellcheck disable=SC2086
	run "$CC" $sanitize -g -O1 -Wall -Wextra -Werror -I "$top/include" -o "$tmp/asan" "$here/library-$1test.c" \
		"$top/build-asan/libiommu-mock.a" -lkmod
	is "$status:$err" "0:" "library-$1test builds with sanitizers"
	on_tree "library-$1test on a tree: nothing wrong, nothing leaked" "$tmp/asan"
}
sanitized ''
wrote new_instance "i1 ias=39 policy=any
i2"
wrote new_device "d instance=i1 bus=pci"
wrote new_domain "m device=d
t device=d dirty=1
u device=d"
wrote del_instance i1
sed -i 's/^s[0-9]*-buf$/its own/' "$knobs/del_buffer"
wrote del_buffer "b
its own"
wrote instances/smmu0/policy "compatible
any"
wrote domains/dom0/attach "dev0
dev0 unclaimed"
wrote domains/dom0/map "0x1000 buf0 offset=0x0 prot=rw
0x2000 buf0 offset=0x1000 size=0x2000 prot=r"
wrote domains/dom0/unmap "0x1000 0x2000"
wrote groups/g1/claim "1
0"
wrote domains/dom0/replace_group g1
wrote domains/spare/attach "nic0 pasid=5"
wrote domains/spare/detach "nic0 pasid=6"
wrote domains/spare/replace "nic0 pasid=0"
wrote domains/dom0/dirty "on
off
read
peek 0x1000 0x2000"
wrote devices/dev1/sva "pasid=9 domain=d3
bind
unbind"
is "$(sed 1d "$knobs/devices/dev0/dma")" "read 0x1000 32 pasid=5
write 0x1000 8 pattern=0x1 pasid=0
copy 0x1000 8 to=0x2000 pasid=5" "the DMA that it asked for has a PASID"
wrote reset 1
sanitized request-
wrote devices/dev0/request "rw 0x1000 pasid=5"
wrote domains/dom0/handler "map buf0
none"
wrote domains/dom0/answer "dev0 failure
nic0 success group=4294967295"
wrote access "new fd=5 pins=0
detach
new fd=5
attach 4294967295
replace 8
pin 0x1000 0x2000 write=1
pin 0xfffffffffffff000 0x1000 write=0
unpin 0x1000 0x2000
write 0x1001 0x3 pattern=0x1122334455667788
read 0x1002 0x2
detach
detach"
for name in '' request-; do
	if ! command -v valgrind >/dev/null; then
		skip "no valgrind"
		continue
	fi
	"$CC" -g -O1 -I "$top/include" -o "$tmp/plain" "$here/library-${name}test.c" -L"$lib" -liommu-mock
	on_tree "library-${name}test by valgrind, with the shared library" env LD_LIBRARY_PATH="$lib" \
		valgrind -q --leak-check=full --error-exitcode=99 "$tmp/plain"
done
# shellcheck disable=SC2086
run "$CC" $sanitize -g -O1 -Wall -Wextra -Werror -Wl,--wrap=calloc,--wrap=realloc \
	-Wl,--wrap=strdup,--wrap=strndup,--wrap=vasprintf -I "$top/include" -o "$tmp/memory" \
	"$here/library-memory-test.c" "$top/build-asan/libiommu-mock.a" -lkmod
is "$status:$err" "0:" "the test without memory builds"
tree shared
more_files
# What had begun may be left behind then.
run env ASAN_OPTIONS=detect_leaks=0 "$tmp/memory" "$tree"
is "$status:$(grep -c '^ok' <<<"$out"):$(grep '^not' -A 1 <<<"$out")" "0:10:" \
	"without memory everything fails, and nothing is lost or broken"
done_testing
