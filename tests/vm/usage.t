#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What cannot be done is said in one sentence, with its own exit status.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# says STATUS REGEX NAME: the last run failed so, with one line on stderr.
says() {
	is "$status" "$1" "$3: the exit status"
	like "$err" "$2" "$3: the sentence"
	is "$(printf '%s\n' "$err" | wc -l)" 1 "$3: nothing else"
}

run scripts/vm --help
is "$status" 0 "--help succeeds"
like "$out" 'Exit status' "and explains the exit statuses"
run scripts/vm --lane no-such-lane -- true
says 116 "no lane 'no-such-lane'.*debian-13" "an unknown lane"
run scripts/vm --lane
says 116 '--lane needs a value' "a missing value"
run scripts/vm --mem lots -- true
says 116 "positive number, not 'lots'" "a bad number"
run scripts/vm --frobnicate
says 116 "unknown argument '--frobnicate'" "an unknown option"
run scripts/vm --no-module
says 116 'no terminal' "no command and no terminal"
run scripts/vm --no-module --add /no/such/file -- true
says 116 'no file /no/such/file' "a missing file"
run scripts/vm --no-module --package no/such -- true
says 116 "'no/such' is not the name of a package" "a package whose name is none"
run scripts/vm --no-module --program no-such-program -- true
says 117 'no no-such-program on this machine' "a missing program"
run scripts/vm --no-module --python no_such_module -- true
says 117 "No module named 'no_such_module'" "a missing module of Python"
run scripts/vm --no-module --module no_such_module -- true
says 117 'no module no_such_module' "a missing stock module"
run scripts/vm --no-module --qemu -no-such-option -- true
says 117 'QEMU did not start: .*no-such-option' "an option QEMU does not know"

# A small tree with a tool of its own: made when it is missing or its source is
# newer, and not otherwise.
mkdir -p "$dir/tree/userspace"
cp -r scripts "$dir/tree/"
printf 'iommu-mock: source\n\t@echo made >>log; cp source iommu-mock; chmod +x iommu-mock\n' >"$dir/tree/userspace/Makefile"
echo 'exit 0' >"$dir/tree/userspace/source"
# in_tree: scripts/vm of it, which ends before it boots.
in_tree() {
	run env -u IOMMU_MOCK_TOOL_MADE "$@" "$dir/tree/scripts/vm" --no-module --module no_such_module -- true
	made=$(grep -c made "$dir/tree/userspace/log" 2>/dev/null)
}
in_tree
says 117 'no module no_such_module' "vm makes the tool"
is "$made" 1 "a missing tool is made"
in_tree
is "$made" 1 "what is up to date is left alone"
touch -d '+1 minute' "$dir/tree/userspace/source"
in_tree IOMMU_MOCK_TOOL_MADE=1
is "$made" 1 "the tool is not made again when the caller has made it"
in_tree
is "$made" 2 "a tool older than its source is made again"
rm "$dir/tree/userspace/source" "$dir/tree/userspace/iommu-mock"
in_tree
is "$status" 119 "a tool that does not build: the exit status"
like "${err##*$'\n'}" 'vm: the tool does not build' "a tool that does not build: the sentence"

run scripts/bench-peers --help
is "$status" 0 "bench-peers --help succeeds"
like "$out" 'Exit status' "and explains the exit statuses"
for option in --lane --unit --rounds; do
	run scripts/bench-peers "$option"
	says 116 "$option needs a value" "bench-peers: $option without its value"
done
run scripts/bench-peers --unit no-such-unit
says 116 "no unit 'no-such-unit': intel, amd, virtio" "bench-peers: an unknown unit"
run scripts/bench-peers --frobnicate
says 116 "unknown argument '--frobnicate'" "bench-peers: an unknown option"
# scripts/vm says so, after the tool has been built.
run scripts/bench-peers --lane no-such-lane --unit intel
is "$status" 116 "bench-peers: an unknown lane: the exit status"
like "${err##*$'\n'}" "no lane 'no-such-lane'.*debian-13" "bench-peers: an unknown lane: the sentence"

# A PATH with everything but one program.
without() {
	rm -rf "${dir:?}/bin"
	mkdir "$dir/bin"
	local d
	for d in /bin /usr/bin /sbin /usr/sbin; do
		ln -s "$d"/* "$dir/bin/" 2>/dev/null
	done
	rm "${dir:?}/bin/$1"
	shift
	run env PATH="$dir/bin" "$@"
}
without qemu-system-x86_64 scripts/vm --no-module -- true
says 117 'qemu-system-x86_64 is missing: install the package qemu-system-x86' "no QEMU"
without mmdebstrap env XDG_CACHE_HOME="$dir/empty" scripts/vm --no-module -- true
says 117 'install the package mmdebstrap' "no mmdebstrap and nothing cached"

run unshare --net timeout 300 env XDG_CACHE_HOME="$dir/empty" scripts/lanes/build debian-13
is "$status" 118 "no network and nothing cached: the exit status"
like "${err##*$'\n'}" 'the mirror http://deb.debian.org cannot be reached' "no network: the sentence"
mkdir "$dir/nobody"
chmod 777 "$dir" "$dir/nobody"
# A copy that nobody may read, whatever the mode of the checkout's parents.
cp -r scripts "$dir/scripts"
run env HOME="$dir/nobody" XDG_CACHE_HOME="$dir/nobody" PATH="$PATH:/usr/sbin:/sbin" \
	setpriv --reuid=65534 --regid=65534 --clear-groups "$dir/scripts/lanes/build" debian-13
says 117 'must run as root' "no root"

# Two lanes that share a root are made at the same time.
mkdir -p "$dir"/root/var/lib/dpkg "$dir"/root/var/cache/{apt/archives,debconf} "$dir/root/bin"
touch "$dir"/root/var/lib/dpkg/{lock,lock-frontend} "$dir/root/var/cache/apt/archives/lock" \
	"$dir/root/var/cache/debconf/config.dat" "$dir/root/bin/true"
run bash -c '. scripts/lanes/lib.sh; . scripts/lanes/root.sh; root_link "$0/root" "$0/copy"' "$dir"
is "$status:$err" "0:" "a copy of a root is made"
is "$(cd "$dir/copy" && find . -type f -links +1)" "./bin/true" "which shares no file that apt, dpkg or debconf locks"
is "$(cd "$dir/copy" && find var/cache/debconf -type f)" var/cache/debconf/config.dat "and loses none that they read"

run scripts/vm --list
is "$status" 0 "--list succeeds"
for lane in debian-11 debian-12 debian-13 debian-13-backports host; do
	like "$out" "(^|"$'\n'")$lane " "--list shows $lane"
done
if [ -e "/lib/modules/$(uname -r)/build/Makefile" ]; then
	skip "the host has the headers of its kernel"
else
	run scripts/vm --lane host --no-module -- true
	says 125 'lane host: the headers of the running kernel' "the host's kernel without headers"
fi
done_testing
