# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# For tests of the kernel's own callers: what they do, beside what the strategy
# that plays them does. Source it after lib.sh, and set model to the strategy
# and kernel to the callers that it plays.

model='' kernel=''

# sequence: what drivers were asked, the domains numbered as they appear. Who
# asks for a domain is known to the in-kernel caller, but to no kernel before
# 6.7.
sequence() {
	whole_journal | grep -E '^(alloc|attach|free) ' | awk -v legacy="$(legacy && echo 1)" '
		function number(key, i) {
			for (i = 2; i <= NF; i++)
				if ($i ~ "^" key "=(s[0-9]+-|d)[0-9]+$") {
					sub("^" key "=", "", $i)
					if (!($i in seen))
						seen[$i] = ++n
					$i = key "=#" seen[$i]
				}
		}
		{ number("domain"); number("old") }
		legacy && $1 == "alloc" { sub(" device=[^ ]*", "") }
		{ print }
	'
}

# placed CALLER DEVICE...: its row in $row, the journal's sequence in $seq.
placed() {
	who=$1
	shift
	$arm
	clear_journal
	row=$(iommu-mock share --caller "$who" --noheadings --raw \
		--output DOMAINS,PLACEMENT,FAILED,ATTACHES,REFUSED,REFUSALS "$@" 2>/tmp/said)
	status=$?
	seq=$(sequence)
}

# same NAME DEVICE...: all callers agree; before each, $arm.
arm=:
same() {
	name=$1
	shift
	placed "$model" "$@"
	model_row=$row model_seq=$seq
	for real in $kernel; do
		placed "$real" "$@"
		is "$row" "$model_row" "$name: $real: the same placement" || cat /tmp/said
		[ "$seq" = "$model_seq" ] && [ -n "$seq" ]
		ok $? "$name: $real: the same calls" "$(echo "$model_seq" >/tmp/model
			echo "$seq" >/tmp/kernel
			diff -U 2 /tmp/model /tmp/kernel)"
	done
}

# column N: of the row.
column() {
	echo "$row" | cut -d ' ' -f "$1"
}

# functions INSTANCE NAME...
functions() {
	for f in $(shift && echo "$@"); do
		knob new_device "$f instance=$1 bus=pci"
	done
}

# fault INSTANCE FAULT: that one, its counts anew.
fault() {
	knob "instances/$1/faults" off
	knob "instances/$1/faults" "$2"
}

left() {
	is "$(total domains):$(total table_bytes):$(grep -c driver=vfio-pci "$mock/state")" "0:0:0" "nothing is left of it"
}
