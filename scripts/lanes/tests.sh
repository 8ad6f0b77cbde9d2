# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Run tests/lane/*.t on a lane and record the result of each, for scripts/check.
# Needs lib.sh, and set: results (a directory), filter (an extended regex), and
# run_of ("check" or "check-all", as in make: only what that runs, by the lane's
# conf and, for check, by tests/left-out.list; empty: everything).

# record NAME STATUS: standard input is the TAP of NAME.
record() {
	mkdir -p "$(dirname "$results/$1")"
	cat >"$results/$1.tap"
	echo "$2" >"$results/$1.status"
}

# which_run ALL LANES FILTER: prints run_of, from what scripts/check was asked for: not
# empty for --all; the number of lanes that were named; the filter. A run of named lanes
# leaves out nothing, unless it has --all, too; nor does one with a filter on its lanes.
which_run() {
	if [ -n "$1" ]; then
		echo check-all
	elif [ "$2" = 0 ]; then
		echo "check${3:+-all}"
	fi
}

# lane_has_checkers LANE: its kernel is our own, with checkers that take their time.
lane_has_checkers() {
	(lane_load "$1" && [ -n "$lane_config" ])
}

# lane_boots LANE: what its tests need to be booted, a line for each boot:
# "BOOT NAME...". Most files share one. Files with the same "# vm:" header share another
# one, which has the name of the first of them: lane_options looks there.
# Where the kernel has kmemleak, one boot for the files with "# leaks: yes" has
# it on: it makes all that forks three times as slow. On such a kernel the files that
# "make check" leaves out have a boot as well: see lane_options.
lane_boots() {
	local file name vm shared=() leaks=() rest=() own=()
	declare -A alike=()
	for file in "$repo"/tests/lane/*.t; do
		[ -e "$file" ] || continue
		name=$(basename "$file" .t)
		[[ tests/lane/$name.t =~ $filter ]] && lane_wants "$file" "$1" || continue
		vm=$(header "$file" vm)
		if [ -n "$vm" ]; then
			vm+=$(header "$file" leaks)
			[ -n "${alike[$vm]+set}" ] || own+=("$vm")
			alike[$vm]+=" $name"
		elif [ -n "$(header "$file" leaks)" ] && lane_has_checkers "$1"; then
			leaks+=("$name")
		elif lane_has_checkers "$1" && listed "$(left_by_check "$1")" "tests/lane/$name.t"; then
			rest+=("$name")
		else
			shared+=("$name")
		fi
	done
	[ ${#shared[@]} = 0 ] || echo "shared ${shared[*]}"
	[ ${#leaks[@]} = 0 ] || echo "leaks ${leaks[*]}"
	[ ${#rest[@]} = 0 ] || echo "rest ${rest[*]}"
	for vm in "${own[@]}"; do
		read -r name _ <<<"${alike[$vm]}"
		echo "$name${alike[$vm]}"
	done
}

# lane_wants FILE LANE
lane_wants() {
	local lanes
	lane_slice "$1" "$2" && ! left_out "tests/lane/${1##*/}" "$2" || return
	lanes=$(header "$1" lane)
	[ -z "$lanes" ] || [[ " $lanes " == *" $2 "* ]]
}

# lane_slice FILE LANE: does this run have the test on this lane, by its conf?
declare -A slices=()
lane_slice() {
	local name=${1##*/}
	[ -n "$run_of" ] || return 0
	[ -n "${slices[$2/$run_of]+set}" ] || slices[$2/$run_of]=$(lane_checks "$2" "$run_of")
	[[ " ${slices[$2/$run_of]} " == *" all "* || " ${slices[$2/$run_of]} " == *" ${name%.t} "* ]]
}

# left_out FILE PLACE: is this test left to "make check-all", on this lane or
# "here"? The table tests/left-out.list says so.
declare -A left=()
left_out() {
	[ -n "${left[$2/$run_of]+set}" ] || left[$2/$run_of]=$(left_to_all "$2")
	listed "${left[$2/$run_of]}" "$1"
}

# listed LINES LINE
listed() {
	[[ $'\n'$1$'\n' == *$'\n'"$2"$'\n'* ]]
}

# left_by_check PLACE: the tests, and the parts of tests, that "make check" leaves out
# there: FILE or FILE:PART, a line each.
left_by_check() {
	awk -v place="$1" '
		/^#/ || NF < 3 { next }
		index("," $2 ",", "," place ",") { print $1 }' "$repo/tests/left-out.list"
}

# left_to_all PLACE: the same, of what this run leaves out.
left_to_all() {
	[ "$run_of" != check ] || left_by_check "$1"
}

# lane_programs: compile what the tests bring along, once for all boots. That it
# compiles is a test.
lane_programs() {
	mkdir -p "$results/programs"
	{
		echo 1..1
		"$lanes_dir/compile-programs" "$repo" cc "$results/programs" >"$results/programs.log" 2>&1 || printf 'not '
		echo "ok 1 - the programs of the lane tests compile"
		sed 's/^/# /' "$results/programs.log"
	} | record programs 0
}

# lane_programs_of LANE: prints the directory of the programs that its VMs can run.
lane_programs_of() {
	if (lane_load "$1" && [ -n "$lane_arch" ]); then
		echo "$("$lanes_dir/build" "$1" --programs)/programs"
	else
		echo "$results/programs"
	fi
}

# lane_options LANE BOOT: set args, the options of scripts/vm.
lane_options() {
	case $2 in
	shared | leaks | rest)
		args=(--mem 2048 --program lspci)
		# On a kernel without kmemleak the word means nothing.
		[ "$2" = leaks ] || args+=(--cmdline kmemleak=off)
		;;
	*)
		mapfile -t args < <(header "$repo/tests/lane/$2.t" vm | xargs printf '%s\n')
		[ -n "$(header "$repo/tests/lane/$2.t" leaks)" ] || args+=(--cmdline kmemleak=off)
		;;
	esac
	# VFIO and the removal of devices wait for grace periods of RCU, during which a VM does
	# nothing. In check-all the kernel with checkers keeps the usual ones, and so do boots
	# for one file. There this kernel also unmaps each free page, which KASAN poisons as well.
	# Both make it slower. The files that tests/left-out.list has for the lane need neither.
	if [ "$run_of" = check ] || [ "$2" = rest ] || { [ "$2" = shared ] && ! lane_has_checkers "$1"; }; then
		args+=(--cmdline rcupdate.rcu_expedited=1)
		! lane_has_checkers "$1" || args+=(--cmdline debug_pagealloc=off)
	fi
}

# lane_selftests LANE NAME...: what a test names in its header "# selftests: NAME" is in
# /root/selftests of its VM. If it cannot be compiled, the test does not find it.
lane_selftests() {
	local on=$1 name wanted dir
	shift
	for name; do
		wanted=$(header "$repo/tests/lane/$name.t" selftests)
		[ -n "$wanted" ] || continue
		dir=$("$lanes_dir/selftests" "$on" "$wanted" 2>>"$results/$on/selftests.log") &&
			args+=(--add "$dir:/root/selftests")
	done
}

# lane_boot LANE BOOT NAME...: the files NAME in one VM. If the VM dies, the file
# that ran then has failed, and the files after it get another VM. If it died of a
# breakpoint, or was stuck in one, which QEMU can leave behind (boot.sh), that file gets
# another VM as well; twice at most.
lane_boot() {
	local on=$1 boot=$2 dir args=() name rest n=1 again=0 repeat
	shift 2
	# A lane that cannot run here was recorded as skipped by its first boot.
	[ ! -e "$results/$on/skipped" ] || return 0
	mkdir -p "$results/$on"
	dir=$(mktemp -d)
	lane_options "$on" "$boot"
	lane_selftests "$on" "$@"
	args+=(--add "$dir/tests:/root/tests" --add "$lanes_dir/runner:/root/runner")
	while [ $# -gt 0 ]; do
		lane_attempt "$on" "$boot" "$@"
		repeat=
		if [ "$again" -lt 2 ] && lane_breakpoint "$on" "$boot"; then
			repeat=1
			lane_forget "$on" "$@"
		fi
		rest=()
		for name; do
			[ -e "$results/$on/$name.status" ] || rest+=("$name")
		done
		set -- "${rest[@]}"
		[ $# -gt 0 ] && [ ! -e "$results/$on/skipped" ] || break
		if [ -n "$repeat" ]; then
			again=$((again + 1))
			echo "check: lane $on, boot $boot: a breakpoint was left behind: $1 is repeated" >&2
			rm -f "$results/$on/$1.tap" "$results/$on/vm-$boot".*
		elif [ -e "$results/$on/$1.tap" ]; then
			lane_cut_short "$on" "$1"
			shift
		else
			# No file began: another VM does no better.
			for name; do
				lane_cut_short "$on" "$name"
			done
			break
		fi
		n=$((n + 1))
		boot=${boot%.*}.$n
	done
	rm -rf "$dir"
}

# lane_breakpoint LANE BOOT: did QEMU leave a breakpoint behind in this VM?
lane_breakpoint() {
	grep -qE '^vm: FAILED .*(died of|was stuck in) a breakpoint' "$results/$1/$2.stderr"
}

# lane_forget LANE NAME...: the results of the files during which the kernel complained.
lane_forget() {
	local on=$1 name
	shift
	for name; do
		! grep -qs '^# the kernel complained: ' "$results/$on/$name.tap" ||
			rm -f "$results/$on/$name".{tap,status,seconds}
	done
}

# lane_attempt LANE BOOT NAME...: one VM. The boot itself is a test too: the VM's
# verdict, recorded as LANE/vm-BOOT.
lane_attempt() {
	local on=$1 boot=$2 name limit total=60 slow=1 token status vm watcher
	shift 2
	! lane_has_checkers "$on" || slow=3
	total=$((total * slow))
	rm -rf "$dir/tests"
	mkdir "$dir/tests"
	find "$repo/tests/lane" -maxdepth 1 -type f ! -name '*.t' -exec cp {} "$dir/tests/" \; 2>/dev/null
	cp "$repo/docs/ABI.md" "$repo/module/objects/objects.h" "$repo"/docs/examples/ci/*.sh "$repo"/docs/examples/ci/*.xml "$repo/docs/examples/dpdk/dpdk-dma.c" "$dir/tests/" 2>/dev/null
	find "$(lane_programs_of "$on")" -type f -exec cp -a {} "$dir/tests/" \; 2>/dev/null
	for name; do
		limit=$(header "$repo/tests/lane/$name.t" timeout)
		limit=$((${limit:-120} * slow))
		total=$((total + limit))
		echo "$name $limit" "$(left_to_all "$on" | sed -n "s|^tests/lane/$name\.t:||p" | tr '\n' ' ')" \
			>>"$dir/tests/LIST"
		cp "$repo/tests/lane/$name.t" "$dir/tests/"
	done
	token=@$(od -An -tx8 -N8 /dev/urandom | tr -d ' ')@
	: >"$dir/out"
	# Files in a header are named from the top of the tree.
	cd "$repo" || return
	"$repo/scripts/vm" --lane "$on" --strict --log "$results/$on/$boot.kernel-log" --timeout "$total" "${args[@]}" \
		-- sh /root/runner "$token" </dev/null >"$dir/out" 2>"$results/$on/$boot.stderr" &
	vm=$!
	lane_watch "$vm" &
	watcher=$!
	wait "$vm"
	status=$?
	kill "$watcher" 2>/dev/null
	lane_split "$on" "$token" "$dir/out"
	for name; do
		[ ! -e "$results/$on/$name.tap" ] || lane_skips "$on" "$name"
	done
	lane_verdict "$on" "$boot" "$status"
}

# lane_watch PID: end the VM when a file runs for longer than its time to live,
# which the VM itself sees unless its kernel hangs. Until the first file begins, packages
# are fetched and the VM boots: scripts/vm has limits for both.
lane_watch() {
	local now last='' since=$SECONDS limit
	while sleep 2 && kill -0 "$1" 2>/dev/null; do
		now=$(grep -a "^$token begin " "$dir/out" | tail -n 1)
		[ -n "$now" ] && [ "$now" = "$last" ] || since=$SECONDS
		last=$now
		limit=$(sed -n "s/^${now##* } \([0-9]*\) .*/\1/p" "$dir/tests/LIST")
		if [ $((SECONDS - since)) -gt $((${limit:-600} + 60)) ]; then
			kill "$1"
			return
		fi
	done
}

# lane_cut_short LANE NAME: the result of a file that did not end.
lane_cut_short() {
	local tap=$results/$1/$2.tap words=${lane_words:-the VM ended with status $lane_status}
	if [ -e "$tap" ]; then
		echo "# the VM ended here: $words" >>"$tap"
	else
		printf '1..1\nnot ok 1 - %s did not run: %s\n' "$2" "$words" >"$tap"
	fi
	echo 255 >"$results/$1/$2.status"
}

# lane_split LANE TOKEN FILE: cut a runner's output into one result per test.
lane_split() {
	awk -v token="$2" -v dir="$results/$1" '
		$1 == token && $2 == "begin" { out = dir "/" $3 ".tap"; printf "" >out; next }
		$1 == token && $2 == "end" {
			print $4 >(dir "/" $3 ".status"); print $5 >(dir "/" $3 ".seconds")
			close(out); out = ""; next
		}
		$1 == token { next }
		out != "" { print >out }
	' "$3"
}

# lane_skips LANE NAME: a skip whose reason has none of the words after "# needs:"
# in the file's header is a failure.
lane_skips() {
	local tap=$results/$1/$2.tap
	grep -qa '^\(ok\|1\.\.0\).*# SKIP' "$tap" || return 0
	awk '
		FILENAME == ARGV[1] { if (FNR <= 20 && sub(/^# needs: */, "") && $0 != "") needs[$0]; next }
		/^(ok|1\.\.0).*# SKIP/ {
			declared = 0
			for (need in needs)
				declared += index($0, need) > 0
			if (!declared) {
				reason = $0
				sub(/.*# SKIP */, "", reason)
				if (/^1/)
					print "1..1"
				print "not ok " (/^1/ ? 1 : $2) " - skipped for a need that its header does not declare: " reason
				next
			}
		}
		{ print }
	' "$repo/tests/lane/$2.t" "$tap" >"$tap.judged" && mv "$tap.judged" "$tap"
}

# lane_verdict LANE BOOT STATUS: set lane_words, what became of the VM, and lane_status.
# A module that does not build never has a VM: the reason is scripts/vm's last sentence,
# and the compiler's first errors.
lane_verdict() {
	local on=$1 boot=$2 said=$results/$1/$2.stderr
	lane_status=$3
	lane_words=$(grep -a '^vm: lane\|^vm: FAILED' "$said" | head -n 1 | sed 's/^vm: //')
	[ "$lane_status" != "$EX_BUILD" ] ||
		lane_words=$(grep -a '^vm: ' "$said" | tail -n 1 | sed 's/^vm: //')
	if [ "$lane_status" = "$EX_SKIP" ]; then
		echo "1..0 # SKIP ${lane_words:-the lane says it cannot run here}" | record "$on/vm" 0
		: >"$results/$on/skipped"
		return
	fi
	{
		echo "1..1"
		[ "$lane_status" = 0 ] || printf 'not '
		echo "ok 1 - lane $on, boot $boot: the verdict is green"
		[ "$lane_status" = 0 ] || echo "# exit status $lane_status: see $results/$on/$boot.stderr"
		[ "$lane_status" = 0 ] || [ -z "$lane_words" ] || echo "# $lane_words"
		[ "$lane_status" != "$EX_BUILD" ] || grep -a -m 5 'error: ' "$said" | sed 's/^/# /'
	} | record "$on/vm-$boot" 0
	if [ "$lane_status" != 0 ]; then
		sed "s/^/  $on: /" "$results/$on/$boot.stderr" | head -n 80 >&2
	fi
}
