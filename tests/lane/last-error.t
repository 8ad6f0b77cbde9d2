#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# last_error belongs to the process that wrote; a reader gets its own, else its
# nearest ancestor's, else that of the last writer in its session.
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
like "$(cat "$error")" "unknown key 'yyy'" "and the outer one's is still there"

# orphan SCRIPT: run it in a session of its own, with init as its parent.
orphan() {
	rm -f /tmp/orphan.done
	(MOCK=$mock setsid sh -c "usleep 200000; { $1; } >/tmp/orphan.out 2>/dev/null; echo >/tmp/orphan.done" &)
	tries=0
	while [ ! -e /tmp/orphan.done ] && [ $tries -lt 300 ]; do
		usleep 100000
		tries=$((tries + 1))
	done
	cat /tmp/orphan.out
}

put new_instance "b www=1"
is "$(orphan 'cat $MOCK/last_error')" "" "a stranger reads nothing of it"
like "$(orphan 'echo "b vvv=1" | tee $MOCK/new_instance >/dev/null; cat $MOCK/last_error')" \
	"unknown key 'vvv'" "the session's last writer, when no ancestor wrote"
like "$(cat "$error")" "unknown key 'www'" "which is not the other session's"

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
