#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The in-kernel caller's own handler of requests for pages: each request on its domains is
# delivered to it, with and without a PASID, and answered exactly once (R16), also if the
# device leaves while requests are held.
# needs: the core gives requests for pages to no handler of a module
# needs: no replace of PASIDs on this kernel
# timeout: 240
# shellcheck source=lib.sh
. ./lib.sh
load

if [ "$(value_in "$mock/build_info" handlers)" = 0 ]; then
	knob new_instance a
	knob new_device "d instance=a"
	knob new_domain "x device=d"
	refused EOPNOTSUPP domains/x/handler success "gives requests for pages to no handler"
	is "$(cat "$mock/domains/x/handler")" none "the domain has none"
	skip "the core gives requests for pages to no handler of a module"
	done_testing
fi

knob new_instance "a pasid=4 pri=64"
knob new_instance "b pasid=4 pri=1"
for i in a b; do knob new_device "$i instance=$i pasids=16"; done
knob new_buffer "buf 8K"
for dom in x y plain; do knob new_domain "$dom device=a"; done

# requests: what was asked, delivered and answered; groups that the module chose as G.
requests() {
	whole_journal | grep -E '^(request|response|call op=asked)' |
		sed -E 's/group=[0-9]{5,}/group=G/; s/ (known|lost|instance|last|ret)=[^ ]*//g'
}
judged() {
	iommu-mock judge --noheadings --raw --output RULE,VERDICT,BY 2>/dev/null | sed -n 's/^R16 //p' | sed 's/ -$//'
}
held() {
	sed -E 's/group=[0-9]{5,}/group=G/' "$mock/domains/$1/answer"
}

# Bad input changes nothing.
for bad in "" what "success now" "map buf x" "none x"; do
	refused EINVAL domains/x/handler "$bad"
done
refused ENOENT domains/x/handler "map nobuffer"
for bad in a "a what" "a success group=0" "a success x"; do
	refused EINVAL domains/x/answer "$bad"
done
refused ENOENT domains/x/answer "nodevice success"
refused ENOENT domains/x/answer "a success" "x holds no request of a"
refused ENOENT domains/x/answer "a success group=7" "x holds no request of group 7 of a"
is "$(cat "$mock/domains/x/handler")$(cat "$mock/domains/x/answer")" none "bad input changes nothing"

# The tool.
is "$(iommu-mock domain handler -rn x)" "none -" "the tool prints the handler"
iommu-mock domain handler x map buf
is "$?:$(cat "$mock/domains/x/handler"):$(iommu-mock domain handler -rn x)" "0:map buf:map buf" "and changes it"
iommu-mock domain handler nothing 2>/tmp/said
is "$?:$(cat /tmp/said)" "1:iommu-mock: domain handler nothing: there is no such domain, or the in-kernel caller did not make it" "of no domain"
iommu-mock domain handler x hold
knob domains/x/attach a
knob devices/a/request "rw 0x5000 group=3"
is "$(iommu-mock domain held -rn x)" "a 3 - 0x5000 rw" "it lists what is held"
iommu-mock domain answer x a success group=4 2>/tmp/said
is "$?:$(cat /tmp/said)" "1:iommu-mock: domain answer x: x holds no request of group 4 of a (ENOENT)" "a group that is not there"
iommu-mock domain answer x a success group=3
is "$?:$(iommu-mock domain held -rn x)" "0:" "and answers it"
knob domains/x/detach a

# Each way to answer, with the PASID and without.
knob domains/x/handler success
knob domains/x/attach a
knob domains/x/attach "a pasid=5"
for word in success invalid failure; do
	knob domains/x/handler $word
	clear_journal
	knob devices/a/request "r 0x1234"
	knob devices/a/request "w 0x2000 pasid=5"
	is "$(requests)" "request device=a domain=x group=G iova=0x1000 access=r
call op=asked object=x arg=a
response device=a group=G code=$word
request device=a pasid=5 domain=x group=G iova=0x2000 access=w
call op=asked object=x arg=a pasid=5
response device=a pasid=5 group=G code=$word" "$word"
	is "$(judged)" kept "R16: $word"
done
refused EBUSY domains/x/handler none "devices are on x"
is "$(cat "$mock/domains/x/handler")" failure "the handler stays"

# A group of several has one answer, after the last.
clear_journal
knob devices/a/request "r 0x1000 pasid=5 group=9 last=0"
is "$(requests | grep -c -e asked -e response)" 0 "half a group is not delivered"
knob devices/a/request "r 0x2000 pasid=5 group=9"
is "$(requests | grep -c asked):$(requests | grep -c response)" 1:1 "a group is delivered and answered once"
is "$(judged)" kept "R16: a group"

# map: the handler brings pages in, all those of a group, and a DMA goes on.
knob domains/x/handler "map buf"
is "$(cat "$mock/domains/x/handler")" "map buf" "the file shows the buffer"
clear_journal
knob devices/a/request "r 0x10000 group=3 last=0"
knob devices/a/request "rw 0x13000 group=3"
is "$(sed 's/ phys=[^ ]*//' "$mock/domains/x/mappings")" "iova=0x10000 size=0x1000 prot=rw page=0x1000
iova=0x13000 size=0x1000 prot=rw page=0x1000" "both pages are there"
is "$(cat "$mock/last_error")" "" "no sentence is left"
knob devices/a/request "r 0x13000"
is "$(requests | grep response)" "response device=a group=3 code=success
response device=a group=G code=success" "a page that is there is a success"
knob domains/x/map "0x40000 buf size=4K prot=r"
knob devices/a/request "w 0x40000"
is "$(requests | tail -n 1)" "response device=a group=G code=invalid" "a page that may not be written"
knob devices/a/dma "write 0x20000 16 pattern=7 pasid=5"
like "$(cat "$mock/devices/a/dma")" "ret=0" "a DMA waits for the page, and goes on"
is "$(judged)" kept "R16: map"

# hold: a request waits for the user.
knob domains/x/handler hold
clear_journal
knob devices/a/request "r 0x50000 group=1"
knob devices/a/request "r 0x51000 group=2 pasid=5"
knob devices/a/request "r 0x52000 group=3"
is "$(held x)" "device=a group=1 iova=0x50000 access=r
device=a group=2 pasid=5 iova=0x51000 access=r
device=a group=3 iova=0x52000 access=r" "three are held"
is "$(requests | grep -c response)" 0 "none is answered"
knob domains/x/answer "a failure group=3"
knob domains/x/answer "a success"
knob domains/x/handler invalid
is "$(held x)" "device=a group=2 pasid=5 iova=0x51000 access=r" "another handler leaves what is held"
knob domains/x/answer "a success"
is "$(requests | grep response)" "response device=a group=3 code=failure
response device=a group=1 code=success
response device=a pasid=5 group=2 code=success" "the user's answers, in the user's order"
refused ENOENT domains/x/answer "a success" "holds no request"
is "$(judged)" kept "R16: hold"

# An answer is lost.
knob domains/x/handler hold
knob instances/a/faults "page-response errno=EIO times=1"
clear_journal
knob devices/a/request "r 0x50000"
knob domains/x/answer "a success"
is "$(judged)" "broken driver" "a lost answer breaks R16"
knob instances/a/faults off

# A detach answers what is held for what leaves, and for nothing else.
clear_journal
knob devices/a/request "r 0x50000 group=1"
knob devices/a/request "r 0x51000 group=2 pasid=5"
knob domains/x/detach "a pasid=5"
is "$(requests | grep response):$(held x)" "response device=a pasid=5 group=2 code=invalid:device=a group=1 iova=0x50000 access=r" "a detach answers for the PASID"
knob domains/x/detach a
is "$(requests | grep response | tail -n 1):$(held x)" "response device=a group=1 code=invalid:" "a detach answers for the device"
is "$(judged)" kept "R16: detach"

# A replace answers what the old domain holds; the new one has its own.
knob domains/y/handler hold
knob domains/x/attach a
clear_journal
knob devices/a/request "r 0x50000 group=1"
knob domains/y/replace_group a
is "$(requests | grep response):$(held x)" "response device=a group=1 code=invalid:" "a replace of the group answers"
knob devices/a/request "r 0x50000 group=2"
is "$(held y)" "device=a group=2 iova=0x50000 access=r" "the new domain holds the next"
knob domains/y/answer "a success"
is "$(judged)" kept "R16: replace of a group"
knob domains/y/detach a
case "$(value_in "$mock/build_info" replaces)" in
*pasids*)
	knob domains/x/attach "a pasid=5"
	clear_journal
	knob devices/a/request "r 0x50000 group=1 pasid=5"
	knob domains/y/replace "a pasid=5"
	is "$(requests | grep response):$(held x)" "response device=a pasid=5 group=1 code=invalid:" "a replace of the PASID answers"
	is "$(judged)" kept "R16: replace of a PASID"
	knob domains/y/detach "a pasid=5"
	;;
*)	skip "no replace of PASIDs on this kernel" ;;
esac

# Too many: the second finds no room, and the first is answered.
knob new_domain "z device=b"
knob domains/z/handler hold
knob domains/z/attach b
clear_journal
knob devices/b/request "r 0x1000"
refused ENOSPC devices/b/request "r 0x2000" "no room for more"
knob domains/z/answer "b success"
is "$(requests | grep -c response):$(judged)" 1:kept "overflow"

# The device goes while its request is held.
knob devices/b/request "r 0x1000"
knob domains/x/attach a
knob devices/a/request "r 0x1000"
is "$(held x | wc -l):$(held z | wc -l)" 1:1 "two are held"
knob reset 1
is "$(total devices) $(total domains)" "0 0" "a reset takes away what is held"

# Without a handler nothing is delivered.
knob new_instance "a pasid=4 pri=64"
knob new_device "a instance=a pasids=16"
knob new_domain "plain device=a"
knob domains/plain/attach "a pasid=5"
clear_journal
knob devices/a/request "r 0x1000 pasid=5"
is "$(requests | grep -c asked):$(requests | grep -c invalid)" 0:1 "no handler: the core says invalid"
done_testing
