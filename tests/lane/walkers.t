#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A domain that should not have been shared: an instance's walker reads a table
# that was made for another instance. The walker faults, or interprets the entries
# in its own format; it never reaches memory that the domain does not map. The
# expected result of each walker on each table comes from the formats' manuals.
# timeout: 240
# shellcheck source=lib.sh
. ./lib.sh
load
knob new_buffer "page 4K"
knob new_buffer "large 2M"

# A domain of instance $1 (with options), on which a device behind $2 is put,
# whatever the policy says.
share_domain() {
	knob new_instance "own $1"
	knob new_instance "other $2"
	knob instances/own/pairs "allow other"
	knob new_device "own-1 instance=own"
	knob new_device "other-1 instance=other"
	knob new_domain "dom device=own-1"
	knob domains/dom/attach own-1
	knob domains/dom/attach other-1
}

unshare_domain() {
	knob domains/dom/detach own-1
	knob domains/dom/detach other-1
	knob del_domain dom
	for i in own other; do
		knob del_device $i-1
		knob del_instance $i
	done
}

# says DEVICE OPERATION REASON NAME: what stops it; "fine" if nothing does.
says() {
	knob "devices/$1/dma" "$2"
	reason=$(sed 's/.* reason=\([^ ]*\) .*/\1/' "$mock/devices/$1/dma")
	[ "$reason" != - ] || reason=fine
	is "$reason" "$3" "$4"
}

# walker OWN OTHER READ WRITE WHY: a 4K page of a domain of format OWN, read
# and written by a walker of format OTHER. At 0, where all indices are 0: a
# walker with a level more or less finds something there.
walker() {
	share_domain "format=$1" "format=$2"
	knob domains/dom/map "0 page"
	says own-1 "write 0 4096 pattern=0x4747474747474747" fine "$1: its own walker writes"
	says other-1 "read 0 4096" "$3" "$2 on $1: $5"
	says other-1 "write 0 4096 pattern=0" "$4" "$2 on $1, writing: $5"
	[ "$4" = fine ] || is "$(tr -d G <"$mock/buffers/page/data" | wc -c)" 0 "$2 on $1: nothing was written"
	knob domains/dom/unmap "0 4K"
	unshare_domain
}

walker arm-4k vtd-4l fine fine "VT-d ignores what Arm sets, and sees R and W in bits 0 and 1"
walker vtd-4l arm-4k format format "VT-d sets no access flag"
walker arm-4k x86-4l format format "a pointer of Arm has U/S clear"
walker x86-4l vtd-4l fine fine "P and R/W are where R and W are"
walker vtd-4l x86-4l format format "U/S again"
walker amd-v1 riscv-sv57 format format "AMD's next level is where RISC-V has an address"
walker vtd-4l vtd-3l format format "a level less: a pointer is taken for a leaf"
walker vtd-3l vtd-4l format format "a level more: a leaf is taken for a pointer"
walker x86-5l amd-v1 format format "no next level in a pointer of x86"

# The same format, but less of it.
share_domain "" "ias=39 oas=32 pgsizes=4K"
knob domains/dom/map "0x100000 page"
says other-1 "read 0x100000 8" fine "what both have"
knob domains/dom/map "0x8000000000 page"
says own-1 "read 0x8000000000 8" fine "40 bits"
says other-1 "read 0x8000000000 8" not-mapped "40 bits by a walker that has 39"
knob domains/dom/map "2M large"
says own-1 "read 2M 8" fine "a page of 2M"
says other-1 "read 2M 8" format "a page of 2M by a walker that has none"
unshare_domain

# A read-only page stays one, whatever the walker thinks: the bit that VT-d
# takes for W is set in every page of Arm.
share_domain "format=arm-4k" "format=vtd-4l"
knob domains/dom/map "0x100000 page prot=r"
says other-1 "read 0x100000 8" fine "vtd-4l reads a read-only page of arm-4k"
says other-1 "write 0x100000 8 pattern=0" permission "and may not write it"
is "$(tr -d G <"$mock/buffers/page/data" | wc -c)" 0 "and the write did not arrive"
unshare_domain

# A policy that refuses spares one all that.
knob new_instance "own format=arm-4k"
knob new_instance "other format=x86-4l"
knob new_device "own-1 instance=own"
knob new_device "other-1 instance=other"
knob new_domain "dom device=own-1"
knob domains/dom/attach own-1
fails EINVAL domains/dom/attach other-1 "format"
says other-1 "read 0x100000 8" identity "the device that was refused is where it was"
done_testing
