#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# probe.sh finds the same features in every language: it runs here with a
# compiler that answers in German when the environment says so, as gcc does
# with its translations.
here=$(cd "$(dirname "$0")" && pwd) || exit
dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/probe"
for name in control_pass control_fail present absent; do
	: >"$dir/probe/$name.c"
done

# How gettext finds the language: LC_ALL, LC_MESSAGES and LANG name a locale in
# this order; LANGUAGE counts unless that is "C".
cat >"$dir/compiler" <<'EOT'
#!/bin/sh
for file; do :; done
case $file in
*/control_pass.c | */present.c) exit 0 ;;
esac
locale=${LC_ALL:-${LC_MESSAGES:-${LANG:-C}}}
[ "$locale" = C ] || locale=${LANGUAGE:-$locale}
case $locale in
de*) echo "$file:1:2: Fehler: »struct task_struct« hat kein Element namens »x«" ;;
*) echo "$file:1:2: error: 'struct task_struct' has no member named 'x'" ;;
esac
exit 1
EOT
chmod 755 "$dir/compiler"

# probed NAME=VALUE...: with that environment the probes have their answers.
n=0 bad=0
probed() {
	n=$((n + 1))
	rm -f "$dir/facts.h"
	words=$(env -u LC_ALL -u LC_MESSAGES -u LANG -u LANGUAGE "$@" \
		sh "$here/../kapi/probe.sh" "$dir/probe" "$dir/facts.h" "$dir/compiler" 2>&1)
	if [ -z "$words" ] && grep -qx '#define HAVE_PRESENT 1' "$dir/facts.h" &&
	   grep -qx '#define HAVE_ABSENT 0' "$dir/facts.h"; then
		echo "ok $n - with $*"
	else
		bad=1
		echo "not ok $n - with $*"
		echo "# $words"
	fi
}

probed LC_ALL=C
probed LANG=de_DE.UTF-8
probed LC_MESSAGES=de_DE.UTF-8
probed LC_ALL=de_DE.UTF-8
probed LANG=en_GB.UTF-8 LANGUAGE=de:en
echo "1..$n"
exit "$bad"
