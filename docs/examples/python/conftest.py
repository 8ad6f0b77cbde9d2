# SPDX-License-Identifier: GPL-2.0-only
"""The fixture mock, for all tests beside this file."""

pytest_plugins = ["iommu_mock.pytest_plugin"]
