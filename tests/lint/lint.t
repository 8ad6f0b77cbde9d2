#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Every linter and every rule is fed a tree that is clean and one that is not,
# and must tell them apart.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

# A small project that every linter is content with.
clean() {
	rm -rf "$tree"
	mkdir -p "$tree"/module/{policy,pgtable,datapath,objects,knobs,kapi} "$tree"/userspace/lib "$tree"/scripts "$tree"/docs
	rooms
	cp .clang-format "$tree/"
	cp dkms.conf "$tree/"
	put Kbuild '# SPDX-License-Identifier: GPL-2.0-only' 'obj-m := iommu_mock.o' 'iommu_mock-y := module/main.o'
	put module/abi.h '/* SPDX-License-Identifier: GPL-2.0-only */' '#define IOMMU_MOCK_VERSION "0.1.0"'
	module_main 'return 0;'
	put userspace/main.c '// SPDX-License-Identifier: GPL-2.0-only' '#include <stdio.h>' '' \
		'int main(void)' '{' $'\tputs("hello");' $'\treturn 0;' '}'
	put scripts/hello '#!/bin/sh' '# SPDX-License-Identifier: GPL-2.0-only' 'echo "hello"'
}

# put FILE LINE...
put() {
	local file=$tree/$1
	shift
	printf '%s\n' "$@" >"$file"
}

# rooms LINE...: a document that has these arrows beside those of the clean tree.
rooms() {
	put docs/architecture.md '<!-- rooms -->' '' '    module/main.c ->' '    module/abi.h ->' \
		'    userspace/main.c ->' "${@/#/    }" '<!-- end -->'
}

# A header line for the licence, then the rest.
put_c() {
	local file=$1
	shift
	put "$file" '// SPDX-License-Identifier: GPL-2.0-only' "$@"
}

# module_main STATEMENT...: a module with them in its init.
module_main() {
	put_c module/main.c '#include <linux/module.h>' '' 'static int __init sample_init(void)' '{' \
		"${@/#/$'\t'}" '}' 'module_init(sample_init);' '' \
		'static void __exit sample_exit(void)' '{' '}' 'module_exit(sample_exit);' '' \
		'MODULE_DESCRIPTION("sample");' 'MODULE_LICENSE("GPL");'
}

# red LINTER REGEX WHAT: the linter complains about the tree, with these words.
red() {
	run scripts/lint --tree "$tree" "$1"
	like "$status/$out" "^1/1..1.not ok 1 - $1" "$1 refuses $3"
	like "$out" "$2" "$1 names $3"
	clean
}

clean
run scripts/lint --tree "$tree"
is "$status" 0 "the clean tree is clean"
unlike "$out" 'not ok' "to every linter"

put userspace/x.c 'int x;'
red spdx 'userspace/x.c:1' "a source without a licence"
put scripts/x '#!/bin/sh' 'echo x'
red spdx 'scripts/x:1' "a script without a licence"
put dkms.conf 'PACKAGE_VERSION="0.2.0"'
red versions "'0.2.0'.*'0.1.0'" "two versions"
put dkms.conf 'PACKAGE_VERSION="0.1.0"'
red versions 'dkms.conf:1:.*module/abi.h has the version' "a version that is written twice"
put module/abi.h ''
red versions 'no IOMMU_MOCK_VERSION' "a missing version"

for room in policy pgtable datapath; do
	put_c "module/$room/x.c" '#include <linux/iommu.h>'
	red rooms "module/$room/x.c:2:.*pure" "the IOMMU API in $room"
	put_c "module/$room/x.c" '' '# include <linux/debugfs.h>'
	red rooms "module/$room/x.c:3:.*pure" "debugfs in $room"
done
# Two rooms, of which the first includes the second.
two_rooms() {
	rooms 'module/objects -> pgtable' 'module/pgtable ->'
	put_c module/pgtable/y.h ''
	put_c module/objects/x.h '#include "../pgtable/y.h"'
}
two_rooms
run scripts/lint --tree "$tree" rooms
is "$status" 0 "rooms allows an arrow that is in the document"
two_rooms
put_c module/pgtable/x.c '' '#include "../objects/x.h"'
red rooms 'module/pgtable/x.c:3: module/pgtable may not include module/objects' "an arrow that is not in the document"
two_rooms
rooms 'module/objects -> pgtable' 'module/pgtable -> objects'
put_c module/pgtable/x.c '#include "../objects/x.h"'
red rooms 'circle: module/objects -> module/pgtable -> module/objects' "a circle"
two_rooms
put_c module/objects/x.h ''
red rooms 'nothing in module/objects includes module/pgtable' "an arrow that no file has"
two_rooms
rooms 'module/objects -> pgtable'
red rooms 'module/pgtable/y.h:1: its room module/pgtable is not in' "a room that is not in the document"
rooms 'module/gone ->'
red rooms 'docs/architecture.md:6: there is no room module/gone' "a room that has gone"
rm "$tree/docs/architecture.md"
red rooms 'docs/architecture.md: there is no list' "a missing document"
put module/objects/x.h 'void kept(int a,' $'\t  int b);' '' 'struct x *lost(struct x *x);' 'extern const char *const words[];'
put_c module/objects/x.c '#include "x.h"' '/* lost() */' 'void kept(int a, int b)' '{' '}'
red declared 'module/objects/x.h:4: lost .*module/objects/x.h:5: words ' "what is declared and defined nowhere"
put_c userspace/x.h 'int is_a_cat_here(void);' 'int x_also(int a);'
put_c userspace/x.c '#define X(kind) int is_a_##kind##_here(void) { return 0; }' 'X(cat)' 'int x_also(int a)' '{' $'\treturn a;' '}'
run scripts/lint --tree "$tree" declared
is "$status" 0 "declared knows what a macro pastes together"
clean

# In two pieces, as this file is judged, too.
for text in 'it is for who''ever comes' 'Who''ever comes has it' "in no""body's way" "some""body else's page" \
	'It is free. What''ever is written stays.' '"Who'' only reads takes no lock"' 'Who'' waits here ends.'; do
	put_c userspace/x.c "/* $text */"
	red english 'userspace/x.c:2:.*name the subject' "a comment: $text"
	put docs/x.md '# X' '' "$text"
	red english 'docs/x.md:3:' "a document: $text"
done
put scripts/x '#!/bin/sh' '# SPDX-License-Identifier: GPL-2.0-only' '# Who'' writes is told.'
red english 'scripts/x:3:' "a script"
put docs/x.md 'Who is told? A caller who asks.' 'The driver answers, whatever the policy is.' \
	'The table says who owns it.' '"Who owns it?"'
run scripts/lint --tree "$tree" english
is "$status" 0 "english allows questions, and the words inside of a sentence"
clean

wide=$(printf 'word%.0s ' {1..20})
put docs/x.md "$wide" "${wide}x"
red markdown 'docs/x.md:2: 101 characters' "a line of Markdown that is too long"
put docs/x.md "- $wide"
red markdown 'docs/x.md:1: 102 characters' "an item of a list"
put docs/x.md '```' "$wide$wide" '```' "$wide$wide"
red markdown 'docs/x.md:4: 200' "a line behind a block of code"
put docs/x.md "| $wide |" "    $wide$wide" '```' "$wide$wide" '```' "- [x](https://${wide// /-})" "${wide/word/wörd}"
run scripts/lint --tree "$tree" markdown
is "$status" 0 "markdown allows tables, code, and a link"
clean

put_c userspace/x.c 'puts("%llu devices");'
red counts 'userspace/x.c:2' "a number with many behind it"
put_c userspace/x.c 'puts("%" PRIu64' '     " entries are lost");'
red counts 'userspace/x.c:3' "many in the next line"
put_c module/x.c 'puts("%u device%s, of %u devices, at most %d pages");'
run scripts/lint --tree "$tree" counts
is "$status" 0 "counts allows limits, and one of many"
clean

put_c module/objects/x.c '#if LINUX_VERSION_CODE < 1'
red kernel-versions 'module/objects/x.c:2' "LINUX_VERSION_CODE outside kapi"
put_c module/knobs/x.c '#define X KERNEL_VERSION(6, 1, 0)'
red kernel-versions 'module/knobs/x.c:2' "KERNEL_VERSION outside kapi"
put_c module/x.c '#ifdef HAVE_ATTACH_OLD'
red kernel-versions 'module/x.c:2' "HAVE_ outside kapi"
put_c module/kapi/x.c '#ifdef HAVE_ATTACH_OLD'
run scripts/lint --tree "$tree" kernel-versions
is "$status" 0 "kernel-versions allows HAVE_ in kapi"
clean
put_c module/objects/x.c '#include <linux/debugfs.h>'
red debugfs-in-knobs 'module/objects/x.c:2' "debugfs in objects"
for path in /sys/kernel/debug /dev/vfio/vfio /dev/iommu; do
	put_c userspace/x.c "const char *path = \"$path\";"
	red user-paths 'userspace/x.c:2' "$path outside userspace/lib"
done
put_c userspace/lib/x.c 'const char *path = "/dev/iommu";'
run scripts/lint --tree "$tree" user-paths
is "$status" 0 "user-paths allows them in userspace/lib"
clean

# given_test LINE...: a lane test with these lines.
given_test() {
	mkdir -p "$tree/tests/lane"
	put tests/lane/x.t '#!/bin/sh' '# SPDX-License-Identifier: GPL-2.0-only' "$@"
	chmod +x "$tree/tests/lane/x.t"
}
given_test '# Here: words.' '# lane: debian-11 debian-12' '# vm: --mem 384' '# leaks: yes' '# timeout: 300' '# needs: a cat' \
	'# needs: dogs' 'skip "no a cat here"' '[ -e x ] || skip_all "needs dogs"' '# skip "this"'
run scripts/lint --tree "$tree" tests
is "$status" 0 "tests allows every header, and skips that they declare"
given_test
chmod -x "$tree/tests/lane/x.t"
red tests 'tests/lane/x.t:1: not executable' "a test that is not executable"
given_test '# lane: debian-14'
red tests 'x.t:3: "# lane: debian-14" means nothing' "a lane that does not exist"
given_test '# lane: debian-11, debian-12'
red tests 'x.t:3: "# lane: debian-11, ' "lanes with a comma"
for header in '# lanes: debian-11' '#lane: debian-11' '# Lane: debian-11' '# lane:' '# need: a cat' '# timout: 3' '# leak: yes'; do
	given_test "$header"
	red tests 'x.t:3: .* is no header: is ' "the header $header"
done
given_test '# leaks: no'
red tests 'x.t:3: "# leaks: no" means nothing' "leaks: no"
given_test '# timeout: 3m'
red tests 'x.t:3: "# timeout: 3m" means nothing' "a timeout with a unit"
given_test $'# 3\n# 4\n# 5\n# 6\n# 7\n# 8\n# 9\n# 10\n# 11\n# 12\n# 13\n# 14\n# 15\n# 16\n# 17\n# 18\n# 19\n# 20' '# needs: a cat'
red tests 'x.t:21: .*first 20 lines' "a header that comes too late"
given_test '# needs: a cat' '[ -e x ] || skip "no dog"'
red tests 'x.t:4: no "# needs:" has words of the skip "no dog"' "a skip that is not declared"
given_test 'skip_all "no dog"'
red tests 'x.t:3: no "# needs:"' "a file without needs that skips all"
clean

put scripts/x '#!/bin/bash' 'echo $1'
red shellcheck 'SC2086' "an unquoted variable in a bash script"
put scripts/x '#!/bin/busybox sh' '# shellcheck shell=dash' 'echo {1..3}'
red shellcheck 'SC3009' "a bashism in a busybox script"
put scripts/x '#!/bin/bash' '# shellcheck source=lib.sh' '. ./lib.sh'
put scripts/lib.sh '# shellcheck shell=bash' 'echo $1'
red shellcheck 'lib.sh.*SC2086' "a library, through its user"
head -c 100001 /dev/zero | tr '\0' x >"$tree/docs/trace"
red strays 'docs/trace:1: more than' "a large file"
head -c 1 /dev/zero >"$tree/docs/data"
red strays 'docs/data:1: bytes of zero' "a file that is no text"
put_c userspace/x.c 'int  x;'
red clang-format 'userspace/x.c:2' "a space too many"
put_c userspace/x.c 'int f(void)' '{' $'\tint a[2];' $'\treturn a[2];' '}'
red cppcheck 'arrayIndexOutOfBounds' "an index out of bounds"
put_c module/x.c 'int f(int x)' '{' $'\tif(x)' $'\t\treturn 1;' $'\treturn 0;' '}'
red checkpatch 'SPACING' "a missing space"
module_main 'int unused;' '' 'return 0;'
red w1-debian-11 'unused' "a warning on the oldest lane"
module_main 'int unused;' '' 'return 0;'
red w1-debian-13 'unused' "a warning"
module_main 'return this_is_not_there();'
red w1-debian-12 'this_is_not_there' "an error"
module_main 'int __user *p = (int *)8;' '' 'return *p;'
red sparse 'address space' "a user pointer followed"

# Another process has what a linter needs: the linter waits, which is no complaint.
entry=$(bash -c '
	for step in lib root module; do . "scripts/lanes/$step.sh"; done
	lane_load debian-11
	quiet=1 root_use
	echo "$cache/locks/$(module_key_of "$1")"
' sh "$tree")
# Its second attempt, after the ten seconds of the first.
waits_long() {
	local pid
	for pid in $(pgrep -f 'flock .*-w 3600'); do
		find "/proc/$pid/fd" -lname "$(realpath "$entry")" 2>/dev/null | grep -q . && return
	done
	return 1
}
exec {held}>>"$entry"
flock "$held"
scripts/lint --tree "$tree" w1-debian-11 >"$tree.said" 2>&1 {held}>&- &
soon waits_long
is $? 0 "a linter waits for another process"
exec {held}>&-
wait $!
is "$?/$(cat "$tree.said")" "0/1..1
ok 1 - w1-debian-11" "and does not complain of that"
rm "$tree.said"

run scripts/lint no-such-linter
is "$status" 116 "an unknown linter is wrong usage"
done_testing
