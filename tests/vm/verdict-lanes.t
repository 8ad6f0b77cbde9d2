#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The VM's verdict is green for a good module, and red for one that warns, oopses or
# does not load, on the kernels that verdict.t does not boot. The modules are built by
# each lane's own compiler.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=../tap.sh
. tests/tap.sh
# shellcheck source=verdict.sh
. tests/vm/verdict.sh

for lane in debian-11 debian-12 debian-13-backports; do
	judge_modules
done
done_testing
