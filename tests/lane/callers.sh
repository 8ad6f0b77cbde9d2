# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# For tests of the kernel's own callers: what they do, beside what the strategy
# that plays them does. Source it after lib.sh, and set model to the strategy
# and kernel to the callers that it plays.

model='' kernel=''
# Options of the instances that the cases make.
options=''

# sequence: what drivers were asked, the domains numbered as they appear. The
# in-kernel caller names the device for which a domain is made; the kernel's own
# callers do not before 6.11.
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
		{ number("domain"); number("old"); sub("pasid=[0-9]+", "pasid=P") }
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

# column N: of the row; --raw has - for nothing.
column() {
	echo "$row" | cut -d ' ' -f "$1" | sed 's/^-$//'
}

# functions INSTANCE NAME...
functions() {
	for f in $(shift && echo "$@"); do
		knob new_device "$f instance=$1 bus=pci"
	done
}

# fault INSTANCE FAULT: sets that fault alone, with its counts at 0.
fault() {
	knob "instances/$1/faults" off
	knob "instances/$1/faults" "$2"
}

left() {
	is "$(total domains):$(total table_bytes):$(grep -c driver=vfio-pci "$mock/state")" "0:0:0" "nothing is left of it"
}

# ---- cases for every caller; the test of a caller adds its own -----------------

# Where there are functions a0 and a1 of instance a.
alike() {
	same "one instance" a0 a1
	left
	knob new_instance b
	functions b b0 b1
	same "two that are compatible" a0 b0 a1 b1
}

# three_kinds: w is wide, n narrow, and x has a format of its own.
three_kinds() {
	reset
	knob new_instance w
	knob new_instance "n ias=39"
	knob new_instance "x format=x86-4l"
	functions w w0 w1
	functions n n0 n1
	functions x x0
	same "a narrow one second" w0 n0
	same "a narrow one first" n0 w0
}

# orders ORDER...: places the same devices in each of these orders.
orders() {
	for order; do
		# shellcheck disable=SC2086 # a list
		same "in the order $order" $order
	done
}

# A fresh domain that is refused; of instance n.
own_refused() {
	knob instances/n/misbehave refuse-fresh
	same "its own domain is refused" w0 n0 w1
	like "$(column 3)" "^n0:EINVAL$" "that, its user is told"
	same "its own domain is refused, and it is the first" n0 w0 w1
	knob instances/n/misbehave unhook-first
	same "a driver that lets go before it refuses" w0 n0 w1
	knob instances/n/misbehave none
}

# Memory runs out when instance n is to map.
no_table() {
	no_memory() { fault n "map errno=ENOMEM"; }
	arm=no_memory
	same "no memory for its table" w0 n0 w1
	is "$(column 3)" "n0:ENOMEM" "is told"
	same "no memory for the first one's table" n0 w0
	arm=:
}

# Groups of two functions; and q that spans two instances, of which the second
# comes to refuse what the first has taken; and r, which the narrow n is in.
groups_of_two() {
	reset
	knob new_instance a
	knob new_instance b
	knob new_instance c
	knob new_instance "n ias=39"
	functions a a0 a1
	for d in "p0 instance=a" "p1 instance=a"; do knob new_device "$d bus=pci group=p"; done
	for d in "q0 instance=b" "q1 instance=c"; do knob new_device "$d bus=pci group=q"; done
	for d in "r0 instance=n" "r1 instance=a"; do knob new_device "$d bus=pci group=r"; done
	same "a group of two" p0 a0
	same "a group of two joins" a0 p0
	same "groups across instances" a0 q0 r0 p0
	knob instances/c/pairs "deny a"
	same "the second of a group refuses" a0 q0 a1
	same "the second of a group refuses, twice" a0 r0 q0 p0
	left
}

# A group whose own domain does not suit its second device: half of it moves,
# and what happens to that half is the kernel's business (B04). $arm stays, for
# more of the kind.
half_a_group() {
	anew() {
		quietly del_device s0
		quietly del_device s1
		knob new_device "s0 instance=a bus=pci group=s"
		knob new_device "s1 instance=n bus=pci group=s"
	}
	arm=anew
	same "half a group" a0 s0 a1
	is "$(column 3)" "s:EINVAL" "is told"
}

# three_alone CALLS: three share nothing; how often are drivers asked?
three_alone() {
	reset
	for i in a b c; do
		knob new_instance "$i policy=same-instance$options"
		functions "$i" "${i}0" "${i}1"
	done
	same "three that share nothing" a0 b0 c0
	is "$(column 4)" "$1" "in $1 calls"
}

# The answers about snooping differ.
snooping() {
	reset
	knob new_instance "a policy=any enforce=1"
	knob new_instance "b policy=any enforce=0"
	functions a a0
	functions b b0
	same "one that enforces snooping, and one that cannot" a0 b0
	same "the other way round" b0 a0
}

two_drivers() {
	reset
	knob new_instance "a driver=p policy=any"
	knob new_instance "b driver=q policy=any"
	functions a a0 a1
	functions b b0
}

# w, and n, whose driver lies: a caller thinks that n0 is on its domain.
liar() {
	reset
	knob new_instance w
	knob new_instance "n ias=39 misbehave=accept-and-ignore"
	functions w w0
	functions n n0
}
