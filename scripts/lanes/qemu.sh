# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The newest QEMU of Debian 13, for devices that this machine's QEMU does not have
# (scripts/vm --new-qemu). Its packages are unpacked and not installed, and its programs
# run with their own libraries. Needs lib.sh.

qemu_sources="
deb http://deb.debian.org/debian trixie main
deb http://deb.debian.org/debian trixie-backports main
"
qemu_packages="qemu-system-arm qemu-system-riscv qemu-system-x86"

# qemu_use: set qemu_dir, a cache entry with root/, making it if it is missing.
qemu_use() {
	qemu_key=qemu-$(
		{
			echo "$qemu_sources" "$qemu_packages"
			declare -f qemu_fill
		} | hash_of
	)
	qemu_dir=$cache/qemu/$qemu_key
	lock "$qemu_key" -s
	if [ ! -e "$qemu_dir/log" ]; then
		unlock "$qemu_key"
		lock "$qemu_key"
		[ -e "$qemu_dir/log" ] || qemu_make
		unlock "$qemu_key"
		lock "$qemu_key" -s
	fi
	# For prune, as in root_use.
	{ : >>"$qemu_dir/used" && touch "$qemu_dir/used"; } 2>/dev/null
	prune "$cache/qemu" qemu "$qemu_key"
}

qemu_make() {
	local tmp log=$cache/logs/qemu.log
	need_root
	need mmdebstrap mmdebstrap
	tell "fetching QEMU from Debian's trixie-backports, this takes a minute"
	mkdir -p "$cache/qemu" "$cache/logs"
	tmp=$(mktemp -d "$cache/qemu/.$qemu_key.XXXXXX")
	if ! qemu_fill "$tmp/root" >"$log" 2>&1; then
		rm -rf --one-file-system "$tmp"
		die "$EX_ENV" "QEMU cannot be fetched: $(grep -m 1 '^E: ' "$log" || echo 'see the log') (log: $log)"
	fi
	cp "$log" "$tmp/log"
	rm -rf "$qemu_dir"
	mv "$tmp" "$qemu_dir"
}

# qemu_fill DIR: unpack the packages and those that they depend on. Documents, and
# what belongs to displays, do not matter here.
qemu_fill() {
	printf '%s\n' "$qemu_sources" | mmdebstrap --mode=root --variant=extract \
		--aptopt='Acquire::Retries "3"' --aptopt='Acquire::http::Timeout "60"' \
		--aptopt='APT::Default-Release "trixie-backports"' \
		--include="${qemu_packages// /,}" trixie "$1" - || return
	rm -rf "${1:?}"/usr/share/{doc,man,locale,icons} "${1:?}/var"
}

# qemu_run NAME: set new_qemu, the words that run the program with its own libraries,
# modules and data.
qemu_run() {
	local usr=$qemu_dir/root/usr
	local gnu=$usr/lib/x86_64-linux-gnu
	# shellcheck disable=SC2034 # boot.sh uses it
	new_qemu=(env "QEMU_MODULE_DIR=$gnu/qemu"
		"$gnu/ld-linux-x86-64.so.2" --library-path "$gnu" --argv0 "$1"
		"$usr/bin/$1" -L "$usr/share/qemu" -L "$usr/share/seabios")
}
