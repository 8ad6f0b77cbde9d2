#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# SVA: the in-kernel caller binds processes to devices by the core's own loop. The
# instances decide which of them share a domain. What is expected of the loop is
# that of iommu_sva_bind_device().
# needs: the core binds no processes
# shellcheck source=lib.sh
. ./lib.sh
load

if [ "$(value_in "$mock/build_info" sva)" = 0 ]; then
	if [ "$(value_in "$mock/build_info" pasids)" = 1 ]; then
		why="refuses that on x86 .*CVE-2025-71089" pasid=" pasid=4" pasids=" pasids=16"
	else
		why="no call that attaches a PASID" pasid='' pasids=''
	fi
	knob new_instance "a$pasid"
	refused EOPNOTSUPP new_instance "b sva=1$pasid" "does not bind processes to devices: .*$why"
	refused EOPNOTSUPP instances/a/sva 1 "$why"
	knob instances/a/sva 0
	knob new_device "d instance=a$pasids"
	refused EOPNOTSUPP devices/d/sva bind "$why"
	is "$(cat "$mock/devices/d/sva") $(where d)" "pasid=0 domain=- identity" "nothing is bound"
	skip "the core binds no processes"
	done_testing
fi

# on FD WORD: writes to an open file of this shell, which is the process then.
on() {
	said=
	{ echo "$2" >&"$1"; } 2>"$said_file" || read -r said <"$said_file"
	[ -z "$said" ]
}

# bound FD: its domain, or -.
bound() {
	sed 's/.* domain=//' <&"$1"
}

# calls: what the drivers were asked, the domains and the PASIDs without their numbers.
calls() {
	whole_journal | grep -v ^invalidate | sed -E 's/(domain|old|object)=d[0-9]+/\1=D/g; s/pasid=[0-9]+/pasid=P/g'
}

knob new_instance "a pasid=4 sva=1"
knob new_instance "b pasid=20 sva=1 ias=39"
knob new_instance "c pasid=4"
knob new_instance "o driver=other pasid=4 sva=1"
for d in a1 a2; do knob new_device "$d instance=a pasids=16"; done
for d in g1 g2; do knob new_device "$d instance=a group=g pasids=16"; done
knob new_device "b1 instance=b pasids=16"
knob new_device "b2 instance=b pasids=2"
knob new_device "c1 instance=c pasids=16"
knob new_device "o1 instance=o pasids=16"
knob new_device "none instance=a"
is "$(field instance a sva) $(field instance c sva) $(cat "$mock/instances/b/sva")" "1 0 1" "instances show it"
refused EBUSY instances/c/sva 1 "frozen"

# One bond, which ends as the file is closed.
clear_journal
knob devices/a1/sva bind
is "$(calls)" "attach instance=a device=a1 domain=blocked old=identity fresh=0 reason=- ret=0
alloc domain=D device=a1 instance=a ret=0
attach instance=a device=a1 pasid=P domain=D old=blocked fresh=1 reason=- ret=0
call op=sva_bind object=D arg=a1 pasid=P ret=0
attach instance=a device=a1 pasid=P domain=blocked old=D fresh=0 reason=- ret=0
free domain=D attached=0
attach instance=a device=a1 domain=identity old=blocked fresh=0 reason=- ret=0
call op=sva_unbind object=D arg=a1 pasid=P ret=0" "a bond: a claim, a domain, an attach; and the way back"
is "$(field group a1 owner) $(total domains)" "- 0" "nothing is left of it"

# What is shared.
exec 3<>"$mock/devices/a1/sva" 4<>"$mock/devices/a2/sva" 5<>"$mock/devices/b1/sva" 6<>"$mock/devices/o1/sva"
on 3 bind
ok $? "the shell is bound to a1" "$said"
pasid=$(field device a1 attached | cut -d : -f 1)
is "$(cat <&3)" "pasid=$pasid domain=$(field device a1 attached | cut -d : -f 2)" "the file says by which PASID"
clear_journal
on 4 bind
is "$(calls)" "attach instance=a device=a2 domain=blocked old=identity fresh=0 reason=- ret=0
attach instance=a device=a2 pasid=P domain=D old=blocked fresh=0 reason=- ret=0
call op=sva_bind object=D arg=a2 pasid=P ret=0" "a second device of the instance joins"
clear_journal
on 5 bind
ok $? "the narrow instance gets a domain of its own" "$said"
is "$(calls | grep -v domain=blocked)" "attach instance=b device=b1 pasid=P domain=D old=blocked fresh=0 reason=ias ret=-EINVAL
alloc domain=D device=b1 instance=b ret=0
attach instance=b device=b1 pasid=P domain=D old=blocked fresh=1 reason=- ret=0
call op=sva_bind object=D arg=b1 pasid=P ret=0" "after it has refused the first"
is "$(cat "$mock/last_error")" "" "no sentence is left of the refusal"
clear_journal
on 6 bind
is "$(calls | grep -c 'instance=o .*pasid=P') $(total domains)" "1 3" "another driver is not asked for either (R5)"
first=$(bound 3) narrow=$(bound 5)
is "$(field domain "$first" pasids) $(field domain "$narrow" pasids)" "a1/$pasid,a2/$pasid b1/$pasid" "what is shared"
is "$(field domain "$first" sva) $(field domain "$first" maker) $(field domain "$first" instances)" "1 foreign a" "a domain of a process"
like "$(field domain "$first" by)" "^$$:" "of this one"
knob devices/a1/dma "read 0x1000 8 pasid=$pasid"
like "$(cat "$mock/devices/a1/dma")" "reason=not-mapped ret=-EFAULT" "it maps nothing"

# Newest first.
exec 7<>"$mock/devices/g1/sva"
clear_journal
on 7 bind
is "$(journal attach | grep -o ' device=g[12] pasid=.*' | sed "s/=$narrow /=N /; s/pasid=$pasid/pasid=P/")" \
	" device=g1 pasid=P domain=N old=blocked fresh=0 reason=- ret=0
 device=g2 pasid=P domain=N old=blocked fresh=0 reason=- ret=0" "the newest domain that is suitable, for each device of a group"
exec 7>&-
is "$(field device g2 attached) $(field group g owner)" "- -" "and off it"

# Any errno means the next: the kernel's caller breaks R2.
exec 7<>"$mock/devices/g2/sva"
knob instances/a/faults "pasid-attach errno=ENOMEM nth=2"
clear_journal
on 7 bind
ok $? "no memory for the second of a group" "$said"
is "$(journal attach | grep -o ' device=g[12] pasid=.*' | sed "s/=$narrow /=N /g; s/=$first /=F /; s/pasid=$pasid/pasid=P/")" \
	" device=g1 pasid=P domain=N old=blocked fresh=0 reason=- ret=0
 device=g2 pasid=P domain=N old=blocked fresh=0 reason=fault ret=-ENOMEM
 device=g1 pasid=P domain=blocked old=N fresh=0 reason=- ret=0
 device=g1 pasid=P domain=F old=blocked fresh=0 reason=- ret=0
 device=g2 pasid=P domain=F old=blocked fresh=0 reason=- ret=0" "is taken for a domain that is not suitable"
exec 7>&-
knob instances/a/faults off
knob instances/c/errno ENODEV,sva=EOPNOTSUPP
clear_journal
refused EOPNOTSUPP devices/c1/sva bind "c does not translate addresses of processes"
is "$(calls | grep -v domain=blocked | grep -v domain=identity)" "attach instance=c device=c1 pasid=P domain=D old=blocked fresh=0 reason=sva ret=-EOPNOTSUPP
attach instance=c device=c1 pasid=P domain=D old=blocked fresh=0 reason=sva ret=-EOPNOTSUPP
alloc domain=- device=c1 instance=- ret=-EOPNOTSUPP
call op=sva_bind object=- arg=c1 pasid=P ret=-EOPNOTSUPP" "an instance without SVA refuses all, and makes none"
is "$(where c1) $(field group c1 owner)" "identity -" "and its group is given back"
knob instances/a/faults "alloc errno=ENOMEM"
knob instances/a/policy never
refused ENOMEM devices/g1/sva bind
knob instances/a/faults off
knob instances/a/misbehave refuse-fresh
refused EINVAL devices/g1/sva bind "a refuses d[0-9]* for g1: fresh"
is "$(total domains)" 3 "what was made for it is freed"
knob instances/a/misbehave none
knob instances/a/policy compatible

# Bound twice: one attach, and as many ends as beginnings.
exec 7<>"$mock/devices/a1/sva"
clear_journal
on 7 bind
is "$(calls)" "call op=sva_bind object=D arg=a1 pasid=P ret=0" "bound twice: the drivers are not asked"
! on 7 bind
ok $? "a file binds one process"
like "$(cat "$mock/last_error")" "this open file binds a process to a1 already" "and says so"
on 3 unbind
is "$(field device a1 attached) $(cat <&3)" "$pasid:$first pasid=0 domain=-" "the other bond remains"
! on 3 unbind
like "$(cat "$mock/last_error")" "this open file binds no process to a1" "a second end of the same"
exec 7>&-
is "$(field device a1 attached) $(field device a2 attached)" "- $pasid:$first" "the last one detaches"

# Bad input.
refused EOPNOTSUPP devices/none/sva bind "none has no PASIDs"
refused EINVAL devices/a1/sva unbind "this open file binds no process to a1"
for bad in "" bond "bind 5" "bind unbind"; do
	refused EINVAL devices/a1/sva "$bad"
done
refused EBUSY groups/a2/claim 0 "processes are bound to devices of group a2"
refused EBUSY del_device a2
refused EBUSY del_instance a
refused EPERM del_domain "$first" "only its maker can free it"

# A PASID of the process that is in use; and who gets PASIDs.
knob new_domain "x device=g1"
knob domains/x/attach "g1 pasid=$pasid"
refused EBUSY devices/g1/sva bind "PASID $pasid of g1, which the process has, is on a domain"
knob domains/x/detach "g1 pasid=$pasid"
refused EBUSY domains/x/attach "a2 pasid=$pasid"
knob del_domain x
(
	put devices/b2/sva bind
	echo "$said: $(cat "$mock/last_error")"
	exec 7<>"$mock/devices/a1/sva"
	echo bind >&7
	put devices/b2/sva bind
	echo "$said: $(cat "$mock/last_error")"
) >/tmp/others
like "$(sed -n 1p /tmp/others)" "No space left on device: the PASIDs of b2 are 1 to 1, and other processes have all" "ENOSPC"
like "$(sed -n 2p /tmp/others)" "too large.*: the process has PASID [0-9]*, and the PASIDs of b2 are 1 to 1" "EOVERFLOW"

# A process that ends: its files are closed; or another one has them open.
clear_journal
(
	exec 7<>"$mock/devices/a1/sva"
	echo bind >&7
)
is "$(calls | grep '^call')" "call op=sva_bind object=D arg=a1 pasid=P ret=0
call op=sva_unbind object=D arg=a1 pasid=P ret=0" "a process that ends is unbound"
exec 7<>"$mock/devices/a1/sva"
(echo bind >&7)
dead=$(cat <&7)
like "$dead" "^pasid=[0-9]* domain=d[0-9]*$" "a bond of a dead process"
unlike "$dead" "pasid=$pasid " "has a PASID of its own"
is "$(field device a1 attached)" "$(echo "$dead" | sed 's/pasid=\(.*\) domain=\(.*\)/\1:\2/')" "and stays as long as the file"
knob devices/a1/dma "read 0x1000 8 pasid=$(field device a1 attached | cut -d : -f 1)"
like "$(cat "$mock/devices/a1/dma")" "reason=not-mapped ret=-EFAULT" "its memory is gone"
exec 7>&-
is "$(field device a1 attached) $(field group a1 owner)" "- -" "and ends with it"

# The module, and reset.
! modprobe -r iommu_mock 2>/dev/null
ok $? "the module stays while a process is bound"
refused EBUSY reset 1 "holds domain $first"
exec 4>&- 5>&- 6>&-
reset
is "$(cat "$mock/state")$(total domains)" 0 "a reset after that"
! on 3 bind
ok $? "the file of a device that has gone is of no use"
exec 3>&-
modprobe -r iommu_mock
ok $? "the module goes"
modprobe iommu_mock
done_testing
