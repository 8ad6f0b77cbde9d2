#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A wrong command line has the status 2, one sentence, and no effect.
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
tree shared

refuses 2 "a command is missing; see iommu-mock help"
refuses 2 "there is no command 'instnace'; did you mean instance?" instnace list
refuses 2 "there is no command 'inst'; did you mean instance?" inst
refuses 2 "there is no command 'xyzzy'; see iommu-mock help" xyzzy
refuses 2 "instance what? One of add, set, del, list, show, allow, deny, clear" instance
refuses 2 "instance has no command 'lsit'; did you mean list?" instance lsit
refuses 2 "driver has no command 'frobnicate'; it has list, show" driver frobnicate
refuses 2 "instance list: 'smmu0' is one word too many" instance list smmu0
refuses 2 "instance add: NAME is missing" instance add
refuses 2 "instance add: NAME is missing" instance add ias=39
refuses 2 "instance allow: B is missing" instance allow smmu0
refuses 2 "instance show: INSTANCE is missing" instance show
refuses 2 "domain map: BUFFER is missing" domain map dom0 0x1000
refuses 2 "instance set: KEY=VALUE is missing" instance set smmu0
how="instance= is missing, the IOMMU it is behind; write device add NAME instance=INSTANCE [KEY=VALUE]..."
refuses 2 "device add: $how" device add dev9
refuses 2 "device add: $how" device add dev9 group=g1
refuses 2 "domain add: device= is missing, the device it is allocated for; write domain add NAME device=DEVICE [KEY=VALUE]..." \
	domain add dom9
refuses 2 "fault add: KEY=VALUE is missing" fault add smmu0 attach

# Keys and their values
refuses 2 "instance add: there is no key 'polcy'; did you mean policy?" instance add a polcy=any
refuses 2 "instance add: there is no key 'x'" instance add a x=any
refuses 2 "instance set: there is no key 'driver'" instance set smmu0 driver=vtd
refuses 2 "instance add: ias= is given twice" instance add a ias=39 ias=40
refuses 2 "instance add: ias= is empty" instance add a ias=
refuses 2 "instance add: ias=: 'wide' is not a number" instance add a ias=wide
refuses 2 "instance add: ias=: '0x' is not a number" instance add a ias=0x
refuses 2 "instance add: ias=: '99999999999999999999' is not a number" instance add a ias=99999999999999999999
refuses 2 "instance add: policy=: no such word as 'same-drivr'; did you mean same-driver?" \
	instance add a policy=same-drivr
refuses 2 "instance add: policy=: no such word as 'fromat'; did you mean format?" \
	instance add a policy=driver,fromat
refuses 2 "instance add: policy=: no such word as ''; it takes any, same-instance, same-driver, compatible, never, driver, instance, format, ias, oas, pgsizes, coherent, enforce" \
	instance add a policy=driver,
refuses 2 "instance add: errno=: no such word as 'EINVL'; did you mean EINVAL?" instance add a errno=EINVL
refuses 2 "instance add: errno=: no such word as 'formt'; did you mean format?" \
	instance add a errno=EINVAL,formt=ENODEV
refuses 2 "instance add: misbehave=: no such word as 'unhook'; did you mean unhook-first?" \
	instance add a misbehave=unhook
refuses 2 "instance add: coherent=: no such word as 'yes'; it takes 0, 1" instance add a coherent=yes
refuses 2 "instance add: format=: no such word as 'arm4k'; did you mean arm-4k?" instance add a format=arm4k
refuses 2 "instance add: pgsizes=: '4Q' is not a page size" instance add a pgsizes=2M,4Q
refuses 2 "fault add: POINT: no such word as 'atach'; did you mean attach?" fault add smmu0 atach errno=EIO
refuses 2 "fault add: errno=: no such word as 'EIOO'; did you mean EIO?" fault add smmu0 attach errno=EIOO
refuses 2 "fault add: filter=: no such word as 'frsh'; did you mean fresh?" fault add smmu0 attach filter=frsh
refuses 2 "fault add: times=: '-' is not a number" fault add smmu0 attach times=-
refuses 2 "fault add: times=: '-2' is not a number" fault add smmu0 attach times=-2
refuses 2 "fault add: nth=: '-1' is not a number" fault add smmu0 attach nth=-1
refuses 2 "instance add: ias=: '0x0x20' is not a number" instance add a ias=0x0x20
refuses 2 "instance add: ias=: '0X20' is not a number" instance add a ias=0X20
refuses 2 "instance add: ias=: '-32' is not a number" instance add a ias=-32
refuses 2 "events: --since: '-5' is not a number" events --since=-5
refuses 2 "buffer add: SIZE: '0x0x1000' is not a size: a number, or 0x and a hexadecimal one, and K, M, G or T" \
	buffer add b 0x0x1000
refuses 2 "buffer add: SIZE: 'big' is not a size: a number, or 0x and a hexadecimal one, and K, M, G or T" \
	buffer add b big
refuses 2 "buffer add: SIZE: '16777216T' is not a size: a number, or 0x and a hexadecimal one, and K, M, G or T" \
	buffer add b 16777216T
refuses 2 "buffer add: SIZE: '1KB' is not a size: a number, or 0x and a hexadecimal one, and K, M, G or T" \
	buffer add b 1KB
name_rule="1 to 31 letters, digits, _ . -, beginning with a letter or a digit"
long=0123456789abcdef0123456789abcdef
refuses 2 "instance add: NAME: '.a' is not a name: $name_rule" instance add .a
refuses 2 "instance add: NAME: 'a b' is not a name: $name_rule" instance add "a b"
refuses 2 "instance add: NAME: '$long' is not a name: $name_rule" instance add $long
refuses 2 "instance add: NAME is empty" instance add ""
refuses 2 "device add: instance=: '../x' is not a name: $name_rule" device add d instance=../x
refuses 2 "domain attach: DOMAIN: 'a/b' is not a name: $name_rule" domain attach a/b dev0

# Options
refuses 2 "instance list: there is no option --jsn; did you mean --json?" instance list --jsn
refuses 2 "instance list: there is no option --frobnicate" instance list --frobnicate
refuses 2 "instance list: there is no option -x" instance list -x
refuses 2 "instance list: there is no option -x" instance list -nx
refuses 2 "instance list: --output needs COLUMNS" instance list --output
refuses 2 "instance list: -o needs COLUMNS" instance list -no
refuses 2 "instance list: --json takes no value" instance list --json=yes
refuses 2 "instance list: there is no column 'nam'; did you mean NAME?" instance list -o nam
refuses 2 "instance list: there is no column 'xyzzy'; see --list-columns" instance list -o name,xyzzy
refuses 2 "instance list: there is no column ''; see --list-columns" instance list -o name,
complains 2 "instance list" EINVAL "--json, --raw and --ktap exclude each other" instance list --json --raw
refuses 2 "instance add: there is no option --json" instance add a --json
refuses 2 "instance list: there is no option --ktap" instance list --ktap
refuses 2 "events: --type: no such word as 'atach'; did you mean attach?" events --type atach
refuses 2 "events: --since: 'now' is not a number" events --since now
refuses 2 "events: --since is empty" events --since=
# one_style SENTENCE ARGUMENT...: of matrix or matrix merge; as it is asked for.
one_style() {
	local noun=matrix
	[ "$3" != merge ] || noun="matrix merge"
	case " ${*:2} " in
	*" --json "*) complains 2 "$noun" EINVAL "$@" ;;
	*) refuses 2 "$noun: $1" "${@:2}" ;;
	esac
}
for style in json ktap; do
	one_style "--table and --$style exclude each other; matrix merge makes tables and pages of what --json printed" \
		matrix --table --$style
	one_style "--output chooses columns of the table; it excludes --$style" matrix --$style -o RULE
	one_style "--output chooses columns of the table; it excludes --$style" matrix merge --$style -o RULE x
done
for style in table json raw ktap html=x; do
	one_style "--list prints the cells' names, one a line; it excludes --${style%=x}" matrix --list --$style
done
dash="--html: '-' is standard output, where the results go: name a file"
refuses 2 "matrix: $dash" matrix --html -
refuses 2 "matrix merge: $dash" matrix merge --html - x
refuses 2 "bench map: $dash" bench map --html=-
refuses 2 "bench all: $dash" bench all --html -
refuses 2 "help: there is no command 'instance frob'" help instance frob
refuses 2 "help: there is no command 'frob'" help frob
run "$tool" --frobnicate list
is "$status:$err" "2:iommu-mock: there is no option --frobnicate here; see iommu-mock help" \
	"an unknown option before the command"
run "$tool" --sysroot
is "$status:$err" "2:iommu-mock: --sysroot needs DIR" "--sysroot without its value"
run "$tool" --sysroot "$tree"
is "$status:$err" "2:iommu-mock: a command is missing; see iommu-mock help" "--sysroot and nothing else"
run "$tool" --sysrooted "$tree"
is "$status" 2 "an option that begins like one"
is "$(find "$knobs" -newer "$tool" -type f | head)" "" "none of these wrote anything"

# What is right though it looks odd
prints "options before, between and after" buffer show -r buf0 -o name <<<"NAME buf0"
prints "letters in one word, argument attached" buffer list -rnoNAME,MAPS <<'EOT'
buf0 1
buf1 1
odd 0
EOT
prints "-- ends the options" buffer show -r -o name -- buf0 <<<"NAME buf0"
refuses 2 "buffer show: BUFFER: '-n' is not a name: $name_rule" buffer show -- -n
run "$tool" buffer list --sysroot "$tree" -rn -o name
is "$status:$out" "0:buf0
buf1
odd" "--sysroot also after the command"
run "$tool" --sysroot="$tree" buffer list -rn -o name
is "$status" 0 "--sysroot=DIR"
run "$tool" --version
is "$status:$out" "0:iommu-mock $tool_version" "--version"
version=$out
for where in "--sysroot $tree --version" "-V" "status --version" "instance add -V" "load --version --file x" "matrix -V"; do
	# shellcheck disable=SC2086
	run "$tool" $where
	is "$status:$out:$err" "0:$version:" "$where, as help has it"
done
# No word beside --version or --help is passed over.
for where in --version -V --dump-commands; do
	run "$tool" $where frob
	is "$status:$out:$err" "2::iommu-mock: $where excludes all other words: not with 'frob'" "$where and a word"
done
refuses 2 "instance add: --version excludes all other words: not with 'smmu0'" instance add smmu0 --version
refuses 2 "instance add: --version excludes all other words: not with 'ias=39'" instance add ias=39 -V
mock help instance add
wanted=$out
for where in "--help instance add" "-h instance add" "instance --help add" "instance -h add" "instance add --help"; do
	# shellcheck disable=SC2086
	run "$tool" $where
	is "$status:$out:$err" "0:$wanted:" "$where is help instance add"
done
mock help instance
wanted=$out
for where in "--help instance" "instance --help"; do
	# shellcheck disable=SC2086
	run "$tool" $where
	is "$status:$out" "0:$wanted" "$where is help instance"
done
refuses 2 "help: there is no command 'frob'" --help frob
refuses 2 "help: there is no command 'instance frob'" instance --help frob
refuses 2 "help: 'x' is one word too many" --help instance add x
if [ "$(id -u)" = 0 ] && [ ! -e /sys/module/iommu_mock ]; then
	echo text >"$tmp/text.ko"
	run "$tool" load --file "$tmp/text.ko"
	is "$status:$err" "1:iommu-mock: load $tmp/text.ko: is not the kernel module iommu_mock" "load: a file that is no module"
	run "$tool" load --file /etc/passwd
	is "$status:$err" "1:iommu-mock: load /etc/passwd: is not the kernel module iommu_mock" "load: a file that is no module is refused"
	run "$tool" load --file "$tmp/none.ko"
	is "$status:$err" "1:iommu-mock: load $tmp/none.ko: cannot be read: No such file or directory" "load: a file that is not there"
else
	skip "not root, or the module is loaded: no load to refuse"
fi
# No limit that nobody is told of: the last of many presets counts.
for _ in $(seq 70); do many="${many-} --preset arm-smmu-v3@6.1"; done
# shellcheck disable=SC2086
mock matrix --list $many --preset virtio@6.1
once=$(mock matrix --list --preset arm-smmu-v3@6.1 --preset virtio@6.1; echo "$out")
is "$out" "$once" "a preset that is given 70 times counts once, and the one after it, too"
# With --json an error is an object.
complains 1 "buffer show none" ENOENT "there is no such buffer" buffer show none --json
complains 2 "buffer list" EINVAL "there is no column 'x'; see --list-columns" buffer list -o x --json
complains 2 "buffer list" EINVAL "there is no option -x" buffer list -nJx
complains 2 "buffer list" EINVAL "'b' is one word too many" buffer list b --output name -J
complains 1 "matrix merge" EIO "$tmp/no cannot be read: No such file or directory" matrix merge --json "$tmp/no"
printf 'buffer list --json -o x\nbuffer show none\n' >"$tmp/batch"
mock batch --force "$tmp/batch"
is "$(head -n 1 <<<"$err" | json '"$j->{file} $j->{line} $j->{status}"')" "$tmp/batch 1 2" "of a line of a batch: which one"
is "$(tail -n 1 <<<"$err")" "iommu-mock: $tmp/batch:2: buffer show none: there is no such buffer" "and of that line alone"
refuses 2 "buffer list: there is no column 'J'; see --list-columns" buffer list -oJ
refuses 2 "buffer show: BUFFER: '--json' is not a name: $name_rule" buffer show -- --json
# The words of module/abi.h, as its macro of that name has them.
words_of() {
	local form='"[^"]+"'
	[ "$1" = MOCK_ERRNOS ] && form='\(E[A-Z0-9]+'
	sed -n "/^#define $1(/,/[^\\\\]\$/p" "$here/../../module/abi.h" | tail -n +2 | grep -oE "$form" | tr -d '"('
}

# told TEXT MACRO WHERE: all these words are in the text.
told() {
	local missing
	missing=$(words_of "$2" | while read -r word; do
		[[ " $1 " =~ [\ ,]${word}[,.\;\ ] ]] || echo "$word"
	done)
	is "$(words_of "$2" | grep -c .)+${missing//$'\n'/ }" "$(words_of "$2" | grep -c .)+" "$3 has all words of $2"
	[ "$(words_of "$2" | grep -c .)" -gt 2 ] || verdict 1 "there are words of $2"
}
mock instance add --help
help=$(tr '\n' ' ' <<<"$out" | tr -s ' ')
man=$(for noun in instance device fault; do "$tool" --dump-man "$noun"; done)
man=${man//\\-/-}
man=${man//$'\n'/ }
for macro in MOCK_FORMATS MOCK_CHECKS MOCK_MISBEHAVIOURS MOCK_ERRNOS; do
	told "$help" $macro "help of instance add"
	told "$man" $macro "the man page"
done
mock device add --help
like "$out" "bridge= root-port, pci" "help has the bridges"
like "$out" "hotplug= none, surprise, button" "and the hot-plug slots"
like "$man" "bridge=: root-port, pci\." "so has the man page"
told "$(tr '\n' ' ' <<<"$out")" MOCK_LIKES "help of device add"
mock fault add --help
told "$(tr '\n' ' ' <<<"$out")" MOCK_FAULT_POINTS "help of fault add"
mock share --help
like "$out" "--caller einval, emediumtype, any," "choices of options, too"
done_testing
