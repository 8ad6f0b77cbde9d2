# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Run one VM and judge it. Needs what scripts/vm has set: opt_*, command,
# kernel, image_dir, run_dir.

# qemu_pid is that of timeout, which hands SIGTERM on, and SIGKILL later.
boot_cleanup() {
	[ -z "$qemu_pid" ] || {
		kill "$qemu_pid"
		wait "$qemu_pid"
	} 2>/dev/null
	# Of a VM that hung, and is ended from outside, the log is the only trace.
	[ -z "$opt_log" ] || [ -e "$opt_log" ] || {
		boot_log >"$opt_log" || :
		! boot_stuck || boot_fail "$EX_TIMEOUT" "ended from outside: $boot_stuck_words"
	}
	rm -rf "$run_dir"
}

# quoted WORD...: for the shell in the VM.
quoted() {
	local word
	for word; do
		printf "'%s' " "${word//\'/\'\\\'\'}"
	done
}

# boot_initrd: the cached base plus a small archive of what is this run's own.
boot_initrd() {
	local tree=$run_dir/tree watchdog=$((opt_timeout - 10))
	mkdir -p "$tree/vm"
	[ ${#command[@]} = 0 ] || printf 'exec %s\n' "$(quoted "${command[@]}")" >"$tree/vm/command"
	[ "$watchdog" -ge 5 ] && [ ${#command[@]} != 0 ] || watchdog=0
	{
		echo "VM_UNLOAD=$opt_unload VM_WATCHDOG=$watchdog VM_TTY=$boot_tty"
		echo "VM_LANE=$lane VM_LOAD='${opt_load[*]}' VM_PACKAGES=${#opt_packages[@]}"
	} >"$tree/vm/settings"
	printf '%s\n' "${opt_get[@]%%:*}" >"$tree/vm/get"
	boot_add_programs "$tree"
	[ ${#opt_python[@]} = 0 ] || boot_add_python "$tree"
	[ "$opt_guest" = 0 ] || { mkdir -p "$tree/root" && cp "$kernel" "$tree/root/vmlinux"; } ||
		die "$EX_ENV" "--guest-kernel: $kernel cannot be copied"
	boot_add_files "$tree"
	{
		cat "$image_dir/base.cpio"
		(cd "$tree" && find . | cpio --quiet -o -H newc -R 0:0)
	} >"$run_dir/initrd" || die "$EX_ENV" "the initramfs cannot be written to $run_dir: is the disk full?"
	rm -rf "$tree"
}

# boot_add_program TREE PATH [DIR]: what was linked on this machine runs with this
# machine's libraries, and what was linked in a build root with those of the root.
boot_add_program() {
	local lib libs to=$1${3:-/usr/local/bin}
	mkdir -p "$to"
	cp -L "$2" "$to/"
	if [ -n "$lane_arch" ]; then
		libs=$(cross_libraries "$2") || exit
	else
		libs=$(ldd "$2" 2>/dev/null | grep -oE '/[^ ]+' | sed 's/.*/&:&/')
	fi
	for lib in $libs; do
		mkdir -p "$1$(dirname "${lib#*:}")"
		cp -L "${lib%:*}" "$1${lib#*:}"
	done
}

# boot_place: prints where the VM's programs come from.
boot_place() {
	echo "${lane_arch:+for $lane_arch in the build root of lane $lane}" | grep . || echo "on this machine"
}

# boot_program NAME: prints the path of a program that the VM can run.
boot_program() {
	if [ -z "$lane_arch" ]; then
		type -P "$1"
	else
		find "$root/opt/vm" -path "*bin/$1" | grep .
	fi
}

boot_add_programs() {
	local name path tool=$repo/userspace/iommu-mock
	[ -z "$lane_arch" ] || tool=$cross_dir/iommu-mock
	[ ! -x "$tool" ] || boot_add_program "$1" "$tool"
	for name in "${opt_programs[@]}"; do
		path=$(boot_program "$name") ||
			die "$EX_ENV" "--program: there is no $name $(boot_place)"
		boot_add_program "$1" "$path"
	done
}

# boot_add_python TREE: Python, its standard library, and the modules of opt_python.
# Those in C need libraries, as programs do.
boot_add_python() {
	local tree=$1 path said stdlib
	[ -z "$lane_arch" ] || die "$EX_ENV" "--python: lane $lane cannot run Python of this machine"
	# The packages of the distribution are for its own Python.
	path=$(PATH=/usr/bin:$PATH type -P python3) || die "$EX_ENV" "--python: there is no python3 on this machine"
	path=$(realpath "$path")
	said=$("$path" "$lanes_dir/python-files" "${opt_python[@]}" 2>&1) ||
		die "$EX_ENV" "--python: ${said##*$'\n'}"
	stdlib=${said%%$'\n'*}
	boot_add_program "$tree" "$path"
	ln -sf "${path##*/}" "$tree/usr/local/bin/python3"
	mkdir -p "$tree$stdlib"
	tar -C "$stdlib" -c --exclude=./test --exclude=./idlelib --exclude=./lib2to3 \
		--exclude=./ensurepip --exclude='./config-*' . | tar -C "$tree$stdlib" -x
	printf '%s\n' "${said#"$stdlib"}" | sed '/^$/d; s|^/||' |
		tar -C / -c -T - | tar -C "$tree" -x
	for path in "$stdlib"/lib-dynload/_ctypes.*.so; do
		boot_add_program "$tree" "$path" "$stdlib/lib-dynload"
	done
}

boot_add_files() {
	local tree=$1 add from to
	for add in "${opt_add[@]}"; do
		from=${add%:*}
		to=${add#"$from"}
		to=${to#:}
		[ -e "$from" ] || die "$EX_USAGE" "--add: there is no file $from"
		from=$(realpath "$from")
		to=${to:-/root/${from##*/}}
		mkdir -p "$tree/$(dirname "$to")"
		cp -aT --no-preserve=ownership "$from" "$tree/$to" ||
			die "$EX_ENV" "--add: $from cannot be copied"
	done
}

# boot_accel: a device file says little about KVM; a trial boot of this kernel
# does. Its result holds until the machine reboots.
boot_accel() {
	local note version
	accel=${IOMMU_MOCK_ACCEL:-}
	[ -z "$accel" ] || return 0
	accel=tcg
	[ -w /dev/kvm ] && [ -z "$lane_arch" ] || return 0
	version=$(qemu-system-x86_64 --version | hash_of)
	note=$cache/accel/$(cat /proc/sys/kernel/random/boot_id)-$version-$release
	if [ ! -e "$note" ]; then
		mkdir -p "$cache/accel"
		find "$cache/accel" -type f -mtime +30 -delete
		IOMMU_MOCK_ACCEL=kvm "$repo/scripts/vm" --lane "$lane" --no-module --timeout 30 \
			-- true >/dev/null 2>&1 && accel=kvm
		echo "$accel" >"$note.$$" && mv "$note.$$" "$note"
	fi
	accel=$(cat "$note")
}

# The lines that init writes to the console at its start and before the command starts.
boot_init_mark='iommu-mock vm: init starts'
boot_mark='iommu-mock vm: the command starts'

# boot_run: run the VM. On a crowded machine a kernel sometimes stops or dies before
# it starts init. Of 120 boots at a load of 5 none did; of some hundreds at a load of
# 10 one died and one was stuck. Of some hundreds one had a clock that ran 17 times as
# fast as it should: the kernel had measured a wrong frequency of its time stamp counter,
# and each limit of a test came too early. QEMU itself can crash, too. Nothing of ours has
# run by then, so that boot is tried again, a second and a third time, and the reason is
# printed. So is a boot whose kernel died of a breakpoint before the command had printed
# anything.
boot_run() {
	local attempt
	boot_arguments
	for attempt in 1 2 3; do
		boot_attempt
		if [ -e "$run_dir/stuck" ]; then
			echo "vm: the kernel of lane $lane did not start init within $boot_limit s (attempt $attempt of 3)" >&2
		elif [ -e "$run_dir/fast" ]; then
			echo "vm: the clock of lane $lane runs fast: $(cat "$run_dir/fast") (attempt $attempt of 3)" >&2
		elif boot_ended_early; then
			echo "vm: the kernel of lane $lane ended before the command started (attempt $attempt of 3): $(boot_last_words)" >&2
		elif boot_breakpoint && [ ! -s "$run_dir/spoke" ]; then
			echo "vm: the kernel of lane $lane died of a breakpoint, which the emulation can leave behind (attempt $attempt of 3): $(boot_last_words)" >&2
		else
			return 0
		fi
	done
	[ -e "$run_dir/stuck" ] || return 0
	qemu_status=124
	opt_timeout=$boot_limit
}

# boot_last_words: prints the first line of the dying kernel's message.
boot_last_words() {
	grep -aoE '(Kernel panic|Oops|BUG:|double fault|int3).*' "$run_dir/console" | head -n 1 | tr -d '\r' | grep . ||
		echo "the console does not say why, and the exit status of QEMU was $qemu_status"
}

# boot_ended_early: QEMU started, and ended by itself before the command started.
boot_ended_early() {
	[ ${#command[@]} -gt 0 ] && [ "$qemu_status" != 124 ] && [ "$qemu_status" != 137 ] &&
		[ ! -s "$run_dir/verdict" ] && [ -s "$run_dir/console" ] &&
		! grep -qaF "$boot_mark" "$run_dir/console"
}

# boot_breakpoint: under emulation, the kernel died of an int3. A kernel writes this
# instruction over code that it patches while other processors may execute it
# (text_poke_bp() of arch/x86/kernel/alternative.c), and takes it away again. QEMU 7.2,
# with a thread for each processor, sometimes executes it later. That was seen on a
# crowded machine, in one of some hundred boots.
boot_breakpoint() {
	[ "${accel%%,*}" = tcg ] && [ ! -s "$run_dir/verdict" ] &&
		grep -qsaE 'int3: 0000' "$run_dir/console"
}

# boot_stuck: under emulation, the kernel complained of nothing but that a processor got
# no further, and one executed a breakpoint again and again. It is the same fault of QEMU's:
# this processor never sees the instruction that is there, and the other one waits for it in
# text_poke_bp(), for a while or for ever. It was seen while events of the tracer were
# enabled, which patches __schedule(): on 6.1, and maybe on 5.10.
boot_stuck() {
	local still='soft lockup|hard LOCKUP|detected stall|blocked for more than'
	# A signal can come before the machine is chosen.
	[[ ${accel-} == tcg* ]] && boot_log | awk -v still="$still" '
		NR == FNR { complaint[$0]; next }
		/RIP: 0010:((asm_)?exc_int3|poke_int3_handler)\+/ { breakpoint = 1 }
		$0 ~ still { stuck = 1; next }
		{ for (words in complaint) if ($0 ~ words) other = 1 }
		END { exit !(breakpoint && stuck && !other) }' "$lanes_dir/complaints.list" -
}
boot_stuck_words="the kernel was stuck in a breakpoint, which the emulation can leave behind"

# boot_needs: that QEMU is there, for the lane's architecture.
boot_needs() {
	case $lane_arch in
	'') need qemu-system-x86_64 qemu-system-x86 ;;
	arm64)
		[ "$opt_new_qemu" = 1 ] || need qemu-system-aarch64 qemu-system-arm
		need readelf binutils
		;;
	riscv64)
		[ "$opt_new_qemu" = 1 ] || need qemu-system-riscv64 qemu-system-misc
		need readelf binutils
		;;
	esac
}

# boot_machine: set machine and boot_append, what QEMU and the kernel are told on each
# architecture, and boot_tty, the terminal of a shell. Under emulation the processor of
# x86 has no cmpxchg16b: after an arithmetic instruction QEMU 7.2 (Debian 12) takes the
# operand of that for the register of flags. An interrupt then kills the kernel with an
# "int3" or a "double fault", or resets the machine. The kernel does without the
# instruction where the processor does not offer it (tests/vm/flags.t). The Cortex-A57
# has no pointer authentication, which is slow to emulate.
#
# The VM has no page tables of five levels (la57). identify_cpu() of
# arch/x86/kernel/cpu/common.c in 7.3 clears the features of the boot processor for a
# moment, with interrupts enabled. KASAN asks them for the number of levels. An interrupt
# at that moment makes KASAN report a good address, as in 2 of 15 boots, and the report
# turns lockdep off (tests/vm/flags.t).
boot_machine() {
	local cpu=max,-cx16
	case $lane_arch in
	'')
		[ "$accel" = tcg ] || cpu=host
		cpu+=,-la57
		machine=(qemu-system-x86_64 -machine q35 -cpu "$cpu")
		boot_append="console=ttyS0 tsc=reliable no_timer_check"
		boot_tty=/dev/ttyS1
		;;
	arm64)
		machine=(qemu-system-aarch64 -machine "virt,gic-version=3" -cpu cortex-a57)
		boot_append="console=ttyAMA0"
		boot_tty=/dev/hvc0
		;;
	riscv64)
		machine=(qemu-system-riscv64 -machine virt -cpu rv64)
		boot_append="console=ttyS0"
		boot_tty=/dev/hvc0
		;;
	esac
	[ "$opt_new_qemu" = 0 ] || {
		qemu_run "${machine[0]}"
		machine=("${new_qemu[@]}" "${machine[@]:1}")
	}
}

# boot_arguments: set qemu, the command to run. Under emulation the addresses of programs are
# not random (norandmaps): QEMU translates the code of a program and of its libraries again
# for each new address. A start of the tool takes half the time without that.
boot_arguments() {
	local append p
	append="$boot_append quiet loglevel=5 oops=panic panic=-1 log_buf_len=4M random.trust_cpu=on$opt_cmdline"
	[ "$accel" != tcg ] || {
		append+=" norandmaps"
		accel=tcg,thread=multi
	}
	qemu=("${machine[@]}" -accel "$accel" -smp 2 -m "$opt_mem"
		-nodefaults -no-user-config -display none -no-reboot
		-kernel "$kernel" -initrd "$run_dir/initrd" -append "$append"
		-chardev "file,id=console,path=$run_dir/console" -serial chardev:console
		-device "virtio-serial-pci,id=ports")
	[ ${#command[@]} -gt 0 ] || {
		qemu+=(-chardev "stdio,id=tty,signal=off")
		case $boot_tty in
		/dev/hvc*) qemu+=(-device "virtconsole,bus=ports.0,chardev=tty") ;;
		*) qemu+=(-serial chardev:tty) ;;
		esac
	}
	for p in out err log files verdict; do
		qemu+=(-chardev "file,id=$p,path=$run_dir/$p"
			-device "virtserialport,bus=ports.0,chardev=$p,name=$p")
	done
	# What a VM writes there ends with the VM.
	[ ${#opt_packages[@]} = 0 ] ||
		qemu+=(-drive "file=$packages_dir/disk,if=none,format=raw,snapshot=on,id=packages"
			-device "virtio-blk-pci,drive=packages,serial=packages")
	qemu+=("${opt_qemu[@]}")
}

# boot_reader: passes on what comes. Something has come once the file "spoke" is not empty.
boot_reader() {
	dd bs=1 count=1 status=none | tee -a "$run_dir/spoke"
	exec cat
}

# boot_attempt: one run, output passed on as it comes; set qemu_status.
boot_attempt() {
	local readers=() watcher=
	rm -f "$run_dir"/{stuck,fast,spoke,console,out,err,log,files,verdict,qemu}
	mkfifo "$run_dir/out" "$run_dir/err"
	boot_reader <"$run_dir/out" &
	readers+=($!)
	boot_reader <"$run_dir/err" >&2 &
	readers+=($!)
	if [ ${#command[@]} -gt 0 ]; then
		timeout -k 5 "$opt_timeout" "${qemu[@]}" </dev/null >"$run_dir/qemu" 2>&1 &
		qemu_pid=$!
		boot_watch "$qemu_pid" >/dev/null 2>&1 &
		watcher=$!
	else
		# --foreground leaves the terminal to QEMU.
		timeout --foreground -k 5 "$opt_timeout" "${qemu[@]}" <&0 2>"$run_dir/qemu" &
		qemu_pid=$!
	fi
	wait "$qemu_pid"
	qemu_status=$?
	qemu_pid=
	[ -z "$watcher" ] || {
		kill "$watcher"
		wait "$watcher"
	} 2>/dev/null
	boot_readers_end "${readers[@]}"
}

# boot_watch PID: end QEMU if init does not start in time or the kernel's clock is
# wrong, and leave a note.
boot_watch() {
	local begun=$SECONDS words
	while [ $((SECONDS - begun)) -lt "$boot_limit" ]; do
		words=$(boot_clock $((SECONDS - begun))) || {
			echo "$words" >"$run_dir/fast"
			kill "$1"
			return
		}
		grep -qsaF "$boot_mark" "$run_dir/console" && return
		kill -0 "$1" 2>/dev/null || return
		sleep 0.5
	done
	: >"$run_dir/stuck"
	kill "$1"
}

# boot_clock SECONDS: by the clock of the kernel that was started so long ago, has more
# than twice that time gone by when init starts? Then the function says so, and fails.
boot_clock() {
	local uptime
	uptime=$(sed -n "s/^\[ *\([0-9]*\)\.[0-9]*\] $boot_init_mark.*/\1/p" "$run_dir/console" 2>/dev/null)
	[ -n "$uptime" ] && [ "$uptime" -gt $((2 * $1 + 10)) ] || return 0
	echo "$uptime s after $1 s"
	return 1
}

# The readers end by themselves once QEMU has opened and closed their pipes; if
# it never did, open them for it, more than once, for a reader may still be on
# its way to its pipe. A reader that is slow is waited for.
boot_readers_end() {
	local p tries
	for ((tries = 0; tries < 50; tries++)); do
		for p in out err; do
			: <>"$run_dir/$p"
		done
		kill -0 "$@" 2>/dev/null || break
		sleep 0.05
	done
	wait "$@"
}

# boot_judge: sets judged, the exit status, and prints what went wrong.
boot_judge() {
	local verdict='' kind status words
	[ -s "$run_dir/verdict" ] && verdict=$(tr -d '\0' <"$run_dir/verdict")
	[ -z "$opt_log" ] || boot_log >"$opt_log" || die "$EX_ENV" "the log cannot be written to $opt_log"
	read -r kind status words <<<"$verdict"
	if [ -e "$run_dir/fast" ]; then
		boot_fail "$EX_TIMEOUT" "the clock of its kernel runs fast: $(cat "$run_dir/fast")"
	elif [ "$qemu_status" = 124 ] || [ "$qemu_status" = 137 ]; then
		boot_fail "$EX_TIMEOUT" "hung: the VM was still running after $opt_timeout s$(! boot_stuck || echo ": $boot_stuck_words")"
		tail -n 60 "$run_dir/console" >&2
	elif [ "$kind" = exit ] && [[ $status =~ ^[0-9]+$ ]]; then
		judged=$status
	elif [ "$kind" = unload ] && [ -z "$opt_strict" ] && [[ $status =~ ^[0-9]+$ ]]; then
		judged=$status
		echo "vm: $words" >&2
	elif [ "$kind" = kernel ]; then
		boot_fail "$EX_KERNEL" "the kernel complained (the command's exit status was $status): $words$(! boot_stuck || echo ": $boot_stuck_words")"
		boot_excerpt "$run_dir/log" >&2
	elif [ "$kind" = unload ]; then
		boot_fail "$EX_UNLOAD" "$words"
		tail -n 20 "$run_dir/log" >&2
	elif grep -qsE 'Kernel panic|Oops' "$run_dir/console"; then
		boot_fail "$EX_DIED" "the kernel died$(! boot_breakpoint || echo " of a breakpoint")"
		boot_excerpt "$run_dir/console" >&2
	elif [ ! -s "$run_dir/console" ] && [ -s "$run_dir/qemu" ]; then
		boot_fail "$EX_ENV" "QEMU did not start: $(head -n 1 "$run_dir/qemu")"
	else
		boot_fail "$EX_SILENT" "the VM ended without a verdict"
		tail -n 30 "$run_dir/console" "$run_dir/qemu" >&2
	fi
}

# boot_get: bring out what --get names, and fail if that is not there and nothing else
# was wrong. The VM has sent a tar archive with a number for each.
boot_get() {
	local i from to
	[ ${#opt_get[@]} -gt 0 ] || return 0
	mkdir "$run_dir/got"
	[ ! -s "$run_dir/files" ] || tar -x -f "$run_dir/files" -C "$run_dir/got" --no-same-owner 2>/dev/null
	for i in "${!opt_get[@]}"; do
		from=${opt_get[i]%%:*}
		to=${opt_get[i]#"$from"}
		to=${to#:}
		to=${to:-./}
		[[ $to != */ && ! -d $to ]] || to=${to%/}/${from##*/}
		if [ ! -e "$run_dir/got/$i" ]; then
			echo "vm: --get: there was no $from in the VM at the end" >&2
			[ "$judged" != 0 ] || judged=$EX_GET
		elif ! { mkdir -p "$(dirname "$to")" && cp -RT "$run_dir/got/$i" "$to"; }; then
			[ "$judged" != 0 ] || judged=$EX_ENV
		fi
	done
}

boot_fail() {
	judged=$1
	echo "vm: FAILED on lane $lane: $2" >&2
}

# The log that reached us: by its port, or what the console got. A QEMU that
# does not start makes neither.
boot_log() {
	if [ -s "$run_dir/log" ]; then
		cat "$run_dir/log"
	elif [ -e "$run_dir/console" ]; then
		cat "$run_dir/console"
	fi
}

# boot_excerpt FILE: the first complaint since the command started, with what
# surrounds it.
boot_excerpt() {
	local line start
	start=$(grep -anm1 "$boot_mark" "$1" | cut -d: -f1)
	line=$(tail -n "+${start:-1}" "$1" | grep -anm1 -E -f "$lanes_dir/complaints.list" | cut -d: -f1)
	line=$((${start:-1} + ${line:-1} - 1))
	sed -n "$((line > 5 ? line - 5 : 1)),$((line + 50))p" "$1"
}
