#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The workflow of docs/ci.md for the project of somebody else: each command of its job in
# VMs runs as it is written, in a directory that has this tree as iommu-mock.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
python=$(PATH=/usr/bin:$PATH type -P python3) || skip_all "no python3"
"$python" -c 'import yaml' 2>/dev/null || skip_all "no yaml for $python"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
lane=debian-13

# commands: those of the job, each in a file with a number. Packages, and the places and
# owners of caches, are the runner's own.
commands() {
	"$python" - docs/examples/ci/github-vfio.yml "$lane" "$dir" <<-'END'
		import sys, yaml
		recipe, lane, to = sys.argv[1:]
		steps = yaml.safe_load(open(recipe))["jobs"]["kernels"]["steps"]
		shell = [s["run"] for s in steps if "run" in s]
		shell = [s for s in shell if "scripts/packages" not in s and "sudo install" not in s and "chown" not in s]
		for n, text in enumerate(shell):
		    open(f"{to}/step{n}", "w").write(text.replace("${{ matrix.lane }}", lane))
		print(len(shell))
	END
}
count=$(commands)
is "$count" 3 "the job has three commands of its own"

mkdir "$dir/bin" "$dir/project"
ln -s "$PWD" "$dir/project/iommu-mock"
# Root needs no sudo, and the machine may have none.
cat >"$dir/bin/sudo" <<'END'
#!/bin/sh
while [ "${1#-}" != "$1" ]; do shift; done
exec "$@"
END
chmod +x "$dir/bin/sudo"
for ((n = 0; n < count; n++)); do
	run env -C "$dir/project" PATH="$dir/bin:$PATH" bash -e "$dir/step$n"
	is "$status" 0 "it runs: $(head -c 60 "$dir/step$n" | head -n 1)..."
done
is "$(grep -c ' wrote its page: status 0x2$' "$dir/project/result.txt")" 2 "the file that it brings out: two functions did DMA"
is "$(tail -n 1 "$dir/project/result.txt")" "as it should be" "as they should"
done_testing
