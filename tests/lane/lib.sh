# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# TAP for tests that run in the VM, under busybox sh. A test sources this file,
# calls load, makes its assertions, and calls done_testing. tests/meta/ checks that
# each of these helpers can fail.
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

# A process costs more than anything else here: 4 ms in a VM without KVM, 50 to
# 90 ms with KASAN and kmemleak. Helpers that are called often start none.

# matches TEXT REGEX: a line of the text does. Plain words need no grep.
matches() {
	case $2 in
	*[!A-Za-z0-9\ _=/:,\'-]* | '') ;;
	*)
		case $1 in *"$2"*) return 0 ;; *) return 1 ;; esac
		;;
	esac
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

# whole PART: true if this part of the test is to run completely. "make check" leaves
# parts to "make check-all" that repeat with other values (tests/left-out.list).
whole() {
	case " ${LEFT_OUT:-} " in
	*" $1 "*) return 1 ;;
	esac
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

# The plan comes last, so that a test that exits in the middle has no plan. A
# domain that is left would prevent the unload of the module.
done_testing() {
	[ ! -w "$mock/reset" ] || quietly reset 1
	echo "1..$tap_n"
	exit "$tap_bad"
}

# load: loads the module, with $parameter if that is set, and reads its facts.
load() {
	[ -n "${MOCK:-}" ] || modprobe iommu_mock ${parameter:+"$parameter"} || exit
	family=$(sed -n 's/^family=//p' "$mock/build_info")
	# shellcheck disable=SC2034 # for the test
	multi=$(sed -n 's/^multi_driver=//p' "$mock/build_info")
}

# legacy: the core does not say for which device a domain is made (before 6.11).
legacy() {
	case $family in bus_ops | domain_ops | static_by_bus) ;; *) false ;; esac
}

# owns: the core has ownership of groups (since 5.19).
owns() {
	[ "$family" != bus_ops ]
}

# errno_words NAME: sets words to the text of strerror().
errno_words() {
	case $1 in
	EPERM) words="Operation not permitted" ;;
	ENOENT) words="No such file or directory" ;;
	EIO) words="Input/output error" ;;
	ENXIO) words="No such device or address" ;;
	E2BIG) words="Argument list too long" ;;
	EAGAIN) words="Resource temporarily unavailable" ;;
	ENOMEM) words="Cannot allocate memory" ;;
	EACCES) words="Permission denied" ;;
	EFAULT) words="Bad address" ;;
	EBADFD) words="File descriptor in bad state" ;;
	EBUSY) words="Device or resource busy" ;;
	EEXIST) words="File exists" ;;
	EXDEV) words="Invalid cross-device link" ;;
	ENODEV) words="No such device" ;;
	EINVAL) words="Invalid argument" ;;
	ENOSPC) words="No space left on device" ;;
	ERANGE) words="Numerical result out of range" ;;
	ENAMETOOLONG) words="File name too long" ;;
	EOPNOTSUPP) words="Operation not supported" ;;
	EMEDIUMTYPE) words="Wrong medium type" ;;
	*) words="no words for errno $1" ;;
	esac
}

# contents FILE...: sets contents to the text of the readable files.
contents() {
	contents=
	for contents_file; do
		[ -r "$contents_file" ] || continue
		while IFS= read -r contents_line || [ -n "$contents_line" ]; do
			contents=$contents$contents_line$newline
		done <"$contents_file"
	done
}

# put PATH TEXT: writes one line; $said is the complaint, or empty. put starts no
# subshell, because last_error belongs to the process that writes.
put() {
	said=
	put_status=0
	{ echo "$2" >"$mock/$1"; } 2>"$said_file" || put_status=1
	[ "$put_status" = 0 ] || read -r said <"$said_file"
	return "$put_status"
}

# knob PATH TEXT: a write that must succeed. Prints nothing if it does.
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

# snapshot: sets contents to all that a refused write must not change.
snapshot() {
	contents "$mock/state" "$mock"/instances/*/pairs
}

# frozen: prints the same.
frozen() {
	snapshot
	printf '%s' "$contents"
}

# judge_refusal ERRNO [PATTERN]: the part that fails and refused share.
judge_refusal() {
	refusal=
	[ "$put_status" != 0 ] || refusal="it was accepted"
	errno_words "$1"
	case $said in
	*": $words") ;;
	*) refusal="$refusal
not $1: $said" ;;
	esac
	contents "$mock/last_error"
	sentence=${contents%"$newline"}
	case $sentence in
	'' | *"$newline"*) refusal="$refusal
not one sentence: '$sentence'" ;;
	esac
	[ -z "${2:-}" ] || matches "$sentence" "$2" || refusal="$refusal
the sentence '$sentence' is not like: $2"
}

# shown TEXT: sets shown to the text in a form for the name of a test.
shown() {
	case $1 in
	*[!\ -~]* | *\#* | ????????????????????????????????????????????????????????*)
		shown=$(printf '%.60s' "'$1'" | tr -c ' -~' '?' | tr '#' '?')
		;;
	*) shown="'$1'" ;;
	esac
}

# fails ERRNO PATH TEXT [PATTERN]: a write that must fail with ERRNO and leave
# one sentence, like PATTERN, in last_error.
fails() {
	put "$2" "$3"
	judge_refusal "$1" "${4:-}"
	shown "$3"
	[ -z "$refusal" ]
	ok $? "$1: $shown > $2" "$refusal"
}

# refused ERRNO PATH TEXT [PATTERN]: as fails, and nothing has changed.
refused() {
	snapshot
	frozen_before=$contents
	put "$2" "$3"
	judge_refusal "$1" "${4:-}"
	snapshot
	[ "$frozen_before" = "$contents" ] || refusal="$refusal
before: $frozen_before
after:  $contents"
	shown "$3"
	[ -z "$refusal" ]
	ok $? "$1: $shown > $2" "$refusal"
}

# journal EVENT: prints these events without numbers, times and processes.
journal() {
	whole_journal | grep "^$1"
}

whole_journal() {
	sed 's/^[0-9]* [0-9]* //;s/ since=[0-9]*//;s/ thread=[0-9]* by=[^ ]*$//' "$mock/journal"
}

clear_journal() {
	knob journal clear
}

# field KIND NAME KEY: prints the value of a key in an object's line of state.
field() {
	while read -r field_kind field_name field_rest; do
		[ "$field_kind $field_name" = "$1 $2" ] || continue
		for field_word in $field_rest; do
			case $field_word in "$3="*) echo "${field_word#*=}" ;; esac
		done
	done <"$mock/state"
}

where() {
	field device "$1" domain
}

# value_in FILE KEY: prints the value of a key in a file of lines KEY=VALUE.
value_in() {
	while IFS='=' read -r value_key value_rest; do
		[ "$value_key" != "$2" ] || echo "$value_rest"
	done <"$1"
}

# stat_of INSTANCE KEY, total KEY: print a count of an instance, or of the module.
stat_of() {
	value_in "$mock/instances/$1/stats" "$2"
}

total() {
	value_in "$mock/stats" "$1"
}

reset() {
	knob reset 1
}

# soon COMMAND...: waits until the command succeeds. The limit is far above what a
# machine needs, because it is there only for a test that fails: a loaded machine
# stands still for seconds. SOON: another limit, in seconds.
soon() {
	read -r soon_now _ </proc/uptime
	soon_end=$((${soon_now%.*} + ${SOON:-60}))
	until "$@"; do
		read -r soon_now _ </proc/uptime
		[ "${soon_now%.*}" -lt "$soon_end" ] || return
		usleep 10000
	done
}

# traces: prints what the unloaded module must not leave behind.
traces() {
	for trace in /sys/bus/platform/devices/iommu-mock* /sys/bus/platform/drivers/iommu-mock* \
		/sys/class/iommu/* /sys/kernel/iommu_groups/* /sys/kernel/software_nodes/node* \
		/sys/kernel/debug/iommu_mock /sys/module/iommu_mock; do
		[ ! -e "$trace" ] || echo "$trace"
	done
}
