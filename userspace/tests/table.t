#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Help, man page, completion and dump say what the command table says, about
# every command, and every command runs.
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# The tool is started more than a thousand times here: without sanitizers, with which a
# start takes four times as long. Other tests run its commands with them.
flock "$here/.." make -C "$here/.." -s iommu-mock >/dev/null && cp "$here/../iommu-mock" "$tool" || exit
tree shared
run "$tool" --dump-commands
dump=$out
is "$status:$err" "0:" "the table can be dumped"

# ask EXPRESSION: of the dump
ask() {
	json "$1" <<<"$dump"
}
mapfile -t names < <(ask 'join "\n", map { $_->{name} } @{$j->{commands}}')
ok "it has commands" test "${#names[@]}" -gt 30

# What the issue asked for is there.
for name in load unload reset status show events batch share judge matrix help \
	"instance add" "instance del" "instance set" "instance list" "instance show" \
	"instance allow" "instance deny" "device add" "device del" "device list" \
	"device show" "device bind" "device unbind" "domain add" "domain del" \
	"domain list" "domain show" "domain attach" "domain detach" "domain map" \
	"domain unmap" "domain walk" "driver list" "driver show" "buffer add" \
	"buffer del" "buffer list" "buffer show" "fault add" "fault del" "fault list"; do
	[[ " ${names[*]/#/|} " == *"|$name "* ]] || missing=${missing-}$name,
done
is "${missing-}" "" "every command that was promised exists"

# The rows, as lines of fields; the words of a field are separated by blanks.
ask 'join "\n", map { my $c = $_; join "\x1f", @$c{qw(name synopsis summary)},
	join(" ", map { $_->{name} } @{$c->{keys}}),
	join(" ", map { "--$_->{name}" } @{$c->{options}}),
	join(" ", map { $_->{name} } @{$c->{columns}}) } @{$j->{commands}}' >"$tmp/rows"

# absent TEXT WORD...: those of the words that are not in the text.
absent() {
	local text=$1 word
	shift
	for word; do
		[[ $text == *"$word"* ]] || printf '%s, ' "$word"
	done
}

# complete WORD...: what the tool offers, in one line.
complete() {
	mock --complete "$@"
	echo "$out" | paste -sd' '
}

# What groff makes of a page differs in hyphens and fonts: read the source.
plain_page() {
	sed 's/\\f[BRIP]//g; s/\\-/-/g; s/\\&//g' <<<"$out"
}
run "$tool" --dump-man "$here/../man/iommu-mock.8.in"
is "$status:$err" "0:" "the man page can be made"
top_page=$(plain_page)
page=$top_page
mapfile -t nouns < <("$tool" --complete "")
for noun in "${nouns[@]}"; do
	run "$tool" --dump-man "$noun"
	noun_page=$(plain_page)
	like "$status:$err:${out:0:99}" "^0::.*TH iommu.*mock.*$noun 8" "$noun has a page"
	page+=$'\n'$noun_page
	is "$(absent "$noun_page" "$(ask "join qq{\n}, map { \$_->{synopsis} } grep { \$_->{noun} eq '$noun' } @{\$j->{commands}}" |
		head -n 1)")" "" "the page of $noun has its commands"
	like "$top_page" "iommu-mock-$noun \(8\)" "iommu-mock(8) names the page of $noun"
done
run "$tool" --dump-man nonsense
like "$status:$err" "^1:iommu-mock: .*cannot open it: No such file" "a word that is neither a noun nor a file has no page"
unlike "$page" '@[A-Z]+@' "its places are filled"
mapfile -t helps < <(ask 'my %h; $h{$_->{help}} = 1 for map { (@{$_->{keys}}, @{$_->{options}}) } @{$j->{commands}};
	join "\n", sort keys %h')
ok "there are keys and options" test "${#helps[@]}" -gt 30
is "$(absent "${page//\\e/\\}" "${helps[@]}")" "" "the man page explains every key and option"
run "$tool" help
top=$out

while IFS=$'\x1f' read -r name synopsis summary keys options columns <&3; do
	noun=${name%% *}
	read -ra words <<<"$name"
	run "$tool" help "${words[@]}"
	text=$out
	is "$status:$err" "0:" "help $name"
	like "$text" "^Usage: iommu-mock $noun" "help $name: begins with the usage"
	# shellcheck disable=SC2086
	is "$(absent "$text" "$synopsis" "${summary:1}" $keys $options $columns)" "" \
		"help $name: has the synopsis, summary, keys, options and columns"
	run "$tool" "${words[@]}" --help
	is "$out" "$text" "$name --help is help $name"
	# shellcheck disable=SC2086
	is "$(absent "$page" "$synopsis" "$summary" $keys $options)" "" \
		"$name is in the man page"
	is "$(absent "$top" "  $noun ")" "" "$name is in help"
	if [ "$name" != "$noun" ]; then
		is "$(absent " $(complete "$noun" "") " " ${name#* } ")" "" "$name is completed"
	fi
	is "$(absent " $(complete "") " " $noun ")" "" "$noun is completed"
	# shellcheck disable=SC2086
	is "$(absent " $(complete "${words[@]}" --) " ${options// / })" "" \
		"$name: options are completed"
	is "$(complete "${words[@]}" --no-such)" "" "$name: nothing is offered that is none"
	# A command that is not wired to what its row says would crash here.
	mock "${words[@]}" --no-such-option
	is "$status" 2 "$name runs"
	if [ -n "$columns" ]; then
		mock "${words[@]}" --list-columns -rn -o column
		is "$(cut -d' ' -f1 <<<"$out" | paste -sd' ')" "$columns" \
			"$name: --list-columns"
		is "$(complete "${words[@]}" -o "")" "$columns" "$name: columns are completed"
	fi
done 3<"$tmp/rows"
run "$tool" matrix --help
like "$out" "See also:.*matrix merge FILE" "help of a command has those beside it"
unlike "$("$tool" matrix merge --help)" "See also:" "theirs are not repeated"
run "$tool" help instance
is "$(absent "$out" "instance add" "instance clear" "make an instance")" "" "help of a noun"
run "$tool" instance --help
like "$out" "instance add" "NOUN --help"
run "$tool" --help
is "$out" "$top" "--help"
run "$tool" help
for status_text in "0  success" "1  the operation" "2  the command line" "3  the system"; do
	is "$(absent "$out" "$status_text")" "" "help: exit status $status_text"
done

# What completion offers in each kind of place
is "$(complete ins)" "instance" "the beginning of a command"
is "$(complete instance s)" "set show" "the beginning of a verb"
is "$(complete nonsense "")" "" "after no command, nothing"
is "$(complete instance nonsense "")" "" "after no verb, nothing"
is "$(complete instance show "")" "smmu0 smmu1 dmar0" "instances, from the module"
is "$(complete instance show smmu0 d)" "dmar0" "also after the first"
is "$(complete domain attach "")" "dom0 d3 spare" "domains"
is "$(complete domain attach dom0 "")" "dev0 dev1 nic0 nic1 dev2" "then devices"
is "$(complete domain attach dom0 dev0 "")" "pasid=" "then a PASID"
is "$(complete domain attach --group dom0 n)" "nic0 nic1" "an option is no operand"
is "$(complete group claim g)" "g1" "groups"
is "$(complete buffer del b)" "buf0 buf1" "buffers"
is "$(complete driver show "")" "mock vtd" "drivers"
is "$(complete fault add smmu0 a)" "alloc attach" "points"
is "$(complete fault del smmu0 a)" "alloc attach all" "points, or all"
is "$(complete fault add smmu0 attach f)" "filter=" "keys"
is "$(complete fault add errno=EIO sm)" "smmu0 smmu1" "a key is no operand"
is "$(complete fault add smmu0 attach filter=)" "filter=any filter=fresh filter=existing" "values"
is "$(complete fault add smmu0 attach device=n)" "device=nic0 device=nic1" "objects as values"
is "$(complete instance add a policy=same-d)" "policy=same-driver" "words of a list"
is "$(complete instance add a policy=driver,f)" "policy=driver,format" "after the comma"
is "$(complete instance add a errno=EINV)" "errno=EINVAL" "errnos"
is "$(complete buffer list -o name,s)" "name,SIZE" "columns after the comma, in any case"
is "$(complete buffer list -o +m)" "+MAPS" "columns after the plus"
is "$(complete buffer list --output=NAME,M)" "--output=NAME,MAPS" "in the same word"
is "$(complete events --type at)" "attach" "the value of an option"
is "$(complete events --type=at)" "--type=attach" "in the same word"
is "$(complete events --device dev0 --domain sp)" "spare" "of the second of two options"
is "$(complete batch "")" ":files" "files"
is "$(complete help ins)" "instance" "commands after help"
is "$(complete help instance s)" "set show" "and their verbs"
is "$(complete --v)" "--version" "options before the command"
is "$(complete --sysroot "")" ":dirs" "directories"
run "$tool" --complete --sysroot "$tree" buffer show o
is "$out" "odd" "--sysroot is heeded"
run "$tool" --complete
is "$status:$err" "0:" "no word at all"
share_callers=$(complete share --caller "")
like "$share_callers" "einval" "the callers of share"
for name in vfio vfio-compat iommufd-cdev iommufd-replace iommufd-hwpt iommufd-pasid iommufd-nested sva sva-model vdpa; do
	like "$share_callers" "(^| )$name( |\$)" "and $name, which runs only if it is named"
done

# The bash side, as bash would call it. $1 is the line up to the cursor.
mkdir "$tmp/bin"
cat >"$tmp/bin/iommu-mock" <<EOT
#!/bin/sh
# A shell gives --complete WORD... or --describe WORD...; the tree goes in between
mode=\$1
shift
exec "$tool" "\$mode" --sysroot "$tree" "\$@"
EOT
chmod +x "$tmp/bin/iommu-mock"
in_bash() {
	PATH=$tmp/bin:$PATH bash -c '. "$1"; COMP_LINE=$2 COMP_POINT=${#2}; _iommu_mock
		printf "%s\n" "${COMPREPLY[@]}"' bash "$here/../completion/iommu-mock" "$1" 2>&1 |
		paste -sd' '
}
is "$(in_bash "iommu-mock inst")" "instance" "bash: a command"
is "$(in_bash "iommu-mock instance ")" "add set del list show allow deny clear" "bash: verbs"
is "$(in_bash "iommu-mock instance show d")" "dmar0" "bash: a name"
is "$(in_bash "iommu-mock fault add smmu0 attach filter=f")" "fresh" "bash: a value, without its key"
is "$(in_bash "iommu-mock instance add a policy=driver,f")" "driver,format" "bash: in a list"
is "$(in_bash "iommu-mock batch $tmp/bi")" "$tmp/bin" "bash: a file"
like "$(bash -c '. "$1"; complete -p iommu-mock' bash "$here/../completion/iommu-mock")" \
	'-F _iommu_mock' "bash: it is registered"

# Without zsh's own completion system: the functions that it has say what they get.
in_zsh() {
	PATH=$tmp/bin:$PATH zsh -f -c 'compadd() { print -r -- "${(P@)@[-1]}" }; _files() { print -r -- files $IPREFIX "$@" }
		compset() { IPREFIX=${(M)PREFIX##*=}; PREFIX=${PREFIX#$IPREFIX} }
		words=("${(@s: :)2}"); CURRENT=$#words; PREFIX=$words[-1]; . "$1"' zsh "$here/../completion/_iommu-mock" "$1" 2>&1 | paste -sd' '
}
if command -v zsh >/dev/null; then
	is "$(in_zsh "iommu-mock inst")" "instance" "zsh: a command"
	is "$(in_zsh "iommu-mock instance ")" "add set del list show allow deny clear" "zsh: verbs"
	is "$(in_zsh "iommu-mock instance show d")" "dmar0" "zsh: a name"
	is "$(in_zsh "iommu-mock fault add smmu0 attach filter=f")" "filter=fresh" "zsh: a value"
	is "$(in_zsh "iommu-mock instance add a policy=driver,f")" "policy=driver,format" "zsh: in a list"
	is "$(in_zsh "iommu-mock instance add a ia")" "ias=" "zsh: a key"
	is "$(in_zsh "iommu-mock batch bi")" "files" "zsh: a file"
	is "$(in_zsh "iommu-mock bench map --html=x")" "files --html=" "zsh: a file after an equals sign"
	is "$(in_zsh "iommu-mock --sysroot d")" "files -/" "zsh: a directory"
else
	skip "no zsh"
fi

in_fish() {
	(cd "$tmp" && HOME=$tmp PATH=$tmp/bin:$PATH fish -c "source '$here/../completion/iommu-mock.fish'; complete -C '$1'" 2>&1 | paste -sd,)
}
if command -v fish >/dev/null; then
	is "$(in_fish "iommu-mock reset --vers")" "--version	print the version" "fish: an option, with its help"
	is "$(in_fish "iommu-mock instance s" | tr '\t' ' ')" "set change an instance,show all about instances" "fish: verbs, with their help"
	is "$(in_fish "iommu-mock instance show d")" "dmar0" "fish: a name"
	is "$(in_fish "iommu-mock fault add smmu0 attach filter=f")" "filter=fresh" "fish: a value"
	is "$(in_fish "iommu-mock instance add a policy=driver,f")" "policy=driver,format" "fish: in a list"
	like "$(in_fish "iommu-mock instance add a ia")" "^ias=	input address" "fish: a key"
	like "$(in_fish "iommu-mock batch bi")" "^bin/" "fish: a file"
	like "$(in_fish "iommu-mock bench map --html=bi")" "^--html=bin/" "fish: a file after an equals sign"
else
	skip "no fish"
fi

if command -v groff >/dev/null; then
	for noun in "$here/../man/iommu-mock.8.in" "${nouns[@]}"; do
		run "$tool" --dump-man "$noun"
		is "$(groff -man -Tascii -ww -z - <<<"$out" 2>&1)" "" "groff has nothing to say about the page of ${noun##*/}"
	done
else
	skip "no groff to read the pages"
fi
done_testing
