#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The Python package on a real module: each of its functions, the fixture for pytest,
# and the examples of docs/.
# vm: --python pytest --python ctypes --add userspace/python/iommu_mock:/root/iommu_mock --add docs/examples/python:/root/examples
# timeout: 240
# shellcheck source=lib.sh
. ./lib.sh
export PYTHONPATH=/root PYTHONDONTWRITEBYTECODE=1 IOMMU_MOCK_REQUIRED=1
LIBIOMMU_MOCK=$(echo "$PWD"/libiommu-mock.so.*)
export LIBIOMMU_MOCK

# passes COUNT NAME FILE: pytest is content with its tests, which are so many.
passes() {
	python3 -m pytest -q -p no:cacheprovider "$3" >/tmp/out 2>&1
	is "$?:$(tail -n 1 /tmp/out | grep -o '^[0-9]* passed')" "0:$1 passed" "$2"
	! grep -Eq '[0-9] (failed|error)' /tmp/out || note "$(tail -n 60 /tmp/out)"
}

modprobe vfio-pci
modprobe iommufd 2>/dev/null
before=$(traces)
passes 15 "each function of the package" python_functions.py
is "$(traces)" "$before" "the fixture unloads a module that it has loaded"
load
passes $((4 + $(value_in "$mock/build_info" dirty))) "the examples, with a module that is loaded already" /root/examples
is "$(total instances):$(total domains)" 0:0 "which is empty then"
knob new_instance other
python3 -m pytest -q -p no:cacheprovider /root/examples >/tmp/out 2>&1
is "$?" 1 "the fixture fails while another program has objects"
like "$(cat /tmp/out)" "has objects of another program" "and says so"
is "$(total instances)" 1 "which stay"
done_testing
