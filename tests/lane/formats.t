#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Every page-table format maps, walks and unmaps through the kernel's API. The
# expected number and size of tables is counted by hand.
# timeout: 120
# shellcheck source=lib.sh
. ./lib.sh
load
knob new_buffer "buf 4M"

# format NAME IAS PAGE TABLES SIZE: 4M at 0x10000000 and 4M at 0x20000000 are
# mapped with leaves of PAGE, in TABLES tables of SIZE bytes.
format() {
	knob new_instance "i format=$1"
	knob new_device "d instance=i"
	knob new_domain "m device=d"
	knob domains/m/attach d
	is "$(field instance i ias)" "$2" "$1: translates $2 bits"
	knob domains/m/map "0x10000000 buf"
	knob domains/m/map "0x20000000 buf"
	is "$(field domain m tables)" $(($4 * $5)) "$1: $4 tables of $5 bytes"
	is "$(field domain m mapped)" $((8 << 20)) "$1: 8M are mapped"
	knob domains/m/walk 0x10201234
	like "$(cat "$mock/domains/m/walk")" \
		"^iova=0x10201234 phys=0x[0-9a-f]*1234 page=$3 prot=rw buffer=buf offset=0x201234\$" \
		"$1: a walk ends in a page of $3"
	like "$(cat "$mock/domains/m/mappings")" "^iova=0x10000000 .*page=$3\$" \
		"$1: the mappings begin where they should"
	refused EINVAL domains/m/map "$(printf '0x%x' $((1 << $2))) buf" "aperture"
	knob domains/m/unmap "0x10000000 4M"
	knob domains/m/unmap "0x20000000 4M"
	knob domains/m/trim 1
	is "$(field domain m tables)" 0 "$1: every table is back"
	knob domains/m/detach d
	knob del_domain m
	knob del_device d
	knob del_instance i
}

# 2M leaves, both within 1G: one table a level, but for the leaves' own.
format arm-4k 48 0x200000 3 4096
format x86-4l 48 0x200000 3 4096
format x86-5l 57 0x200000 4 4096
format vtd-3l 39 0x200000 2 4096
format vtd-4l 48 0x200000 3 4096
format vtd-5l 57 0x200000 4 4096
format amd-v1 57 0x200000 4 4096
format riscv-sv39 39 0x200000 2 4096
format riscv-sv48 48 0x200000 3 4096
format riscv-sv57 57 0x200000 4 4096
# No 2M leaf: a table of 16K pages covers 32M, so two; and three above them.
format arm-16k 48 0x4000 5 16384
# A table of 64K pages covers 512M, where the second mapping begins: two, and
# two above them.
format arm-64k 48 0x10000 4 65536

knob new_instance "i format=arm-64k"
knob new_device "d instance=i"
knob new_domain "m device=d"
knob domains/m/attach d
refused EINVAL domains/m/map "0x1000 buf" "multiples of 0x10000"
refused EINVAL new_instance "j format=arm-64k pgsizes=4K" "its smallest one, 0x10000"

# Protection, as far as the format can say it: VT-d has write only.
knob new_instance "v format=vtd-4l"
knob new_device "w instance=v"
knob new_domain "n device=w"
knob domains/n/attach w
for prot in r w rw; do
	knob domains/n/map "0 buf prot=$prot"
	like "$(cat "$mock/domains/n/mappings")" "prot=$prot page" "vtd-4l: $prot"
	knob domains/n/unmap "0 4M"
done
done_testing
