# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Other people's linters, one function each, for scripts/lint: it prints
# complaints and nothing else. Needs lib.sh, root.sh, module.sh and lint-rules.sh.

# The lane whose root has these tools, so that their version, and with it the
# verdict, does not depend on the machine.
tools=debian-12

# with_tools COMMAND ARG...: run a linter in that root on a copy of the tree.
with_tools() {
	lane_load "$tools"
	root_use 2>/dev/null
	export root
	# shellcheck disable=SC2016 # the inner shells expand
	files -true | tar -c -T - | in_root '
		tar -x -C "$root/mnt/src"
		chrooted sh -c "cd /mnt/src && exec \"\$@\"" sh "$@" 2>&1
	' "$@"
}

# SC2015: "A && B || die" is meant: where B fails, we die too.
# Libraries are judged through the scripts that source them (-x -a), because
# alone they know neither their variables nor who uses them.
lint_shellcheck() {
	local file list=()
	while read -r file; do
		head -n 1 "$file" | grep -qE '^#!.*\<(ba|da)?sh\>' && list+=("$file")
	done < <(files -path './scripts/*' -o -path './tests/*' -o -path './userspace/*' \
		-o -path './module/*' -o -path './.ci/*' | grep -vE '\.([cho]|tap)$')
	[ ${#list[@]} = 0 ] ||
		with_tools shellcheck -x -a -P SCRIPTDIR -e SC2015 -f gcc "${list[@]}"
}

# The kernel's style by machine, where checkpatch does not judge; on module/
# the two disagree about aligned tables and macros.
lint_clang_format() {
	local list
	mapfile -t list < <(c_files | grep '^userspace/')
	[ ${#list[@]} = 0 ] || with_tools clang-format --dry-run -Werror "${list[@]}"
}

lint_cppcheck() {
	local list
	mapfile -t list < <(c_files | grep '^userspace/.*\.c$')
	[ ${#list[@]} = 0 ] || with_tools cppcheck --quiet --error-exitcode=1 --inline-suppr -j2 \
		--enable=warning,performance,portability --std=c11 --suppress=missingIncludeSystem \
		--template='{file}:{line}: {severity}: {message} [{id}]' \
		-I . -I userspace "${list[@]}"
}

# Types that do not fit here, each with its reason:
checkpatch_ignore=(
	# module/kapi/ compares kernel versions for a living; the rule
	# kernel-versions keeps all others from it.
	LINUX_VERSION_CODE
	# Nothing is sent to a maintainer, nor listed in MAINTAINERS.
	FILE_PATH_CHANGES
	# It wants one line more than the SPDX tags and comments of scripts allow.
	SPDX_LICENSE_TAG
)

lint_checkpatch() {
	local list
	mapfile -t list < <(c_files | grep -E '^(module|tests)/')
	[ ${#list[@]} -gt 0 ] || return 0
	lane_load debian-13-backports
	root_use 2>/dev/null
	# shellcheck disable=SC2154
	perl "$root/usr/lib/checkpatch/checkpatch.pl" --no-tree --strict --terse \
		--show-types --no-summary --quiet --max-line-length=100 \
		--ignore "$(IFS=, && echo "${checkpatch_ignore[*]}")" -f "${list[@]}"
}

# kbuild DIR ARG...: its words, without those about the root and not the code.
kbuild_words() {
	module_kbuild "$@" | grep -vE 'Skipping BTF generation|^make\[?[0-9]*\]?: (Entering|Leaving)'
	return "${PIPESTATUS[0]}"
}

# The same sources as the lanes build, and with them whoever's --tree it is.
lint_tree() {
	[ -e "$tree/Kbuild" ] || {
		echo "$tree has no Kbuild"
		return 1
	}
}

# Not on the newest lane: its headers want __typeof_unqual__ of the checker,
# which no release of sparse knows yet.
lint_sparse() {
	lint_tree || return 1
	lane_load debian-13
	root_use 2>/dev/null
	kbuild_words "$tree" C=2 W=1
}

lint_w1() {
	lint_tree || return 1
	lane_load "$1"
	root_use 2>/dev/null
	kbuild_words "$tree" W=1
}
