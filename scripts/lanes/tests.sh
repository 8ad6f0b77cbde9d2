# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Run tests/lane/*.t on a lane and record the result of each, for scripts/check.
# Needs lib.sh, and results (a directory) and filter (an extended regex) set.

# header FILE KEY: the value of a header line "# KEY: VALUE".
header() {
	sed -n "1,20s/^# $2: *//p" "$1" | head -n 1
}

# record NAME STATUS: standard input is the TAP of NAME.
record() {
	mkdir -p "$(dirname "$results/$1")"
	cat >"$results/$1.tap"
	echo "$2" >"$results/$1.status"
}

# lane_tests LANE: run all its files: those without a "# vm:" header in one boot,
# each other one in its own.
lane_tests() {
	local file name shared=() own=() start=$SECONDS
	for file in "$repo"/tests/lane/*.t; do
		[ -e "$file" ] || continue
		name=$(basename "$file" .t)
		[[ tests/lane/$name.t =~ $filter ]] || continue
		if ! lane_wants "$file" "$1"; then
			continue
		elif [ -n "$(header "$file" vm)" ]; then
			own+=("$name")
		else
			shared+=("$name")
		fi
	done
	# A lane without tests still shows that it builds, loads and unloads.
	[ -n "$filter" ] || lane_boot "$1" load
	[ ${#shared[@]} = 0 ] || lane_boot "$1" shared "${shared[@]}"
	for name in "${own[@]}"; do
		lane_boot "$1" "$name" "$name"
	done
	echo "check: lane $1: $((${#shared[@]} + ${#own[@]})) test files, $((SECONDS - start)) s" >&2
}

# lane_wants FILE LANE
lane_wants() {
	local lanes
	lanes=$(header "$1" lane)
	[ -z "$lanes" ] || [[ " $lanes " == *" $2 "* ]]
}

# lane_compile FILE DIR: a program for the VM. One that uses libiommu-mock gets
# the shared library beside it; what that needs is there for the tool.
lane_compile() {
	local to=$2/${1##*/} library=$repo/userspace/build/libiommu-mock.so
	to=${to%.c}
	if grep -q '<iommu-mock\.h>' "$1"; then
		cc -O1 -pthread -I "$repo/userspace/include" -o "$to" "$1" "$library" -Wl,-rpath,'$ORIGIN'
		cp -L "$library" "$2/$(readlink "$library")"
	else
		cc -static -O1 -o "$to" "$1"
	fi
}

# lane_boot LANE BOOT NAME...: one VM for the files NAME. The boot itself is a
# test too: the VM's verdict, recorded as LANE/vm-BOOT.
lane_boot() {
	local on=$1 boot=$2 name file limit total=60 slow=1 token dir args=() status
	shift 2
	# A kernel of our own has the checkers, and they take their time.
	! (lane_load "$on" && [ -n "$lane_config" ]) || slow=3
	total=$((total * slow))
	# A lane that cannot run here was recorded as skipped by its first boot.
	[ ! -e "$results/$on/skipped" ] || return 0
	mkdir -p "$results/$on"
	dir=$(mktemp -d)
	: >"$dir/LIST"
	for name; do
		limit=$(header "$repo/tests/lane/$name.t" timeout)
		limit=$((${limit:-120} * slow))
		total=$((total + limit))
		echo "$name $limit" >>"$dir/LIST"
		cp "$repo/tests/lane/$name.t" "$dir/"
	done
	find "$repo/tests/lane" -maxdepth 1 -type f ! -name '*.t' -exec cp {} "$dir/" \; 2>/dev/null
	for file in "$repo"/tests/lane/helpers/*.c "$repo"/docs/examples/*.c; do
		[ "$boot" = load ] || lane_compile "$file" "$dir"
	done
	[ "$boot" = shared ] || [ "$boot" = load ] ||
		mapfile -t args < <(header "$repo/tests/lane/$boot.t" vm | xargs printf '%s\n')
	[[ " ${args[*]} " == *" --timeout "* ]] || args+=(--timeout "$total")
	token=@$(od -An -tx8 -N8 /dev/urandom | tr -d ' ')@
	if [ "$boot" = load ]; then
		args+=(-- sh -c 'modprobe iommu_mock && modprobe -r iommu_mock && modprobe iommu_mock')
	else
		args+=(--add "$dir:/root/tests" --add "$lanes_dir/runner:/root/runner"
			-- sh /root/runner "$token")
	fi
	# Files in a header are named from the top of the tree.
	cd "$repo" || return
	"$repo/scripts/vm" --lane "$on" --log "$results/$on/$boot.kernel-log" "${args[@]}" \
		</dev/null >"$dir/out" 2>"$results/$on/$boot.stderr"
	status=$?
	rm -f "$dir"/*.t
	lane_split "$on" "$token" "$dir/out"
	lane_verdict "$on" "$boot" "$status" "$@"
	rm -rf "$dir"
}

# lane_split LANE TOKEN FILE: cut a runner's output into one result per test.
lane_split() {
	awk -v token="$2" -v dir="$results/$1" '
		$1 == token && $2 == "begin" { out = dir "/" $3 ".tap"; printf "" >out; next }
		$1 == token && $2 == "end" { print $4 >(dir "/" $3 ".status"); close(out); out = ""; next }
		$1 == token { next }
		out != "" { print >out }
	' "$3"
}

# lane_verdict LANE BOOT STATUS NAME...
lane_verdict() {
	local on=$1 boot=$2 status=$3 name words
	shift 3
	words=$(grep -a '^vm: lane\|^vm: FAILED' "$results/$on/$boot.stderr" | head -n 1 | sed 's/^vm: //')
	if [ "$status" = "$EX_SKIP" ]; then
		echo "1..0 # SKIP ${words:-the lane says it cannot run here}" | record "$on/vm-$boot" 0
		: >"$results/$on/skipped"
		return
	fi
	{
		echo "1..1"
		[ "$status" = 0 ] || printf 'not '
		echo "ok 1 - lane $on, boot $boot: the verdict is green"
		[ "$status" = 0 ] || echo "# exit status $status: see $results/$on/$boot.stderr"
	} | record "$on/vm-$boot" 0
	if [ "$status" != 0 ]; then
		sed "s/^/  $on: /" "$results/$on/$boot.stderr" | head -n 80 >&2
	fi
	for name; do
		[ -e "$results/$on/$name.status" ] && continue
		[ -e "$results/$on/$name.tap" ] ||
			printf '1..1\nnot ok 1 - %s did not run: %s\n' "$name" \
				"${words:-the VM ended with status $status}" >"$results/$on/$name.tap"
		echo 255 >"$results/$on/$name.status"
	done
}
