#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Every cell of the matrix is a test; its output is TAP as it is.
# timeout: 600
modprobe iommu_mock || exit
exec iommu-mock matrix
