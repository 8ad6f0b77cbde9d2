#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The module on headers that were changed as vendors change them: it finds the
# family and the facts, and compiles without a warning, or the build stops with
# a sentence. Each variant is a lane's iommu.h, or its generic_pt/iommu.h, with
# edits.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
# shellcheck source=../../scripts/lanes/lib.sh
. scripts/lanes/lib.sh
# shellcheck source=../../scripts/lanes/root.sh
. scripts/lanes/root.sh
# shellcheck source=../../scripts/lanes/module.sh
. scripts/lanes/module.sh
dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT

# The edits, as perl. Each must change something.
edits() {
	case $1 in
	stock) printf '%s\n' 's/\z/\n/' ;;
	# attach_dev is told the old domain; pgsize_bitmap is a domain's only.
	attach_old) printf '%s\n' 's/(\(\*attach_dev\)\(struct iommu_domain \*domain, struct device \*dev)\)/$1, struct iommu_domain *old)/' ;;
	no_ops_pgsizes) printf '%s\n' 's/(\nstruct iommu_ops \{.*?)\n\tunsigned long pgsize_bitmap;/$1/s' ;;
	# Domains are allocated for a bus only; a fwspec names the callbacks.
	by_bus) printf '%s\n' 's/iommu_paging_domain_alloc\b/iommu_no_such_alloc/g' ;;
	fwspec_ops) printf '%s\n' 's/\nstruct iommu_fwspec \{\n/$&\tconst struct iommu_ops *ops;\n/' ;;
	init_ops) printf '%s\n' 's/iommu_fwspec_init\(struct device \*dev,\s*struct fwnode_handle \*iommu_fwnode/$&, const struct iommu_ops *ops/g' ;;
	# The members of 6.7.
	static) printf '%s\n' 's/(\nstruct iommu_ops \{.*?)\n\}/$1\n\tstruct iommu_domain *(*domain_alloc_paging)(struct device *dev);\n\tstruct iommu_domain *identity_domain, *blocked_domain, *default_domain;\n}/s' ;;
	statics_only) printf '%s\n' 's/(\nstruct iommu_ops \{.*?)\n\}/$1\n\tstruct iommu_domain *identity_domain, *blocked_domain, *default_domain;\n}/s' ;;
	paging) printf '%s\n' 's/(\nstruct iommu_ops \{.*?)\n\}/$1\n\tstruct iommu_domain *(*domain_alloc_paging)(struct device *dev);\n}/s' ;;
	alloc_dev) printf '%s\n' 's/\nextern struct iommu_domain \*iommu_domain_alloc\(/\nstruct iommu_domain *iommu_paging_domain_alloc(struct device *dev);$&/' ;;
	no_claim) printf '%s\n' 's/iommu_group_claim_dma_owner/iommu_group_no_such_claim/g' ;;
	# A member of the page tables of 6.19 that intree.c sets, by another name.
	pt_other_member) printf '%s\n' 's/\bhw_max_oasz_lg2\b/max_oasz/g' ;;
	esac
}

# change HEADER EDIT...
change() {
	local header=$1 edit
	shift
	for edit; do
		cp "$header" "$dir/before"
		perl -0pi -e "$(edits "$edit")" "$header"
		! cmp -s "$dir/before" "$header" || {
			echo "the edit $edit changes nothing"
			return 1
		}
	done
}

# compiled LANE EDIT...: the module's room kapi/ on these headers; prints what
# the compiler said, and the facts to $dir/facts.h.
compiled() {
	lane_load "$1" && root_use || return
	shift
	rm -rf "$dir"/{linux,facts.h,said} "$dir"/ops-*.o
	mkdir -p "$dir/linux/generic_pt"
	local from header=iommu.h
	from=$(echo "$root"/usr/src/linux-headers-*-common/include/linux)
	[[ $1 != pt_* ]] || header=generic_pt/iommu.h
	cp "$from/$header" "$dir/linux/$header" && change "$dir/linux/$header" "$@" || return
	export root
	# Its directory comes before all of the kernel's.
	# shellcheck disable=SC2016 # the inner shell expands
	in_root '
		mkdir -p "$root/mnt/edited" "$root/mnt/src/m"
		cp -r "$1/linux" "$root/mnt/edited"
		cp -r Kbuild module "$root/mnt/src/m"
		find "$root/mnt/src/m" -name "*.o" -delete
		objects=$(cd "$root/mnt/src/m" && ls module/kapi/*.c)
		status=0
		chrooted make -s -k -j2 -C "/lib/modules/$2/build" M=/mnt/src/m W=1 \
			NOSTDINC_FLAGS="-nostdinc -I/mnt/edited" ${objects//.c/.o} \
			>"$1/said" 2>&1 || status=$?
		cp "$root"/mnt/src/m/module/kapi/{facts.h,ops-*.o} "$1" 2>/dev/null || :
		exit $status' "$dir" "$release"
}

# family_of: the word for build_info, which one of the two objects has.
family_of() {
	local object
	for object in "$dir"/ops-*.o; do
		objcopy -O binary -j .rodata.str1.1 -j .rodata.str1.8 --set-section-flags .rodata.str1.1=alloc "$object" "$dir/strings" 2>/dev/null &&
			tr '\0' '\n' <"$dir/strings"
	done | grep -xE 'bus_ops|domain_ops|static_by_bus|static_domains|attach_old'
}

# variant NAME LANE FAMILY FACTS EDIT...: FACTS are words, +name or -name. FAMILY
# is a word of build_info, or the sentence that stops the build.
variant() {
	local name=$1 lane=$2 family=$3 facts=$4 wrong='' fact value status=0 macro
	shift 4
	compiled "$lane" "$@" >"$dir/out" 2>&1 || status=$?
	for fact in $facts; do
		value=0
		[ "${fact:0:1}" = - ] || value=1
		macro=HAVE_$(tr '[:lower:]' '[:upper:]' <<<"${fact:1}")
		grep -qx "#define $macro $value" "$dir/facts.h" || wrong="$wrong $fact"
	done
	is "$wrong" "" "$name: the facts"
	case $family in
	*' '*)
		is "$(sed -n 's/.*#error "\(.*\)"/\1/p' "$dir/said" | sort -u)" "$family" "$name: the sentence"
		ok "$name: no object of that" test "$status" != 0
		;;
	*)
		is "$status $(cat "$dir/out" "$dir/said" | head -n 20)" "0 " "$name: compiles without a warning"
		is "$(family_of)" "$family" "$name: the family"
		;;
	esac
}

#       name                                     lane, family, facts, edits
variant "6.12 as it is" debian-13 static_domains \
	"+static_domains +paging_domain_alloc +fwspec_by_fwnode -fwspec_ops -attach_old -bus_iommu_ops +dirty_ops +domain_alloc_user -alloc_paging_flags" stock
variant "CentOS Stream 10" debian-13 attach_old \
	"+static_domains +paging_domain_alloc +fwspec_by_fwnode +attach_old -generic_pt" attach_old no_ops_pgsizes
variant "Ubuntu 24.04 (6.8)" debian-13 static_by_bus \
	"+static_domains -paging_domain_alloc -fwspec_by_fwnode +fwspec_ops -bus_iommu_ops +dirty_ops +domain_alloc_user" by_bus fwspec_ops init_ops
variant "6.8 whose fwspec lost the callbacks" debian-13 \
	"unknown IOMMU API: neither the bus, the fwspec nor the fwnode leads to the driver" \
	"-fwspec_by_fwnode -fwspec_ops" by_bus init_ops
variant "6.10 with the allocator of 6.11" debian-13 static_domains \
	"+paging_domain_alloc -fwspec_by_fwnode +fwspec_ops" fwspec_ops init_ops
variant "6.11 that kept the member of a fwspec" debian-13 static_domains \
	"+fwspec_by_fwnode +fwspec_ops" fwspec_ops
variant "6.8 with the callback of 6.19" debian-13 \
	"unknown IOMMU API: attach_dev takes the old domain, but domains are allocated for a bus" \
	"+attach_old -paging_domain_alloc" by_bus attach_old
variant "static domains without ownership" debian-13 \
	"unknown IOMMU API: the group ownership of 5.19 has gone or changed" \
	"-group_dma_owner" no_claim
variant "6.1 with static domains (6.7)" debian-12 static_by_bus \
	"+static_domains +bus_iommu_ops -paging_domain_alloc +fwspec_ops -dirty_ops" static
variant "6.1 with static domains, but without paging allocation" debian-12 domain_ops \
	"+domain_ops -static_domains" statics_only
variant "RHEL 9: domain ops and half of the paging allocation" debian-12 domain_ops \
	"+domain_ops -static_domains +bus_iommu_ops" paging
variant "6.1 with the allocator of 6.11 only" debian-12 \
	"unknown IOMMU API: domains are allocated for a device, but there are no static domains" \
	"-static_domains +paging_domain_alloc" alloc_dev
variant "6.1 with the callback of 6.19 only" debian-12 \
	"unknown IOMMU API: attach_dev takes the old domain, but there are no static domains" \
	"+attach_old -static_domains" attach_old
variant "7.3 as it is" debian-13-backports attach_old "+generic_pt +attach_old +dirty_ops +alloc_paging_flags -domain_alloc_user" stock
variant "7.3 with other page tables" debian-13-backports attach_old "-generic_pt" pt_other_member
done_testing
