# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# For tests of the recorder. Most of it is for a real IOMMU driver, which QEMU's IOMMU
# makes work: two PCI functions in groups of their own, that VFIO's type1 has in one
# container. Source it after lib.sh.

# bind_all: bind QEMU's test devices to vfio-pci; set bound to their addresses.
bind_all() {
	modprobe -a vfio-pci vfio_iommu_type1
	bound=''
	for function in /sys/bus/pci/devices/*; do
		[ "$(cat "$function/vendor"):$(cat "$function/device")" = 0x1b36:0x0005 ] || continue
		echo vfio-pci >"$function/driver_override"
		echo "${function##*/}" >/sys/bus/pci/drivers_probe
		[ ! -e "/sys/bus/pci/drivers/vfio-pci/${function##*/}" ] || bound="$bound ${function##*/}"
	done
	bound=${bound# }
}

# functions: set first and second to the addresses of two functions.
functions() {
	bind_all
	first=${bound% *} second=${bound#* }
	is "$(echo "$bound" | wc -w)" 2 "two functions are bound to vfio-pci: $bound"
}

# booted: what the four probes of the kernel's command line have recorded of the boot is
# written to rec, and R10 is kept; they are removed; and the words for the next boot.
booted() {
	tracing=/sys/kernel/debug/tracing
	is "$(grep -c ':iommu_mock_boot/imr_' "$tracing/kprobe_events")" 4 "the kernel has set the probes"
	contents "$tracing/trace"
	before=$contents
	[ -n "$before" ]
	ok $? "and has recorded"

	iommu-mock record --boot --anonymize --output rec 2>said
	is "$?:$(cat said)" "0:" "record --boot"
	devices=$(for device in /sys/kernel/iommu_groups/*/devices/*; do echo "${device##*/}"; done | sort)
	[ "$(echo "$devices" | wc -l)" -gt 3 ]
	ok $? "the driver has devices: $(echo "$devices" | wc -l)"
	is "$(first probe ret=0)" "$devices" "each of them came" "$(cat rec)"
	is "$(first attach 'old=none fresh=0 reason=- ret=0')" "$devices" "and was put on a domain of the core" "$(cat rec)"
	is "$(sed -n 's/.* attach .* domain=\([^ ]*\) old=none .*/\1/p' rec | grep -vcE 'default|identity')" 0 "the default domain of its group"
	iommu-mock judge rec >rules
	is $? 0 "no rule is broken" "$(cat rules)"
	like "$(cat rules)" "^R10 +kept +$(echo "$devices" | wc -l) " "R10 is kept, for each device"

	is "$(cat "$tracing/kprobe_events")" "" "the probes are removed"
	out=$(iommu-mock record --boot --output other 2>&1)
	is "$?:$out" "1:iommu-mock: record: there are no probes of the kernel's command line: record --boot, without --output, prints the words that set them" \
		"what was written once is not written again"
	[ ! -e other ]
	ok $? "and no file is left"
	iommu-mock record --boot >words 2>/dev/null
	is "$?" 0 "the words for the next boot"
	for symbol in $(sed 's/.*kprobe_event=//' words | tr ';' '\n' | cut -d , -f 2 | sort -u); do
		grep -q " [tT] $symbol\$" /proc/kallsyms
		ok $? "name functions of this kernel: $symbol"
	done
}

# first KIND KEYS: prints the devices of which the first line of that kind has these keys.
first() {
	sed -n "s/^[0-9]* [0-9]* $1 .*\<device=\([^ ]*\) .*\<$2 .*/\1/p" rec | sort -u
}

# overhead ROUNDS: a map and an unmap by VFIO, with a recorder and without, as a
# ratio of the best of three; printed for people.
overhead() {
	without='' with=''
	for _ in 1 2 3; do
		without="$without $(./vfio-loop "$1" "$first")"
		with="$with $(iommu-mock record --output rec -- ./vfio-loop "$1" "$first" 2>/dev/null)"
	done
	without=$(least "$without") with=$(least "$with")
	pieces=$(($(lines "map domain=d1 iova=0x1[0-9a-f]{5} ") / $1))
	note "a map and an unmap of 64K, $pieces pieces: $without ns, recorded $with ns: $((100 * with / without)) %"
}

# least NUMBERS
least() {
	echo "$1" | tr ' ' '\n' | grep . | sort -n | head -n 1
}

# lines REGEX: how many lines of the recording are like it.
lines() {
	grep -Ec "^[0-9]+ [0-9]+ $1" rec
}

# calls: the calls about domains of VFIO in the recording, as "CALL DEVICE DOMAIN RESULT THEN".
calls() {
	iommu-mock judge --calls --raw --noheadings --output CALL,DEVICE,DOMAIN,RESULT,THEN rec |
		sed -n 's/\\x20/ /g; / d[0-9]/p'
}

# bytes EVENT KEY: their sum, on the first domain, at 1M and above: below is what
# VFIO itself tries.
bytes() {
	sum=0
	sizes=$(sed -n "s/^[0-9]* [0-9]* $1 domain=d1 iova=0x1[0-9a-f]\{5\} .*\<$2=\(0x[0-9a-f]*\) .*/\1/p" rec)
	for size in $sizes; do
		sum=$((sum + size))
	done
	echo "$sum"
}

# records DRIVER UNIT [RULE]: one container, and each function in both orders. The kernel's
# vfio_iommu_type1_attach_group() gives each group a domain of its own, and
# keeps that unless the first one takes the group, too. RULE is kept, besides those
# that every driver shows.
records() {
	preset "$1"
	like "$run" "^partly .*accepted" "and what follows: a domain of the same unit is accepted"
	shift
	shows=${2:-}
	for order in "$first $second" "$second $first"; do
		# shellcheck disable=SC2086 # words
		iommu-mock record --output rec -- ./vfio-loop 1 $order >out 2>said
		is "$?" 0 "VFIO works" "$(cat said)"
		unlike "$(cat said)" "attach|are made|freed|mapped|lost${shows:+|invalidate}" "and the recorder has seen it all"
		a=${order% *} b=${order#* }
		is "$(lines "alloc domain=d[12] .* ret=0")" 2 "a domain for each group"
		is "$(lines "attach instance=$1 device=$a domain=d1 .* fresh=1 .* ret=0")" 1 "$a is on the first"
		is "$(lines "attach instance=$1 device=$b domain=d2 .* fresh=1 .* ret=0")" 1 "$b is on a second"
		is "$(lines "attach instance=$1 device=$b domain=d1 .* fresh=0 .* ret=0")" 1 "and then on the first"
		is "$(bytes map size)" 65536 "64K are mapped, in as many pieces as the memory has"
		is "$(bytes unmap done)" 65536 "and unmapped"
		is "$(lines "free domain=d[12] attached=0")" 2 "both domains are freed, and nothing is on them"
		iommu-mock judge rec >rules
		is $? 0 "no rule is broken" "$(cat rules rec)"
		for rule in R1 R4 R12 $shows; do
			like "$(cat rules)" "^$rule +kept " "$rule is kept"
		done
		note "$(cat rec)"
	done
}

# reaches FUNCTION...: DMA of the functions, which are QEMU's iommu-testdev, while VFIO maps
# and unmaps: vfio-testdev has five tests for each. Recorded.
reaches() {
	iommu-mock record --output rec -- ./vfio-testdev "$@" >out 2>said
	is "$?:$(grep -c '^ok' out):$(grep '^not ok' out)" "0:$((5 * $#)):" "DMA of $*: $((5 * $#)) tests of its own" "$(cat out said)"
	note "$(cat out)"
}

# preset DRIVER: sets preset to the one of this driver and kernel, and run to what "preset
# show" says of its run: "run" or "partly", and what was seen, with this kernel's series.
preset() {
	series=$(uname -r | cut -d . -f -2)
	series=${series%%-*}
	preset=$1@$series
	run=$(iommu-mock preset show "$preset" --raw --noheadings --output KIND,WHAT,TEXT |
		sed -n 's/^\(run\|partly\) /\1 /p' | sed 's/\\x20/ /g')
	like "$run" "[ ,]$series(,|:)" "preset $preset: it says that its driver was run on $series"
}

# drive DIR: what scripts/report makes columns of: all functions in one container, and
# where the kernel has iommufd, on one address space, in three orders, a recording for each.
drive() {
	mkdir "$1" "$1/vfio"
	# Without remapping of interrupts both want to be told, before others load them.
	modprobe -q iommufd allow_unsafe_interrupts=1 && iommufd=1 || iommufd=0
	modprobe vfio_iommu_type1 allow_unsafe_interrupts=1
	bind_all
	reversed='' rotated="${bound#* } ${bound%% *}"
	for function in $bound; do
		reversed="$function $reversed"
	done
	drive_by "$1/vfio" ./vfio-loop || return
	[ "$iommufd" = 1 ] || return 0
	mkdir "$1/iommufd"
	drive_by "$1/iommufd" ./iommufd-loop
}

# drive_by DIR PROGRAM
drive_by() {
	for order in "functions $bound" "functions-reversed $reversed" "functions-rotated $rotated"; do
		# shellcheck disable=SC2086 # words
		iommu-mock record --output "$1/${order%% *}.journal" -- "$2" 1 ${order#* } >/dev/null || return
	done
}
