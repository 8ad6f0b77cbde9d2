#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What goes into the VM and comes out of it arrives as it was.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
# shellcheck source=shell.sh
. tests/vm/shell.sh
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

vm() {
	run scripts/vm --lane debian-13 --no-module --timeout 120 "$@"
}

vm -- sh -c 'echo to out; echo to err >&2; exit 77'
is "$status/$out/$err" "77/to out/to err" "status, output and errors come back apart"

vm -- printf '<%s>' "a b" "it's" '"$HOME"' '' '*' "new
line" '\t'
is "$out" "<a b><it's><\"\$HOME\"><><*><new
line><\\t>" "arguments arrive as they were"

vm -- no-such-command
is "$status" 127 "a command that does not exist ends with 127"
vm -- sh -c 'kill -9 $$'
is "$status" 137 "a command killed by a signal ends with 128 and its number"
vm -- sh -c 'wc -c; pwd; id -u'
is "$out" "0
/root
0" "standard input is empty, the command is root in /root"

# Every byte, several megabytes of them, both ways.
perl -e 'print pack("C*", 0..255) x 16384' >"$dir/bytes"
sum=$(sha256sum <"$dir/bytes")
scripts/vm --no-module --add "$dir/bytes" -- cat bytes >"$dir/back" 2>"$dir/err"
is "$(sha256sum <"$dir/back")" "$sum" "4 MiB of all bytes come back unchanged"
scripts/vm --no-module --add "$dir/bytes" -- sh -c 'cat bytes >&2' >"$dir/out" 2>"$dir/back"
is "$(sha256sum <"$dir/back")" "$sum" "by standard error as well"
is "$(wc -c <"$dir/out")" 0 "and by that alone"

# The command does not end by itself, so a line that is here came while it ran.
scripts/vm --no-module --timeout 120 -- \
	sh -c 'echo first; sleep 1000; echo last' >"$dir/out" 2>"$dir/err" &
pid=$!
ok "output streams" soon grep -q first "$dir/out"
kill -TERM "$pid"
wait "$pid"
is "$?/$(cat "$dir/out")" "143/first" "and the end of the VM ends the command"

mkdir -p "$dir/tree/sub"
echo one >"$dir/tree/sub/file"
printf '#!/bin/sh\necho ran\n' >"$dir/script"
chmod +x "$dir/script"
vm --add "$dir/tree" --add "$dir/tree:/opt/place" --add "$dir/script:/usr/local/bin/script" -- \
	sh -c 'cat tree/sub/file /opt/place/sub/file; script'
is "$out" "one
one
ran" "--add takes files and directories, and places them"

# --get brings things out, whatever the command's status is.
vm --get out:"$dir/" --get sub/dir:"$dir/got/tree" --get /etc/link:"$dir/hosts" -- \
	sh -c 'echo data >out; mkdir -p sub/dir; echo deep >sub/dir/file; ln -s hosts /etc/link; exit 3'
is "$status/$err" "3/" "--get leaves the status of the command"
is "$(cat "$dir/out" "$dir/got/tree/file" "$dir/hosts")" "data
deep
127.0.0.1 localhost" "--get brings out files and directories, and what a link leads to"
vm --get nowhere:"$dir/nowhere" --get /etc/passwd:"$dir/passwd" -- true
is "$status/$err" "115/vm: --get: there was no nowhere in the VM at the end" "a file of --get that is not there is an error"
ok "the others are brought out" test -s "$dir/passwd"
vm --get nowhere:"$dir/nowhere" -- sh -c 'exit 5'
is "$status" 5 "and less than the command's own"

vm -- sh -c 'sleep 1000 & (trap "" HUP TERM; sleep 1000) & echo started'
is "$status/$out" "0/started" "processes left behind do not hold the VM up"

vm --module dummy -- sh -c 'modprobe dummy && modprobe vfio-pci && ls /dev/vfio'
is "$status/$out" "0/vfio" "stock modules load: those of VFIO, and one asked for"
vm -- sh -c 'modprobe vfio-pci && cd /sys/module && echo vfio_*type1'
is "$status/$out" "0/vfio_iommu_type1" "with what they name as a softdep: vfio-pci brings type1"
vm --load dummy --load vfio-pci -- sh -c 'cd /sys/module && echo dummy vfio_pci vfio_*type1'
is "$status/$out" "0/dummy vfio_pci vfio_iommu_type1" "--load has loaded them when the command starts"
vm --load iommu_mock -- echo not here
is "$status/$out" "117/" "a module that cannot be loaded: the command does not start"
like "$err" '^vm: --load: iommu_mock cannot be loaded: ' "and the sentence says so"

type_into 'scripts/vm --no-module --timeout 120' 'exit 3'
is "$status" 3 "without a command there is a shell, whose exit status remains"
like "$screen" '\[debian-13 6\.[^ ]*\] ~ # ' "the prompt of a shell says where one is"
vm --cmdline 'hello=world' --mem 512 --qemu -device --qemu pci-testdev -- \
	sh -c 'cat /proc/cmdline; grep MemTotal /proc/meminfo; cat /sys/bus/pci/devices/*/device'
like "$out" 'hello=world' "--cmdline reaches the kernel"
like "$out" 'MemTotal: +4[0-9]{5} ' "--mem sets the memory"
like "$out" '0x0005' "--qemu reaches QEMU"
vm -- sh -c 'mount | cut -d" " -f3,5; nproc'
like "$out" '/sys/kernel/debug debugfs' "debugfs is mounted"
like "$out" '/tmp tmpfs' "tmpfs is mounted"
like "$out" $'\n2$' "there are two processors"
scripts/vm --no-module --log "$dir/log" -- sh -c 'echo hello log >/dev/kmsg' >/dev/null 2>&1
ok "--log saves the kernel's log" grep -q 'hello log' "$dir/log"
done_testing
