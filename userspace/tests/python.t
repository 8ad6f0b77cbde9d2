#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The Python package on this machine: it has all of the library, its types are right,
# and on a recorded tree, or without the module, it says what the library says.
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
top=$here/..
header=$top/include/iommu-mock.h
python=$(PATH=/usr/bin:$PATH type -P python3) || skip_all "no python3"
"$python" -c 'import pytest' 2>/dev/null || skip_all "no pytest for $python"
run make -s -C "$top" O="$tmp/build" library
is "$status" 0 "the library is built"
export LIBIOMMU_MOCK=$tmp/build/libiommu-mock.so PYTHONPATH=$top/python PYTHONDONTWRITEBYTECODE=1

# py PROGRAM: what it prints.
py() {
	run "$python" -c "$1"
}

# The package has all that the header has.
declared=$(gcc -fpreprocessed -dD -E -P "$header" 2>/dev/null | grep -oE '\<imock_[a-z_]+\(' | tr -d '(' | sort -u)
py 'from iommu_mock import _lib; print(*sorted("imock_" + name for name in _lib.FUNCTIONS), sep="\n")'
is "$(sort <<<"$out")" "$declared" "the package declares each function of the header"
# By name there are dictionaries: state().domains["dom0"].
is "$(for name in $declared; do
	grep -qE "$name(_|\\b)|_call\\(\"${name#imock_}\"" "$top"/python/iommu_mock/{__init__,_results}.py || echo "$name"
done)" "" "and uses each"
is "$(for name in driver instance group device domain buffer; do
	grep -q "imock_state_${name}_at" "$top/python/iommu_mock/__init__.py" || echo "$name"
done)" "" "and all kinds of objects"

# A method has the name of its function, but for four.
py 'import inspect, re, iommu_mock
others = {("delete", "del"), ("state", "state_read"), ("journal", "journal_open"), ("access", "access_new")}
for method in inspect.getsource(iommu_mock.Mock).split("    def ")[1:]:
    name = method[:method.index("(")]
    for called in re.findall(r"self\._call\(\"(\w+)\"", method):
        if name != called and (name, called) not in others: print(name, called)'
is "$status:$out" "0:" "methods have the names of their functions"

# What a C compiler makes of the header is what ctypes takes it for.
cat >"$tmp/layout.py" <<'EOT'
import ctypes
from iommu_mock import _lib, EventKind, Kind
import iommu_mock as m
print('#include <stdio.h>\n#include <iommu-mock.h>\n#define IS(a, b) do { if ((a) != (b)) puts(#a); } while (0)\nint main(void) {')
for name, structure in _lib.STRUCTURES.items():
    print(f'IS(sizeof(struct imock_{name}), {ctypes.sizeof(structure)});')
    for member, *_ in structure._fields_:
        field = getattr(structure, member)
        print(f'IS(offsetof(struct imock_{name}, {member}), {field.offset});')
        print(f'IS(sizeof(((struct imock_{name} *)0)->{member}), {field.size});')
for prefix, kinds in ("IMOCK_EV_", EventKind), ("IMOCK_", Kind):
    for kind in kinds:
        print(f'IS({prefix}{kind.name}, {kind.value});')
for name in "UNCLAIMED", "READ", "WRITE", "JOURNAL_ALL", "EMPTY", "PEEK", "NO_PINS":
    print(f'IS(IMOCK_{name}, {getattr(m, name)});')
print('return 0; }')
EOT
"$python" "$tmp/layout.py" >"$tmp/layout.c" && gcc -I "$top/include" -o "$tmp/layout" "$tmp/layout.c"
run "$tmp/layout"
is "$status:$out" "0:" "structures, kinds and flags are those of the header"
py 'from iommu_mock import _lib; import iommu_mock as m
for name, structure in _lib.STRUCTURES.items():
    c = [member[0] for member in structure._fields_[1:]]
    if c != list(getattr(m, name.title().replace("_", ""))._fields): print(name)'
is "$status:$out" "0:" "each member of a structure is one of the tuple"
is "$(grep -oE '^struct imock_[a-z_]+ \{' "$header" | sed 's/struct imock_//; s/ {//' | sort)" \
	"$("$python" -c 'from iommu_mock import _lib; print(*sorted(_lib.STRUCTURES), sep="\n")')" "and there are all structures"
is "$(sed -n '/^enum imock_/,/^}/s/^\t\(IMOCK_[A-Z_]*\).*/\1/p' "$header" | sort)" \
	"$("$python" -c 'from iommu_mock import EventKind, Kind
print(*sorted([f"IMOCK_EV_{k.name}" for k in EventKind] + [f"IMOCK_{k.name}" for k in Kind]), sep="\n")')" "and all kinds"

if "$python" -c 'import mypy' 2>/dev/null; then
	run "$python" -m mypy --strict --cache-dir="$tmp/mypy" "$top/python/iommu_mock" "$here/../../docs/examples/python"/test_{refused,dirty}.py
	is "$status:$out" "0:Success: no issues found in 8 source files" "mypy --strict is content"
else
	skip "no mypy"
fi

# A recorded tree
tree shared
export TREE=$tree
py 'import os; from iommu_mock import *
with Mock(os.environ["TREE"]) as mock:
    state = mock.state()
    print(*state.instances, state.groups["g1"].devices, state.domains["dom0"].instances, state.buffers["buf1"].bytes, state.domains["spare"].made_for)
    with mock.journal(JOURNAL_ALL) as journal:
        events = list(journal)
    print(len(events), events[1].kind == EventKind.ATTACH, events[1].old, events[8].reason, events[8].ret)
    print(mock.fact("family"))'
is "$status:$out" "0:smmu0 smmu1 dmar0 ('nic0', 'nic1') ('smmu0', 'smmu1') 65536 None
14 True none ias -22
$(sed -n 's/^family=//p' "$knobs/build_info")" "objects and events are those of the tree"

# Errors
py 'import os; from iommu_mock import *
mock = Mock(os.environ["TREE"])
try:
    mock.add_instance("a b")
except OSError as error:
    print(type(error).__name__, error.errno, error, mock.error() == str(error))
mock.close()
for use in mock.reset, mock.state, mock.error:
    try:
        use()
    except ValueError as error:
        print(error)'
is "$status:$out" "0:MockError 22 'a b' cannot be a name (EINVAL) True
the context is closed
the context is closed
the context is closed" "a failure has the errno and the sentence; a closed context is none"
# The bond of a device that was removed has ended: its file answers with an error.
py 'import os; from iommu_mock import *
def ended(mock):
    bond = mock.sva_bind("dev0")
    for fd in os.listdir("/proc/self/fd"):
        if os.path.realpath("/proc/self/fd/" + fd).endswith("/devices/dev0/sva"):
            os.close(int(fd))
    return bond
with Mock(os.environ["TREE"]) as mock:
    with ended(mock):
        print("in")
    try:
        ended(mock).unbind()
    except MockError as error:
        print(error.errno)
    ended(mock)
print("out")'
is "$status:$out" "0:in
9
out" "a bond that has ended can be closed, and unbind() tells of it"
mkdir "$tmp/nothing"
py "from iommu_mock import *
try:
    Mock('$tmp/nothing').open()
except MockError as error:
    print(error.errno, error)"
like "$status:$out" "^0:19 the module iommu_mock is not loaded: " "without the module: the library's sentence"
LIBIOMMU_MOCK=$tmp/none.so py 'import iommu_mock'
like "$err" "ImportError: the library of iommu-mock cannot be loaded: .*none.so.*; install libiommu-mock0, or set LIBIOMMU_MOCK" \
	"without the library: what to do"
echo 'int imock_new;' | gcc -x c -shared -o "$tmp/old.so" -
LIBIOMMU_MOCK=$tmp/old.so py 'import iommu_mock'
like "$err" "ImportError: .*old.so is older than this package: it has no imock_free\(\)" "with an old one: what is missing"

# The fixture where there is no module: skipped, or failed on demand.
if [ -d /sys/module/iommu_mock ] || modinfo iommu_mock >/dev/null 2>&1; then
	skip "this machine has the module"
else
	run "$python" -m pytest -q -rs -p no:cacheprovider "$here/../../docs/examples/python"
	like "$status:$out" "^0:.*SKIPPED.*the module iommu_mock is not installed.*5 skipped" "the examples are skipped, with the library's sentence"
	IOMMU_MOCK_REQUIRED=1 run "$python" -m pytest -q -p no:cacheprovider "$here/../../docs/examples/python"
	like "$status:$out" "^1:.*5 (failed|error)" "and fail with IOMMU_MOCK_REQUIRED"
fi
done_testing
