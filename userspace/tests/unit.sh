# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# For the unit tests of parts of the tool, under sanitizers. Sources are named from
# userspace/, where a test stands after it has sourced this file.
set -eu
cd "$(dirname "$0")/.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# What several tests compile.
# shellcheck disable=SC2034 # for the tests
{
	lib_knobs="lib/knobs.c lib/env.c lib/root.c lib/words.c lib/mem.c lib/ctx.c lib/stop.c"
	played="callers/played/einval.c callers/played/emediumtype.c callers/played/any.c
		callers/played/fresh.c callers/played/type1.c callers/played/iommufd.c
		callers/played/best.c callers/played/cover.c callers/played/sva.c
		callers/run.c callers/family.c callers/tally.c"
	judge="judge/story.c judge/groups.c judge/names.c judge/judge.c judge/rules.c judge/rules-caller.c
		judge/rules-attach.c judge/rules-memory.c judge/rules-request.c judge/rules-dirty.c
		judge/rules-log.c
		judge/deviations.c"
	# What a cell is, and what must come out of it, on a model of the core.
	expect="tests/fake-core.c tests/fake-cell.c matrix/cells/topo.c matrix/cells/rows.c matrix/cells/relation.c
		matrix/expect/oracle.c matrix/expect/answers.c matrix/expect/outcome.c matrix/results/result.c
		matrix/run/rules.c lib/mem.c lib/presets.c lib/preset-table.c lib/words.c"
}

# build WORD...: compile "$tmp/test" from sources, with other words for the compiler.
build() {
	"${CC:-gcc}" -std=gnu11 -g -O1 -Wall -Wextra -Werror -fno-omit-frame-pointer \
		-fsanitize=address,undefined -fno-sanitize-recover=all -I. -I.. \
		-o "$tmp/test" "$@"
}
