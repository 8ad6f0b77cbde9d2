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
	root_use
	export root
	# shellcheck disable=SC2016 # the inner shells expand
	files -true | tar -c -T - | in_root '
		tar -x -C "$root/mnt/src"
		chrooted sh -c "cd /mnt/src && exec \"\$@\"" sh "$@" 2>&1
	' "$@"
}

# Not asked:
#   SC2015  "A && B || die" is meant: where B fails, we die too
#   SC2016  $ in single quotes: programs for another shell are written so
#   SC2317  "unreachable": it does not see functions that are called by name
# Libraries are judged through the scripts that source them (-x -a), because
# alone they show neither where their variables are set nor where they are used.
lint_shellcheck() {
	local file list=()
	while read -r file; do
		head -n 1 "$file" | grep -qE '^#!.*\<(ba|da)?sh\>' && list+=("$file")
	done < <(files -path './scripts/*' -o -path './tests/*' -o -path './userspace/*' \
		-o -path './module/*' -o -path './.ci/*' | grep -vE '\.([cho]|tap)$')
	[ ${#list[@]} = 0 ] ||
		with_tools shellcheck -x -a -P SCRIPTDIR -e SC2015,SC2016,SC2317 -f gcc "${list[@]}"
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
	# Nothing here is listed in MAINTAINERS.
	FILE_PATH_CHANGES
	# A sentence for the user stays on one line, so that it can be grepped.
	LONG_LINE_STRING
	# kzalloc_obj() and its like exist since 7.0 only.
	ALLOC_WITH_SIZEOF
	# A user of an X-macro takes all its columns and uses some.
	MACRO_ARG_UNUSED
	# policy/ and pgtable/ compile for user space too, without linux/*.h.
	PREFER_KERNEL_TYPES
	BIT_MACRO
)
# X-macros are lists, not expressions, and ENOSYS is a word in one of them.
checkpatch_ignore_abi=(COMPLEX_MACRO MACRO_ARG_REUSE ENOSYS)
# TRACE_EVENT() is laid out like a structure, in every header of the kernel.
checkpatch_ignore_trace=(PARENTHESIS_ALIGNMENT OPEN_ENDED_LINE SPACING)
# A probe declares again what it asks about; the compiler compares.
checkpatch_ignore_probes=(AVOID_EXTERNS)

# checkpatch_files FILE... -- TYPE...
checkpatch_files() {
	local list=()
	while [ "$1" != -- ]; do
		list+=("$1")
		shift
	done
	shift
	[ ${#list[@]} -gt 0 ] || return 0
	# shellcheck disable=SC2154
	perl "$root/usr/lib/checkpatch/checkpatch.pl" --no-tree --strict --terse \
		--show-types --no-summary --quiet --max-line-length=100 \
		--ignore "$(printf '%s,' "${checkpatch_ignore[@]}" "$@")" -f "${list[@]}"
}

lint_checkpatch() {
	local all probes status=0
	lane_load debian-13-backports
	root_use
	# module/tests/ are programs of user space, and tests/lane/guests/ programs without
	# an operating system, whose volatile and attributes are right.
	mapfile -t all < <(c_files | grep -E '^(module|tests)/' |
		grep -vE '^(module/(abi\.h|objects/mock-trace\.h|kapi/probe/|tests/)|tests/lane/guests/)')
	mapfile -t probes < <(c_files | grep '^module/kapi/probe/')
	checkpatch_files "${all[@]}" -- || status=1
	checkpatch_files "${probes[@]}" -- "${checkpatch_ignore_probes[@]}" || status=1
	checkpatch_files module/abi.h -- "${checkpatch_ignore_abi[@]}" || status=1
	[ ! -e module/objects/mock-trace.h ] ||
		checkpatch_files module/objects/mock-trace.h -- "${checkpatch_ignore_trace[@]}" || status=1
	return "$status"
}

# The same sources as the lanes build, or the same files of another --tree.
lint_tree() {
	[ -e "$tree/Kbuild" ] || {
		echo "$tree has no Kbuild"
		return 1
	}
}

# The lanes build with W=1, so their log has what is to be said: all lines but those
# of a silent build, and those of dkms.
lint_w1() {
	lint_tree || return 1
	lane_load "$1"
	root_use
	module_use "$tree"
	grep -vE -e '^  [A-Z]+ +(\[M\] +)?[^ ]+$' -e '^make(\[[0-9]+\])?: (Entering|Leaving)' -e 'Skipping BTF generation' \
		-e '^DKMS ' -e '^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) ' -e '^$' -e '^Building module' \
		-e '^# ' -e '^-+$' "$module_dir/build.log" || true
}

# Sparse speaks in the log of its lane. It is not asked about what modpost writes.
lint_sparse() {
	lint_w1 "$sparse_lane" || return 1
	awk '
		{ file = $NF; sub(/.*\//, "", file); sub(/\.[co]$/, "", file) }
		$1 == "CC" && file !~ /\.mod$|^\.module-common$/ { made[file] }
		$1 == "CHECK" { checked[file]; checks++ }
		END {
			for (file in made)
				if (!(file in checked))
					print file ".c: sparse did not check it"
			if (!checks)
				print "sparse checked nothing"
		}
	' "$module_dir/build.log"
}
