#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Replayed bugs: the verdict on each kernel agrees with the kernel's source, as cited.
# vm: --module vfio-pci --module vfio_iommu_type1 --qemu -device --qemu pci-testdev,addr=0x10
# timeout: 300
# shellcheck source=lib.sh
. ./lib.sh
load

spare=0000:00:10.0
# Only with CONFIG_VFIO_NOIOMMU
noiommu=/sys/module/vfio/parameters/enable_unsafe_noiommu_mode

# By family: bus_ops is 5.10, domain_ops 6.1, static_domains 6.12, attach_old
# 7.3. Those of iommufd are cannot where there is none, and read in 7.3 only.
expected() {
	cat <<-'END'
		B01 attach_old     present iommufd __iommu_group_set_domain_internal(): err_revert stops before last_gdev
		B02 attach_old     present iommufd iommu_replace_group_handle(): no domain_iommu_ops_compatible()
		B03 attach_old     present iommufd iommufd_device_do_replace(): err_unresv removes what was not added
		B04 bus_ops        present -       __iommu_attach_group(): no way back
		B04 domain_ops     absent  -       __iommu_attach_group(): 2cc73c5712f9, in 6.1.y
		B04 static_domains absent  -       __iommu_group_set_domain_internal(): err_revert, dcf40ed3a20d
		B04 attach_old     absent  -       the same
		B06 bus_ops        present -       vfio_iommu_type1_attach_group(): if (!iommu_attach_group(...))
		B06 domain_ops     present -       the same
		B06 static_domains present -       the same
		B06 attach_old     present -       the same
		B07 bus_ops        present -       the same
		B07 domain_ops     present -       the same
		B07 static_domains present -       the same
		B07 attach_old     present -       the same
		B08 attach_old     present iommufd iommufd_device_auto_get_domain(): only a new one is made to enforce
		B09 bus_ops        absent  -       the same: prot is IOMMU_CACHE by iommu_capable(bus), equal for all
		B09 domain_ops     present -       the same: d->enforce_cache_coherency ==
		B09 static_domains present -       the same
		B09 attach_old     present -       the same
		B10 attach_old     absent  iommufd iommufd_device_auto_get_domain(): EINVAL is "next", all else ends it
		B12 bus_ops        cannot  -       bus->iommu_ops: one driver
		B12 domain_ops     cannot  -       iommu_device_register(): one driver
		B12 static_domains absent  -       __iommu_attach_group(): dev_iommu_ops() != domain->owner, a9c362db3920
		B12 attach_old     absent  -       __iommu_attach_group(): domain_iommu_ops_compatible()
		B14 bus_ops        present -       vfio_iommu_type1_attach_group(): no look at direct regions
		B14 domain_ops     present -       iommu_group_claim_dma_owner(): the same
		B14 static_domains absent  -       __iommu_device_set_domain(): require_direct, a48ce36e2786
		B14 attach_old     absent  -       the same
		B15 attach_old     absent  iommufd iommufd_device_do_replace(): err_unresv takes hwpt's, 950aeefb3492
		B17 bus_ops        absent  -       vfio_iommu_replay(): unwind, aae7a75a821a
		B17 domain_ops     absent  -       the same
		B17 static_domains absent  -       the same
		B17 attach_old     absent  -       the same
		B19 attach_old     absent  iommufd iopt_area_split(): domains_itree, e7250ab7ca49
		B27 bus_ops        present -       iommu_probe_device(): __iommu_attach_device(group->default_domain)
		B27 domain_ops     absent  -       iommu_probe_device(): && !group->owner
		B27 static_domains absent  -       __iommu_probe_device(): group->domain, e7f85dfbbc9c
		B27 attach_old     absent  -       the same
		B29 attach_old     present iommufd __iommu_attach_device(): ENODEV without attach_dev
		B42 attach_old     present iommufd iommufd_viommu_alloc_ioctl(): no look at the owner of the parent
		B47 bus_ops        present -       vfio_iommu_type1_attach_group(): no look at pgsize_bitmap
		B47 domain_ops     present -       the same
		B47 static_domains present -       the same
		B47 attach_old     present -       the same
		B63 bus_ops        cannot  -       no requests for pages
		B63 domain_ops     cannot  -       no handlers of modules
		B63 static_domains absent  -       report_partial_fault(), fca5b78511e9
		B63 attach_old     absent  -       the same
		B64 bus_ops        cannot  -       no requests for pages
		B64 domain_ops     cannot  -       no handlers of modules
		B64 static_domains absent  -       iommu_report_device_fault(): err_bad_iopf, b58b133e680b
		B64 attach_old     absent  -       the same
		B79 bus_ops        present -       vfio_find_dma(): start + size <= dma->iova, with an end of 0
		B79 domain_ops     present -       vfio_find_dma_first_node(): dma_res->iova >= start + size
		B79 static_domains present -       the same
		B79 attach_old     absent  -       the same: 1196f1f897d4, ends are inclusive
		B80 bus_ops        present -       vfio_test_domain_fgsp(): iommu_map(domain, 0, ...)
		B80 domain_ops     absent  -       the same: by the list of regions, 895c0747f726
		B80 static_domains absent  -       the same
		B80 attach_old     absent  -       no vfio_test_domain_fgsp(), 07970d048cdd
		B81 bus_ops        present -       pci_dma_configure(): nobody asks who has the group
		B81 domain_ops     absent  -       pci_dma_configure(): iommu_device_use_default_domain()
		B81 static_domains absent  -       the same
		B81 attach_old     absent  -       the same
		B82 attach_old     absent  iommufd iommufd_vfio_unmap_dma(): ENOENT is 0, afb47765f923
		B83 bus_ops        absent  -       vfio_iommu_iova_dma_valid(), 9b77e5c79840
		B83 domain_ops     absent  -       the same
		B83 static_domains absent  -       the same
		B83 attach_old     absent  -       the same
		B84 bus_ops        absent  -       vfio_dma_do_map(): dma_avail, 492855939bdb
		B84 domain_ops     absent  -       the same
		B84 static_domains absent  -       the same
		B84 attach_old     absent  -       the same
		B85 bus_ops        absent  -       vaddr_get_pfn(): the page of zeros is unpinned at once, 873aefb376bb, in 5.10.y
		B85 domain_ops     absent  -       vaddr_get_pfns(): the same
		B85 static_domains absent  -       pin_user_pages_remote() does not pin it, since 6.5
		B85 attach_old     absent  -       the same
		B86 bus_ops        absent  -       vfio_dma_do_unmap(): if (iommu->v2), EINVAL for a part
		B86 domain_ops     absent  -       the same
		B86 static_domains absent  -       the same
		B86 attach_old     absent  -       the same
		B88 attach_old     present iommufd vfio_df_ioctl_attach_pt(): out_detach takes the device off
		B87 attach_old     present iommufd iova_bitmap_set(): returns nothing when iova_bitmap_advance_to() fails
	END
}

modprobe vfio-pci && modprobe vfio_iommu_type1
ok $? "there is VFIO"
modprobe iommufd 2>/dev/null
before=$(frozen)
out=$(iommu-mock scenario run --spare "$spare" --raw --noheadings -o ID,VERDICT,WHY 2>/tmp/said)
is "$?" 0 "each scenario comes to its end" || note "$(cat /tmp/said)"
note "$out"
is "$(frozen)" "$before" "nothing is left of them"
is "$(total domains):$(total table_bytes)" "0:0" "no domain, either"

for id in $(iommu-mock scenario list --raw --noheadings -o ID); do
	line=$(expected | grep "^$id $family ")
	wanted=$(echo "$line" | awk '{ print $3 }')
	if [ ! -e /dev/iommu ] && expected | grep "^$id " | grep -q " iommufd "; then
		wanted=cannot
	fi
	[ "$id" != B29 ] || [ -e "$noiommu" ] || wanted=cannot
	got=$(echo "$out" | sed -n "s/^$id \([^ ]*\) .*/\1/p")
	is "$got" "${wanted:-no expectation}" "$id is ${wanted:-}: $line"
done
is "$(echo "$out" | sed -n 's/^B06.*took\\x20\([0-9]*\)\\x20of\\x20\([0-9]*\).*/\1 \2/p')" "10 10" \
	"type1 passes over each of ten errnos"

[ -e /dev/iommu ] || like "$out" "^B01 cannot this.*no.x20iommufd$" "the verdict 'cannot' names the missing iommufd"
if [ -e /dev/iommu ] && [ -e "$noiommu" ]; then
	out=$(iommu-mock scenario run B29 --raw --noheadings -o VERDICT,WHY)
	like "$out" "^cannot .*--spare$" "B29 wants a function"
	is "$(cat "$noiommu")" N "and unsafe_noiommu mode is as before"
	ended=
	for moment in 1 2 4 6; do
		ended=$ended$(./kill-at $moment TERM iommu-mock scenario run --spare "$spare" B29 2>/tmp/said | tail -n 1),
		is "$(cat "$noiommu"):$(cat /sys/bus/pci/devices/$spare/driver_override):$(frozen)" "N:(null):" \
			"SIGTERM after $moment entries: the mode is as before, and the function is free"
	done
	like "$ended" "killed TERM," "one of these at least came before its end"
fi

# A limit that the kernel is never told: a file in the place of the parameter.
limit=/sys/module/vfio_iommu_type1/parameters/dma_entry_limit
echo 65535 >/tmp/limit
mount --bind /tmp/limit $limit
out=$(iommu-mock scenario run B84 --raw --noheadings -o VERDICT,WHY)
umount $limit
like "$out" "^present .*10,.x2011.x20mappings.x20were.x20made,.x20then.x20no.x20end" "B84 can be present"
is "$(cat $limit)" 65535 "and what the kernel had is there"

# Names that are taken: an error, and what was there stays.
knob new_instance "sc-a"
iommu-mock scenario run B04 >/tmp/out 2>&1
is "$?" 1 "a scenario that cannot be run to its end is a failure"
like "$(cat /tmp/out)" "B04 .*error .*there is an instance sc-a already" "and says why"
is "$(field instance sc-a devices)" 0 "what was there is there"
done_testing
