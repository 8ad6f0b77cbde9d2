# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# TAP for tests that run in the VM, under busybox sh. Source it, call load,
# assert, call done_testing. tests/meta/ sees each of these helpers fail.
# MOCK moves the knobs elsewhere, for those tests.

mock=${MOCK:-/sys/kernel/debug/iommu_mock}
said_file=${TMPDIR:-/tmp}/said.$$
tap_n=0 tap_bad=0
family='' multi=''
newline='
'

# ok STATUS NAME [DIAGNOSTIC]: use as "command; ok $? name".
ok() {
	tap_n=$((tap_n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tap_n - $2"
	else
		tap_bad=1
		echo "not ok $tap_n - $2"
		[ -z "${3:-}" ] || printf '%s\n' "$3" | head -n 40 | sed 's/^/#   /'
	fi
}

# is GOT WANTED NAME
is() {
	[ "$1" = "$2" ]
	ok $? "$3" "got:    $1
wanted: $2"
}

# matches TEXT REGEX: a line of the text does.
matches() {
	grep -Eq -e "$2" <<-TEXT
		$1
	TEXT
}

# like TEXT REGEX NAME: a line of the text matches.
like() {
	matches "$1" "$2"
	ok $? "$3" "got: $1
wanted a line like: $2"
}

# unlike TEXT REGEX NAME: no line of the text matches.
unlike() {
	! matches "$1" "$2"
	ok $? "$3" "got: $1
wanted no line like: $2"
}

note() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

skip() {
	tap_n=$((tap_n + 1))
	echo "ok $tap_n # SKIP $1"
}

skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

# What "exit in the middle" would hide, a missing plan shows. A domain that is
# left would keep the module from being unloaded.
done_testing() {
	[ ! -w "$mock/reset" ] || quietly reset 1
	echo "1..$tap_n"
	exit "$tap_bad"
}

# load: the module, with $parameter if that is set, and what the kernel is.
load() {
	[ -n "${MOCK:-}" ] || modprobe iommu_mock ${parameter:+"$parameter"} || exit
	family=$(sed -n 's/^family=//p' "$mock/build_info")
	# shellcheck disable=SC2034 # for the test
	multi=$(sed -n 's/^multi_driver=//p' "$mock/build_info")
}

# legacy: the core does not say for which device a domain is made (before 6.7).
legacy() {
	[ "$family" = bus_ops ] || [ "$family" = domain_ops ]
}

# owns: the core knows ownership of groups (5.19).
owns() {
	[ "$family" != bus_ops ]
}

# errno_words NAME: how strerror() puts it.
errno_words() {
	case $1 in
	EPERM) echo "Operation not permitted" ;;
	ENOENT) echo "No such file or directory" ;;
	EIO) echo "Input/output error" ;;
	ENXIO) echo "No such device or address" ;;
	E2BIG) echo "Argument list too long" ;;
	EAGAIN) echo "Resource temporarily unavailable" ;;
	ENOMEM) echo "Cannot allocate memory" ;;
	EACCES) echo "Permission denied" ;;
	EFAULT) echo "Bad address" ;;
	EBUSY) echo "Device or resource busy" ;;
	EEXIST) echo "File exists" ;;
	EXDEV) echo "Invalid cross-device link" ;;
	ENODEV) echo "No such device" ;;
	EINVAL) echo "Invalid argument" ;;
	ENOSPC) echo "No space left on device" ;;
	ERANGE) echo "Numerical result out of range" ;;
	ENAMETOOLONG) echo "File name too long" ;;
	EOPNOTSUPP) echo "Operation not supported" ;;
	EMEDIUMTYPE) echo "Wrong medium type" ;;
	*) echo "no words for errno $1" ;;
	esac
}

# put PATH TEXT: one write of a line; the complaint, if any, is left in $said.
# No subshell, so that last_error is the writer's own.
put() {
	said=
	put_status=0
	{ echo "$2" >"$mock/$1"; } 2>"$said_file" || put_status=1
	[ "$put_status" = 0 ] || read -r said <"$said_file"
	return "$put_status"
}

# knob PATH TEXT: a write that must succeed. Says nothing if it does.
knob() {
	put "$1" "$2" && return
	ok 1 "write '$2' to $1" "$said
$(cat "$mock/last_error")"
	return 1
}

# quietly PATH TEXT: a write that may fail.
quietly() {
	put "$1" "$2" || :
}

# frozen: everything that a refused write must leave alone.
frozen() {
	cat "$mock/state" "$mock"/instances/*/pairs 2>/dev/null
	:
}

# judge_refusal ERRNO [PATTERN]: what both below share.
judge_refusal() {
	refusal=
	[ "$put_status" != 0 ] || refusal="it was accepted"
	case $said in
	*": $(errno_words "$1")") ;;
	*) refusal="$refusal
not $1: $said" ;;
	esac
	sentence=$(cat "$mock/last_error")
	case $sentence in
	'' | *"$newline"*) refusal="$refusal
not one sentence: '$sentence'" ;;
	esac
	[ -z "${2:-}" ] || matches "$sentence" "$2" || refusal="$refusal
the sentence '$sentence' is not like: $2"
}

# shown TEXT: fit for the name of a test.
shown() {
	printf '%.60s' "'$1'" | tr -c ' -~' '?' | tr '#' '?'
}

# fails ERRNO PATH TEXT [PATTERN]: a write that must fail with ERRNO and leave
# one sentence, like PATTERN, in last_error.
fails() {
	put "$2" "$3"
	judge_refusal "$1" "${4:-}"
	[ -z "$refusal" ]
	ok $? "$1: $(shown "$3") > $2" "$refusal"
}

# refused ERRNO PATH TEXT [PATTERN]: as fails, and nothing has changed.
refused() {
	frozen_before=$(frozen)
	put "$2" "$3"
	judge_refusal "$1" "${4:-}"
	frozen_after=$(frozen)
	[ "$frozen_before" = "$frozen_after" ] || refusal="$refusal
before: $frozen_before
after:  $frozen_after"
	[ -z "$refusal" ]
	ok $? "$1: $(shown "$3") > $2" "$refusal"
}

# journal EVENT: it, without numbers, times and processes.
journal() {
	whole_journal | grep "^$1"
}

whole_journal() {
	sed 's/^[0-9]* [0-9]* //;s/ by=[^ ]*$//' "$mock/journal"
}

clear_journal() {
	knob journal clear
}

# field KIND NAME KEY: of an object's line in state.
field() {
	sed -n "s/^$1 $2 .*\<$3=\([^ ]*\).*/\1/p" "$mock/state"
}

where() {
	field device "$1" domain
}

# stat_of INSTANCE KEY, total KEY: a count.
stat_of() {
	sed -n "s/^$2=//p" "$mock/instances/$1/stats"
}

total() {
	sed -n "s/^$1=//p" "$mock/stats"
}

reset() {
	knob reset 1
}

# traces: what a module that is not loaded must not leave behind.
traces() {
	for trace in /sys/bus/platform/devices/iommu-mock* /sys/bus/platform/drivers/iommu-mock* \
		/sys/class/iommu/* /sys/kernel/iommu_groups/* /sys/kernel/software_nodes/node* \
		/sys/kernel/debug/iommu_mock /sys/module/iommu_mock; do
		[ ! -e "$trace" ] || echo "$trace"
	done
}
