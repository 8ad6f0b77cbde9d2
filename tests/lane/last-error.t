#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# last_error describes the most recent failure near the reader: of the reader's
# process and its children; otherwise of its parent and the parent's children, and
# so on; otherwise of its session, or of processes with the same login user.
# needs: login uids
# shellcheck source=lib.sh
. ./lib.sh
load
error=$mock/last_error

is "$(cat "$error")" "" "empty at first"
put new_instance "b zzz=1"
like "$(cat "$error")" "unknown key 'zzz'" "a child reads what the shell left"
like "$(sh -c 'cat "$0"; :' "$error")" "unknown key 'zzz'" "and a grandchild"
knob new_instance a
is "$(cat "$error")" "" "a success clears it"

put new_instance "b yyy=1"
inner=$(sh -c '{ echo "b xxx=1" >"$0/new_instance"; } 2>/dev/null; cat "$0/last_error"; :' "$mock")
like "$inner" "unknown key 'xxx'" "the nearest ancestor counts"
like "$(cat "$error")" "unknown key 'xxx'" "and for the outer one it is the last failure of a child"
put new_instance "b yyy=1"
like "$(cat "$error")" "unknown key 'yyy'" "until it fails itself"
echo "b uuu=1" | tee "$mock/new_instance" >/dev/null 2>&1
like "$(cat "$error")" "unknown key 'uuu'" "a child's failure is not hidden by an older one of the shell"
echo "a" | tee "$mock/del_instance" >/dev/null 2>&1
like "$(cat "$error")" "unknown key 'uuu'" "nor by a later success of another child"
knob new_instance a
is "$(cat "$error")" "" "but by one of the shell"
# What a program with a terminal of its own does to each command, as sudo.
echo "b ttt=1" | setsid sh -c 'tee "$0" >/dev/null 2>&1; :' "$mock/new_instance"
like "$(setsid sh -c 'cat "$0"; :' "$error")" "unknown key 'ttt'" "each command in a session of its own"

# What an orphan does first: it waits until its parent has ended.
# shellcheck disable=SC2016 # the orphan expands it
until_orphan='until read -r _ _ _ parent _ </proc/$$/stat && [ $parent = 1 ]; do usleep 10000; done'

# orphan SCRIPT: run it in a session of its own, with init as its parent.
orphan() {
	rm -f /tmp/orphan.done
	(MOCK=$mock setsid sh -c "$until_orphan; { $1; } >/tmp/orphan.out 2>/dev/null; echo >/tmp/orphan.done" &)
	soon [ -e /tmp/orphan.done ]
	cat /tmp/orphan.out
}

put new_instance "b www=1"
is "$(orphan 'cat $MOCK/last_error')" "" "a stranger reads nothing of it"
like "$(orphan 'echo "b vvv=1" | tee $MOCK/new_instance >/dev/null; cat $MOCK/last_error')" \
	"unknown key 'vvv'" "the session's last writer, when no ancestor wrote"
like "$(cat "$error")" "unknown key 'www'" "which is not the other session's"

is "$(orphan 'echo "b sss=1" | setsid sh -c "tee \$MOCK/new_instance >/dev/null; :"; setsid cat $MOCK/last_error')" \
	"unknown key 'sss'" "also where no shell wrote before"

# as_login UID SCRIPT: an orphan that has logged in as that user.
as_login() {
	orphan "echo $1 >/proc/self/loginuid; $2"
}

if [ -e /proc/self/loginuid ]; then
	as_login 1000 'echo "b rrr=1" >$MOCK/new_instance'
	as_login 1001 'echo "b qqq=1" >$MOCK/new_instance'
	like "$(as_login 1000 'cat $MOCK/last_error')" "unknown key 'rrr'" "the same user, logged in elsewhere"
	is "$(as_login 1002 'cat $MOCK/last_error')" "" "but not another one"
	as_login 1000 'echo "b ppp=1" >$MOCK/new_instance'
	like "$(as_login 1000 'cat $MOCK/last_error')" "unknown key 'ppp'" "the most recent of that user"
else
	skip "this kernel knows no login uids"
fi
# Many at once: each reads its own.
i=0
while [ $i -lt 8 ]; do
	i=$((i + 1))
	(
		j=0
		while [ $j -lt 20 ]; do
			j=$((j + 1))
			sh -c '{ echo "b k$1=1" >"$0/new_instance"; } 2>/dev/null
				grep -q "unknown key .k$1." "$0/last_error" || echo "writer $1"' "$mock" "$i"
		done
	) &
done >/tmp/wrong
wait
is "$(cat /tmp/wrong)" "" "eight writers do not read each other's"

# More writers than the 256 that are remembered.
i=0
while [ $i -lt 300 ]; do
	i=$((i + 1))
	(put new_instance "b zz$i=1")
done
put new_instance "b last=1"
like "$(cat "$error")" "unknown key 'last'" "after 300 writers"
is "$(grep -c . "$mock/state")" 2 "and none of it made anything"
done_testing
