#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Requests of devices for pages (I/O page faults): the core's handler for processes
# brings pages in; where there is no handler, the core says no. Each group of requests
# has one answer (R16). helpers/page-request.c is the process.
# needs: the core takes no requests for pages
# needs: the core binds no processes
# timeout: 240
# shellcheck source=lib.sh
. ./lib.sh
load

if [ "$(value_in "$mock/build_info" pri)" = 0 ]; then
	refused EOPNOTSUPP new_instance "a pri=4" "takes no requests for pages"
	knob new_instance "a pri=0"
	knob new_device "d instance=a"
	refused EOPNOTSUPP devices/d/request "r 0x1000" "a takes no requests for pages: set pri="
	is "$(cat "$mock/devices/d/request")" "" "none waits"
	skip "the core takes no requests for pages"
	done_testing
fi

sva=
[ "$(value_in "$mock/build_info" sva)" = 0 ] || sva=" sva=1"
knob new_instance "a pasid=4 pri=64$sva"
knob new_instance "b pasid=4 pri=64$sva"
knob new_instance "c pasid=4 pri=1$sva"
knob new_instance "none pasid=4"
for i in a b c none; do knob new_device "$i instance=$i pasids=16"; done
knob new_device "c2 instance=c pasids=16"
knob new_device "plain instance=a"
is "$(field instance a pri) $(cat "$mock/instances/c/pri") $(field instance none pri)" "64 1 0" "instances show it"

# requests: all requests and answers of the journal, groups that the module chose as G.
requests() {
	whole_journal | grep -E '^(request|response)' | sed -E 's/group=[0-9]{5,}/group=G/'
}
judged() {
	iommu-mock judge --noheadings --raw --output RULE,VERDICT,BY 2>/dev/null | sed -n 's/^R16 //p' | sed 's/ -$//'
}

# Bad input.
refused EOPNOTSUPP devices/none/request "r 0x1000 pasid=1" "none takes no requests for pages: set pri="
for bad in "" x "x 0x1000" r "r x" "r 0x1000 0x2000" "r 0x1000 pasid=0" "r 0x1000 pasid=16" "r 0x1000 last=0" \
	"r 0x1000 group=0" "r 0x1000 group=65536" "r 0x1000 last=2 group=1" "r 0x1000 what=1" "read 0x1000"; do
	refused EINVAL devices/a/request "$bad"
done
refused EINVAL devices/plain/request "r 0x1000 pasid=1" "plain has no PASIDs"
refused EINVAL new_instance "d pri=4097" "at most 4096 requests"
refused EINVAL new_instance "d pri=x"
refused EINVAL instances/a/faults "page-response filter=fresh"
refused EINVAL instances/a/faults "page-response delay_us=10000001"

# A PASID that is on no domain: the instance says no.
clear_journal
knob devices/a/request "r 0x1234 pasid=5"
knob devices/a/request "w 0x1000"
is "$(requests)" "request instance=a device=a pasid=5 domain=blocked group=G iova=0x1000 access=r last=1 ret=0
response instance=a device=a pasid=5 group=G code=invalid known=1 lost=0
request instance=a device=a domain=identity group=G iova=0x1000 access=w last=1 ret=0
response instance=a device=a group=G code=invalid known=1 lost=0" "no domain: invalid"
is "$(judged)" kept "R16"

# On a domain without a handler the core says no, also before a group is complete.
knob new_domain "x device=a"
knob domains/x/attach "a pasid=5"
clear_journal
knob devices/a/request "rw 0x2000 pasid=5 group=9"
is "$(requests)" "request instance=a device=a pasid=5 domain=x group=9 iova=0x2000 access=rw last=1 ret=0
response instance=a device=a pasid=5 group=9 code=invalid known=1 lost=0" "no handler: invalid"
is "$(judged)" kept "R16"
is "$(iommu-mock device request a w 0x3000 pasid=5 2>&1)" "" "the tool asks"
knob devices/a/request "r 0x2000 pasid=5 group=10 last=0"
knob devices/a/request "r 0x3000 pasid=5 group=10"
is "$(requests | tail -n 4)" "request instance=a device=a pasid=5 domain=x group=10 iova=0x2000 access=r last=0 ret=0
response instance=a device=a pasid=5 group=10 code=invalid known=0 lost=0
request instance=a device=a pasid=5 domain=x group=10 iova=0x3000 access=r last=1 ret=0
response instance=a device=a pasid=5 group=10 code=invalid known=1 lost=0" "the core answers half a group, and then the whole"
is "$(judged)" "broken core" "which breaks R16"
clear_journal
knob instances/a/faults "page-response errno=EIO times=1"
knob devices/a/request "r 0x2000 pasid=5"
like "$(requests)" "^response .* code=invalid known=1 lost=1$" "an answer is lost"
is "$(judged)" "broken driver" "which breaks R16"
knob instances/a/faults off

# A PASID of a group moves: g1 is on the new domain already, g2 is not yet, and the core
# still reads what the old domain was attached by, for a request of g1. So the caller may
# not free that before the request was passed on.
moved() {
	journal attach | grep -q "device=g1 .*domain=z "
}
case "$(value_in "$mock/build_info" replaces)" in
*pasids*)
	for d in g1 g2; do knob new_device "$d instance=a group=g pasids=16"; done
	for dom in y z; do knob new_domain "$dom device=g1"; done
	knob domains/y/attach "g1 pasid=5"
	knob instances/a/faults "pasid-attach errno=0 delay_us=5000000 device=g2"
	knob instances/a/faults "page-response errno=0 delay_us=8000000"
	clear_journal
	knob domains/z/replace "g1 pasid=5" &
	soon moved
	knob devices/g1/request "r 0x2000 pasid=5"
	wait $!
	is "$(whole_journal | sed -n 's/^\(response\|call op=replace_pasid\) .*/\1/p')" "response
call op=replace_pasid" "a move waits for a request that is being passed on"
	knob instances/a/faults off
	knob domains/z/detach "g1 pasid=5"
	for dom in y z; do knob del_domain $dom; done
	for d in g1 g2; do knob del_device $d; done
	;;
esac
knob domains/x/detach "a pasid=5"
knob del_domain x
is "$(cat "$mock/devices/a/request")" "" "none waits"

if [ -z "$sva" ]; then
	like "$(./shared-pointer)" "SKIP this kernel binds no processes" "shared-pointer, the example, says so"
	skip "the core binds no processes"
	done_testing
fi

# passes NAME ARGUMENT...: page-request, which prints TAP of its own: all of it is good.
passes() {
	name=$1
	shift
	./page-request "$@" >/tmp/out 2>&1
	status=$?
	bad=$(grep -A 2 '^not ok' /tmp/out)
	count=$(sed -n 's/^1\.\.//p' /tmp/out)
	[ "$status" = 0 ] && [ -z "$bad" ] && [ "$(grep -c '^ok' /tmp/out)" = "${count:-none}" ]
	ok $? "$name (${count:-no} tests of its own)" "$status: ${bad:-$(cat /tmp/out)}"
}
clear_journal
passes "pages are brought in"
is "$(judged)" kept "R16"
knob instances/a/faults "page-response errno=EIO times=1"
clear_journal
passes "an answer is lost" lost
is "$(judged)" "broken driver" "which breaks R16"
for i in a c; do knob instances/$i/faults "page-response errno=0 delay_us=1000000"; done
clear_journal
passes "answers that take long" slow
is "$(judged)" kept "R16"
for i in a c; do knob instances/$i/faults off; done
./shared-pointer >/tmp/out 2>&1
is "$?:$(grep -c ^ok /tmp/out)" 0:3 "shared-pointer, the example"
is "$(total domains) $(cat "$mock"/devices/*/request)" "0 " "nothing is left"
done_testing
