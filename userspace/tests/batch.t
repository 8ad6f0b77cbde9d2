#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Command lines from a file.
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
tree shared

# batch LINES [OPTION...]: run them from the file $tmp/lines.
batch() {
	printf %b "$1" >"$tmp/lines"
	shift
	: >"$knobs/new_instance"
	mock batch "$tmp/lines" "$@"
	written=$(tr '\n' ';' <"$knobs/new_instance")
}

batch '# a comment\n\n  instance add a ias=39  # and another\n\tinstance add b\n'
is "$status:$out$err" "0:" "lines, comments, blanks"
is "$written" "a ias=39;b;" "each line is an operation"

batch 'instance add a\ninstance add b' 
is "$status:$written" "0:a;b;" "a last line without newline"

batch "instance 'add' \"c\" 'ias'=\"39\"\ninstance add d\\\\d\n"
is "$status:$written" "0:c ias=39;dd;" "quotes and backslashes"
batch 'instance add "a\\"b"\n'
is "$status:$err" "2:iommu-mock: $tmp/lines:1: instance add: NAME: 'a\"b' is not a name: 1 to 31 letters, digits, _ . -, beginning with a letter or a digit" \
	"a quoted quote"
batch "instance add ''\n"
is "$status:$err" "2:iommu-mock: $tmp/lines:1: instance add: NAME is empty" "an empty word is a word"
batch 'instance add a#b\n'
is "$status" 2 "# inside a word is part of it"

batch 'instance add a\ninstance ad b\ninstance add c\n'
is "$status:$written" "2:a;" "stops at the first error"
is "$err" "iommu-mock: $tmp/lines:2: instance has no command 'ad'; did you mean add?" "and says where"
batch 'instance add a\nbuffer show nobuf\ninstance ad b\ninstance add c\n' --force
is "$status:$written" "1:a;c;" "--force goes on; the status is that of the first error"
is "$err" "iommu-mock: $tmp/lines:2: buffer show nobuf: there is no such buffer
iommu-mock: $tmp/lines:3: instance has no command 'ad'; did you mean add?" "and says every one"

batch 'buffer list -rn -o name\nbuffer list --json -o name\nbuffer show buf0 -rn -o size\n'
is "$status" 0 "lines that print"
like "$out" ^'buf0
buf1
odd
\{' "in order"
like "$out" '2M$' "a line's options end with the line"

batch "instance add 'a\n"
is "$status:$err" "2:iommu-mock: $tmp/lines:1: batch: a ' is not closed" "an open quote"
batch 'instance add "a\n'
is "$status:$err" "2:iommu-mock: $tmp/lines:1: batch: a \" is not closed" "an open double quote"
batch 'instance add a\\\n'
is "$status:$err" "2:iommu-mock: $tmp/lines:1: batch: a backslash at the end of the line" \
	"a backslash at the end"
batch 'instance add a\0b\n'
is "$status:$err" "2:iommu-mock: $tmp/lines:1: batch: there are zero bytes in the line" "a zero byte"
batch "batch $tmp/lines\n"
is "$status:$err" "2:iommu-mock: $tmp/lines:1: batch: a batch cannot run another" "a batch in a batch"
batch 'buffer list --sysroot /\n'
is "$status:$err" "2:iommu-mock: $tmp/lines:1: buffer list: --sysroot applies to the whole batch: give it before the command batch" \
	"--sysroot in a line"
batch ''
is "$status:$out$err" "0:" "an empty file"
refuses 1 "batch $tmp/nofile: cannot open it: No such file or directory" batch "$tmp/nofile"
refuses 1 "batch $tmp: cannot read it" batch "$tmp"

: >"$knobs/new_instance"
run sh -c 'printf "instance add a\ninstance add b\nfrob\n" | "$1" --sysroot "$2" batch -' sh "$tool" "$tree"
is "$status:$err" "2:iommu-mock: -:3: there is no command 'frob'; see iommu-mock help" \
	"- is standard input"
is "$(tr '\n' ';' <"$knobs/new_instance")" "a;b;" "whose lines are run"
run sh -c 'printf "buffer write buf0\nXYZ" | "$1" --sysroot "$2" batch -' sh "$tool" "$tree"
is "$status:$err" "2:iommu-mock: -:1: buffer write: standard input already contains the batch" \
	"a line cannot read the batch's own standard input"

# Each refusal has its own sentence, not that of the one before.
refuse_writes new_device "it is taken"
printf 'domain attach nodom dev0\ndevice add d instance=smmu0\ngroup claim nogroup\n' >"$tmp/lines"
mock batch "$tmp/lines" --force
is "$err" "iommu-mock: $tmp/lines:1: domain attach nodom dev0: there is no domain nodom (ENOENT)
iommu-mock: $tmp/lines:2: device add d: it is taken (ENOSPC)
iommu-mock: $tmp/lines:3: group claim nogroup: there is no group nogroup (ENOENT)" \
	"each refusal has its own sentence"

# One process for all: a thousand operations take no time worth naming.
for i in $(seq 1000); do
	echo "instance add i$i"
done >"$tmp/many"
: >"$knobs/new_instance"
run timeout 20 "$tool" --sysroot "$tree" batch "$tmp/many"
is "$status:$(wc -l <"$knobs/new_instance")" "0:1000" "1000 operations in one batch"

# The knobs are looked for again after a line that could have changed them.
batch 'instance add a\nload\ninstance add b\n' --force
is "$status:$written" "2:a;b;" "goes on after load was refused"
done_testing
