# SPDX-License-Identifier: GPL-2.0-only
"""What the live migration of a virtual machine does: it copies all memory, and then
again what devices have written meanwhile, until that is little."""

import pytest

from iommu_mock import Mock

IOVA = 0x100000
PAGE = 4096
PAGES = 16


@pytest.fixture
def guest(mock: Mock) -> Mock:
    """A device that is on a domain with the memory of a guest."""
    if mock.fact("dirty") == "0":
        pytest.skip("this kernel lets no driver track the writes of devices")
    mock.add_instance("iommu", "dirty=1")
    mock.add_device("nic", "iommu")
    mock.add_domain_with("guest", "nic", "dirty=1")
    mock.add_buffer("memory", PAGES * PAGE)
    mock.map("guest", IOVA, "memory")
    mock.attach("guest", "nic")
    return mock


def copy_dirty(mock: Mock, to: bytearray) -> int:
    """Copy the pages that were written since the last time. Return their number."""
    pages = 0
    for found in mock.dirty_read("guest"):
        at = found.iova - IOVA
        to[at:at + found.bytes] = mock.buffer_read("memory", at, found.bytes)
        pages += found.bytes // PAGE
    return pages


def test_migration(guest: Mock) -> None:
    guest.dirty_set("guest", True)
    copied = bytearray(guest.buffer_read("memory", 0, PAGES * PAGE))
    guest.dma_write("nic", IOVA + PAGE - 4, 8, 0x1122334455667788)    # in two pages
    guest.dma_write("nic", IOVA + 9 * PAGE, 16, 1)
    assert copy_dirty(guest, copied) == 3
    guest.dma_write("nic", IOVA + 9 * PAGE, 16, 2)
    assert copy_dirty(guest, copied) == 1
    guest.detach("guest", "nic")    # the device stops: the last round
    assert copy_dirty(guest, copied) == 0
    assert copied == guest.buffer_read("memory", 0, PAGES * PAGE)
