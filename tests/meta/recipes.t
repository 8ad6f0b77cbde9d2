#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The recipes of docs/ci.md: they can be read, their commands and paths exist, and they
# agree with each other. tests/lane/node.t runs vfio-node.sh.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
python=$(PATH=/usr/bin:$PATH type -P python3) || skip_all "no python3"
"$python" -c 'import yaml' 2>/dev/null || skip_all "no yaml for $python"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
dir=docs/examples/ci
ok "the tool is built" make -s tool

# complaints FILE...
complaints() {
	"$python" tests/meta/recipes.py userspace/iommu-mock "$@" 2>&1
}
is "$(complaints "$dir"/*)" "" "the recipes are right"
for file in "$dir"/*; do
	like "$(<docs/ci.md)" "examples/ci/${file##*/}" "docs/ci.md names ${file##*/}"
done

# What is wrong is found.
# wrong FILE SED REGEX WHAT
wrong() {
	sed "$2" "$dir/$1" >"$tmp/$1"
	like "$(complaints "$tmp/$1")" "$3" "$4 is found"
}
wrong github.yml 's/iommu-mock load$/iommu-mock laod/' "iommu-mock laod: .*there is no command" "a command that does not exist"
wrong github.yml 's/--ktap/--kktap/' "no option --kktap" "an option that does not exist"
wrong github.yml 's/runs-on/runs_on/' "runner: no runs-on" "a job without runs-on"
wrong github.yml 's/scripts.packages/scripts\/package/' "no scripts/package" "a path that does not exist"
wrong gitlab-ci.yml 's/make deb/make debs/' "no make debs" "a target that does not exist"
wrong gitlab-ci.yml 's/^stages: .*/stages: [tset]/' "no such stage" "a stage that does not exist"
wrong lava.yaml 's/^run:/runs:/' "missing: KeyError..run" "a test without steps"
wrong lava.yaml "s/modprobe iommu_mock\$/modprobe 'iommu_mock/" "unexpected EOF" "wrong shell"
wrong lava-job.yaml 's/MATRIX_OPTIONS/OPTIONS/' "no parameter OPTIONS" "a parameter that does not exist"
wrong kubevirt.yaml 's/^spec:/ spec:/' "mapping" "wrong YAML"

# One function, in four places
id=$(sed -n 's/^id=//p' "$dir/vfio-node.sh")
is "$(grep -oE 'pciVendorSelector: .*' "$dir/kubevirt.yaml")" \
	"pciVendorSelector: \"$(tr '[:lower:]' '[:upper:]' <<<"$id" | sed 's/0X//g')\"" "KubeVirt looks for the functions of vfio-node.sh"
is "$(grep -oE '\{.*\}' "$dir/devstack.conf" | "$python" -c '
import json, sys
print(*sorted({"0x%(vendor_id)s:0x%(product_id)s" % json.loads(line) for line in sys.stdin}))')" "$id" "Nova finds the functions, too"
is "$("$python" -c '
import sys, yaml
kubevirt, vm = yaml.safe_load_all(open(sys.argv[1]))
offered = {d["resourceName"] for d in kubevirt["spec"]["configuration"]["permittedHostDevices"]["pciHostDevices"]}
print(*(d["deviceName"] for d in vm["spec"]["domain"]["devices"]["hostDevices"] if d["deviceName"] not in offered))' "$dir/kubevirt.yaml")" \
	"" "the virtual machine asks for what is offered"
done_testing
