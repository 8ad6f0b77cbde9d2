#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A kernel that takes signed modules only, as with Secure Boot, and a module that is not
# signed: what the user sees.
# vm: --cmdline lockdown=integrity
# needs: a kernel with lockdown
# shellcheck source=lib.sh
. ./lib.sh

mount -t securityfs none /sys/kernel/security
[ -e /sys/kernel/security/lockdown ] || skip_all "not a kernel with lockdown"
umount /sys/kernel/security
out=$(iommu-mock load 2>&1)
is "$?:$out" "3:iommu-mock: the kernel lets root load no such module: it is locked down (Secure Boot, lockdown=), kernel.modules_disabled is set, or this is a container (EPERM)" \
	"without securityfs the tool names what it may be"
mount -t securityfs none /sys/kernel/security
out=$(iommu-mock load 2>&1)
is "$?:$out" "3:iommu-mock: the kernel is locked down (integrity), takes only signed modules, and closes debugfs: boot without Secure Boot, or without lockdown=" \
	"with securityfs it knows"
like "$(modprobe iommu_mock 2>&1)" "Operation not permitted" "modprobe knows less"
like "$(sh -c 'echo 1 >/sys/kernel/debug/clear_warn_once' 2>&1)" "Operation not permitted" \
	"and debugfs is closed: a signed module could not be used"
[ ! -e /sys/module/iommu_mock ]
ok $? "nothing is loaded"
done_testing
