# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# All lane steps share this: words for failure, the cache, locks, lane data.
# Sourced by scripts/vm, scripts/check, scripts/lint and scripts/lanes/build.
#
# A lane is data (scripts/lanes/NAME.conf). Three steps turn it into something
# that boots, each cached under a key made of everything it depends on:
#   root.sh    conf              -> a build root: compiler, dkms, headers, kernel image
#   module.sh  root + sources    -> modules, built by the root's dkms
#   image.sh   root + modules    -> the base of an initramfs
# A lane of another architecture (lane_arch) has one more, beside module.sh:
#   cross.sh   root + sources    -> the tool, and the programs of the lane tests
# A cache entry is made in a temporary directory and renamed when complete, so
# that an entry that exists is whole; deleting any of it costs only time.

lanes_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$lanes_dir/../.." && pwd)
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/iommu-mock
export LC_ALL=C

# Exit statuses of scripts/vm and scripts/lanes/build that are not the
# command's own. The text of `scripts/vm --help` explains them.
# shellcheck disable=SC2034 # used by the scripts that source this file
EX_GET=115 EX_USAGE=116 EX_ENV=117 EX_LANE=118 EX_BUILD=119 EX_KERNEL=120 EX_DIED=121 \
EX_SILENT=122 EX_UNLOAD=123 EX_TIMEOUT=124 EX_SKIP=125

# die STATUS SENTENCE...: one sentence for the user, then out.
die() {
	local status=$1
	shift
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit "$status"
}

# tell SENTENCE...: to the user, that something takes a while. Nothing has failed, so a
# linter, whose every word is a complaint, sets quiet.
tell() {
	[ -n "${quiet:-}" ] || echo "vm: $*" >&2
}

need_root() {
	[ "$(id -u)" = 0 ] ||
		die "$EX_ENV" "must run as root: build roots need chroot and mounts"
}

# need COMMAND PACKAGE
need() {
	command -v "$1" >/dev/null ||
		die "$EX_ENV" "$1 is missing: install the package $2 (scripts/packages installs all that is needed)"
}

# tool_use: make the tool if it is missing or older than its sources, which make
# decides. One process makes it at a time, and the others wait. scripts/check,
# which has made it for all of its VMs, says so by IOMMU_MOCK_TOOL_MADE.
tool_use() {
	local fd said
	[ -z "${IOMMU_MOCK_TOOL_MADE:-}" ] && [ -e "$repo/userspace/Makefile" ] || return 0
	need make make
	exec {fd}<"$repo/userspace"
	flock "$fd"
	said=$(make -C "$repo/userspace" --no-print-directory 2>&1 </dev/null) || {
		printf '%s\n' "$said" | tail -n 30 >&2
		die "$EX_BUILD" "the tool does not build: see above (scripts/packages tool installs what it needs)"
	}
	exec {fd}<&-
}

# header FILE KEY: the value of a line "# KEY: VALUE" in the first lines of a test.
header() {
	sed -n "1,20s/^# $2: *//p" "$1" | head -n 1
}

hash_of() {
	sha256sum | cut -c1-16
}

# lock NAME [-s]: hold a lock on a cache entry until this process ends (or
# unlock NAME). Makers hold it exclusively, users shared, so that no process prunes
# an image that another boots.
declare -A lock_fds=()
lock() {
	local fd
	mkdir -p "$cache/locks"
	exec {fd}>>"$cache/locks/$1"
	flock ${2:+"$2"} -w 10 "$fd" || {
		tell "waiting for $(lock_holder "$1" "$BASHPID"), which has the cache entry $1"
		flock ${2:+"$2"} -w 3600 "$fd" ||
			die "$EX_ENV" "the cache entry $1 is locked for more than an hour"
	}
	lock_fds[$1]=$fd
}

# lock_now NAME [-s]: the same, but fail rather than wait.
lock_now() {
	local fd
	mkdir -p "$cache/locks"
	exec {fd}>>"$cache/locks/$1"
	if flock ${2:+"$2"} -n "$fd"; then
		lock_fds[$1]=$fd
	else
		exec {fd}>&-
		return 1
	fi
}

# lock_holder NAME PID: in words, the process with the lowest number, but for us
# and PID, of those that have the lock's file open.
lock_holder() {
	local pid
	pid=$(find /proc/[0-9]*/fd -lname "$(realpath "$cache/locks/$1")" 2>/dev/null |
		cut -d/ -f3 | grep -vx -e "$$" -e "$2" | sort -n | head -n 1)
	echo "process ${pid:-unknown} ($(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | cut -c1-80))"
}

unlock() {
	local fd=${lock_fds[$1]}
	exec {fd}>&-
	unset "lock_fds[$1]"
}

lane_names() {
	local f
	for f in debian-11 debian-12 debian-13 debian-13-backports debug host; do
		[ -f "$lanes_dir/$f.conf" ] && echo "$f"
	done
	for f in "$lanes_dir"/*.conf; do
		f=$(basename "$f" .conf)
		case $f in
		debian-11 | debian-12 | debian-13 | debian-13-backports | debug | host) ;;
		*) echo "$f" ;;
		esac
	done
}

# lane_checks NAME RUN: print what RUN, "check" or "check-all" as in make, runs on a
# lane: "all", or the names of tests, or nothing.
lane_checks() {
	(
		lane_load "$1"
		case $2 in
		check) echo "$lane_check" ;;
		check-all) echo "$lane_check_all" ;;
		esac
	)
}

# lanes_of RUN: print the lanes on which RUN runs something.
lanes_of() {
	local name
	for name in $(lane_names); do
		[ -z "$(lane_checks "$name" "$1")" ] || echo "$name"
	done
}

# lane_load NAME: set lane and lane_*.
lane_load() {
	[ -f "$lanes_dir/$1.conf" ] ||
		die "$EX_USAGE" "no lane '$1': there are $(lane_names | paste -sd' ')"
	# shellcheck disable=SC2034 # for the steps
	lane=$1
	# What a lane need not say.
	# shellcheck disable=SC2034
	lane_root='' lane_arch='' lane_gnu='' lane_unpacked='' lane_check='' lane_check_all=all \
		lane_boot_limit=90
	# shellcheck source=/dev/null
	. "$lanes_dir/$1.conf"
}

# sweep: removes the half-made files of makers that were killed.
sweep() {
	find "$cache"/{roots,modules,programs,images,kernels} -mindepth 1 -maxdepth 1 -name '.*' \
		-mmin +1440 -exec rm -rf --one-file-system {} + 2>/dev/null
}

# prune DIR PREFIX KEEP: remove the cache entries of DIR that start with
# PREFIX-, are not KEEP, are not in use, and were not used for three days:
# another checkout may define the lane in another way.
prune() {
	local old fd
	for old in "$1/$2"-[0-9a-f]*; do
		[ -d "$old" ] && [ "${old##*/}" != "$3" ] || continue
		# Another lane's name may start with this one's.
		[[ ${old##*/} =~ ^$2(-[0-9a-f]{16})+$ ]] || continue
		[ -z "$(find "$old" -maxdepth 1 -name used -mtime -3)" ] || continue
		exec {fd}>>"$cache/locks/${old##*/}"
		flock -n "$fd" && rm -rf --one-file-system "$old"
		exec {fd}>&-
	done
}

# keep_newest COUNT DIR LANE: remove the older cache entries of the lane in DIR
# that are not in use. Another lane's name may start with this one's.
keep_newest() {
	local old fd
	for old in $(find "$2" -maxdepth 1 -regextype posix-extended \
		-regex ".*/$3(-[0-9a-f]{16})+" -printf '%T@ %f\n' |
		sort -rn | tail -n +$(($1 + 1)) | cut -d' ' -f2); do
		exec {fd}>>"$cache/locks/$old"
		flock -n "$fd" && rm -rf "${2:?}/$old"
		exec {fd}>&-
	done
}
