#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The assertions of lib.sh must fail when what they assert is not so.
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# fails NAME COMMAND...: the assertion prints one "not ok". In a subshell, so
# that its failure is not ours.
fails() {
	local name=$1 text
	shift
	text=$("$@" 2>&1 | head -n 1)
	like "$text" '^not ok ' "$name"
}

# passes NAME COMMAND...
passes() {
	local name=$1 text
	shift
	text=$("$@" 2>&1 | head -n 1)
	like "$text" '^ok ' "$name"
}

buffers="NAME SIZE MAPS
buf0   2M    1
buf1  64K    1
odd  1.5M    0"

prints_text() {
	prints test "$@" <<<"$wanted"
}

tree shared
wanted=$buffers
passes "prints: the right text" prints_text buffer list
fails "prints: another command" prints_text buffer list -n
wanted="$buffers "
fails "prints: one blank more" prints_text buffer list
wanted=
fails "prints: failure with nothing printed" prints_text buffer show nobuffer
wanted=$(printf 'NAME  buf0\nSIZE  2M\nMAPS  1')
fails "prints: the right text, but a word on stderr" prints_text buffer show buf0 nobuffer

prints_test_json() {
	prints_json test "$@" <<<"$wanted"
}
wanted='{"buffers": [{"maps": 1, "name": "buf0"}]}'
passes "prints_json: the same in another layout" prints_test_json buffer show buf0 --json -o name,maps
fails "prints_json: one key more" prints_test_json buffer show buf0 --json -o name,maps,size
fails "prints_json: text" prints_test_json buffer show buf0 -o name,maps
wanted='{"buffers": [{"maps": "1", "name": "buf0"}]}'
fails "prints_json: a string for a number" prints_test_json buffer show buf0 --json -o name,maps
wanted='{"buffers": [{"name": "buf0"}]}'
fails "prints_json: the right JSON, but a failure" prints_test_json buffer show buf0 nobuffer --json -o name

passes "writes: the right text" writes new_instance "smmu9" instance add smmu9
fails "writes: another text" writes new_instance "smmu8" instance add smmu9
fails "writes: another file" writes new_domain "smmu9" instance add smmu9
fails "writes: a failure" writes new_instance "" instance add
fails "writes: a success that writes nothing" writes new_instance "smmu9" help

sentence="buffer show nobuffer: there is no such buffer"
passes "refuses: the right sentence" refuses 1 "$sentence" buffer show nobuffer
fails "refuses: another status" refuses 2 "$sentence" buffer show nobuffer
fails "refuses: part of the sentence" refuses 1 "buffer show" buffer show nobuffer
fails "refuses: a success" refuses 0 "" buffer list
fails "refuses: a success with the status of one" refuses 1 "$sentence" buffer show buf0

wanted="there is no such buffer"
passes "complains: the right object" complains 1 "buffer show none" ENOENT "$wanted" buffer show none --json
fails "complains: another errno" complains 1 "buffer show none" EIO "$wanted" buffer show none --json
fails "complains: another status" complains 2 "buffer show none" ENOENT "$wanted" buffer show none --json
fails "complains: another sentence" complains 1 "buffer show none" ENOENT "$wanted." buffer show none --json
fails "complains: of another object" complains 1 "buffer show" ENOENT "$wanted" buffer show none --json
fails "complains: text" complains 1 "buffer show none" ENOENT "$wanted" buffer show none
fails "complains: two of them" complains 1 "buffer show none" ENOENT "$wanted" buffer show none none --json

refuse_writes new_instance "no."
fails "refuse_writes: the write fails" writes new_buffer x instance add smmu9
passes "refuse_writes: and the module's words are seen" \
	refuses 1 "instance add smmu9: no. (ENOSPC)" instance add smmu9

as_nobody id -u
[ "$(id -u)" = 0 ] && is "$out" 65534 "as_nobody is not root"

fresh() {
	rm "$knobs/state"
	tree shared
	ok "tree makes a fresh copy" test -e "$knobs/state"
}
fresh
ok "the recorded tree itself is untouched" test ! -s "$here/trees/shared/sys/kernel/debug/iommu_mock/new_instance"
done_testing
