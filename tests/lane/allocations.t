#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Every allocation of every operation fails once: the first, the second, and so
# on, until the operation needs no more. Each time it must say ENOMEM and have
# changed nothing; or it can do without, and has done what it should.
# A leak is found when the VM ends.
# lane: debug
# timeout: 200
# shellcheck source=lib.sh
. ./lib.sh
load
for point in failslab fail_page_alloc; do
	echo N >/sys/kernel/debug/$point/ignore-gfp-wait
	echo 0 >/sys/kernel/debug/$point/verbose
done
echo N >/sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem
echo 0 >/sys/kernel/debug/fail_page_alloc/min-order

# one N FILE TEXT UNDO_FILE UNDO_TEXT: what is wrong, if anything; sets $when.
one() {
	was=$(frozen)
	out=$(./failnth "$1" "$mock/$2" "$3") || echo "failnth: $?"
	when=${out% *}
	case $out in
	"hit ENOMEM")
		[ "$(frozen)" = "$was" ] || echo "allocation $1 failed, and there is a change: $(frozen)"
		;;
	"hit 0" | "past 0")
		[ "$(frozen)" != "$was" ] || [ "$4" = - ] || echo "allocation $1: done, but nothing has changed"
		[ "$4" = - ] || put "$4" "$5" || echo "allocation $1: cannot be undone: $said"
		[ "$(frozen)" = "$was" ] || echo "allocation $1: undone, it is not as it was"
		;;
	*) echo "allocation $1: $out: $(cat "$mock/last_error")" ;;
	esac
}

# each FILE TEXT UNDO_FILE UNDO_TEXT: for all its allocations. Where nothing is
# to be undone, and it may be done twice: "- -".
each() {
	n=0 when=hit bad=
	while [ "$when" = hit ] && [ -z "$bad" ] && [ $n -lt 300 ]; do
		n=$((n + 1))
		one "$n" "$@" >/tmp/bad
		bad=$(cat /tmp/bad)
	done
	[ -z "$bad" ] && [ "$when" = past ]
	ok $? "$(shown "$2") > $1" "$bad"
	note "$((n - 1)) allocations"
	most=$((n > most ? n : most))
}

most=0
knob new_instance "i"
knob new_instance "j ias=39"
knob new_device "d instance=i"
knob new_device "e instance=j"
knob new_buffer "b 64K"
knob new_domain "x device=d"
knob new_domain "y device=d"

each new_instance "k driver=other" del_instance k
each new_instance "k format=arm-4k" del_instance k
each new_device "f instance=i" del_device f
each new_device "f instance=i group=pair" del_device f
each new_buffer "c 1M" del_buffer c
each new_domain "z device=d" del_domain z
each domains/x/attach d domains/x/detach d
knob domains/x/attach d
each domains/y/attach d domains/x/attach d
each domains/x/map "2M b" domains/x/unmap "2M 64K"
knob domains/x/map "4M b"
each domains/x/unmap "4M 64K" domains/x/map "4M b"
each claim e release e
each instances/j/policy same-instance instances/j/policy compatible
each instances/j/errno "EINVAL,ias=ENODEV" instances/j/errno EINVAL
each instances/j/faults "attach errno=EIO" instances/j/faults off
each instances/j/pairs "allow i" instances/j/pairs "clear i"
each instances/j/iotlb 1024 instances/j/iotlb 256
each devices/d/dma "read 4M 4096" - -
cat "$mock/devices/d/dma" >/dev/null
each domains/x/detach d domains/x/attach d
each journal clear - -
ok $((most < 10)) "some need many allocations" "at most $most"
done_testing
