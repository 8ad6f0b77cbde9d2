# SPDX-License-Identifier: GPL-2.0-only
"""Each function of the Python package, on the module. pytest runs it in the VM."""

import ctypes
import errno
import fcntl
import mmap
import os
import struct
import threading
import zlib

import iommu_mock
import pytest
from iommu_mock import EMPTY, JOURNAL_ALL, NO_PINS, PEEK, READ, UNCLAIMED, WRITE, EventKind, Kind, Mock, MockError

pytest_plugins = ["iommu_mock.pytest_plugin"]


def fails(number, function, *arguments):
    with pytest.raises(MockError) as caught:
        function(*arguments)
    assert caught.value.errno == number, str(caught.value)
    return str(caught.value)


@pytest.fixture
def pair(mock):
    mock.add_instance("i")
    mock.add_instance("j", "ias=39")
    mock.add_device("d", "i")
    mock.add_device("e", "j")
    mock.add_domain("m", "d")
    return mock


def test_module(mock):
    mock.open()
    assert mock.fact("running")
    assert "nonsense" in fails(errno.ENOENT, mock.fact, "nonsense")
    fails(errno.EEXIST, mock.load)
    assert iommu_mock.version()
    assert {"einval", "type1", "vfio"} <= set(iommu_mock.callers())


def test_objects(pair):
    pair.add_buffer("b", 65536)
    fails(errno.EEXIST, pair.add_buffer, "b", 65536)
    state = pair.state()
    assert list(state.instances) == ["i", "j"]
    assert (state.instances["i"].ias, state.instances["j"].ias) == (48, 39)
    assert state.devices["d"].instance == "i" and state.devices["d"].bus == "platform"
    assert state.groups["d"].devices == ("d",) and state.groups["d"].owner is None
    assert state.domains["m"].fresh == 1 and state.domains["m"].devices == ()
    assert state.buffers["b"].bytes == 65536
    assert state.drivers["mock"].instances == 2
    pair.set("j", "policy", "any")
    assert pair.state().instances["j"].policy == "any"
    assert fails(errno.EINVAL, pair.set, "j", "policy", "nonsense") != ""
    assert pair.error() != ""
    pair.delete(Kind.BUFFER, "b")
    assert pair.state().buffers == {}
    assert pair.error() == ""


def test_attach(pair):
    pair.claim("d")
    assert pair.state().groups["d"].owner == "caller"
    pair.attach("m", "d")
    assert pair.state().domains["m"].devices == ("d",)
    assert fails(errno.EINVAL, pair.attach, "m", "e") == "j refuses m for e: ias (EINVAL)"
    assert pair.stat("j", "refused") == 1
    pair.detach("m", "d")
    pair.release("d")
    pair.attach_group("m", "d")
    pair.detach_group("m", "d")
    pair.attach("m", "d", UNCLAIMED)
    pair.detach("m", "d")
    pair.fault("i", "attach", "errno=ENOMEM times=1")
    fails(errno.ENOMEM, pair.attach, "m", "d")
    pair.fault("i", "attach")
    pair.attach("m", "d")


def test_memory(pair):
    pair.add_buffer("b", 65536)
    pair.attach("m", "d")
    pair.map("m", 0x100000, "b")
    pair.map("m", 0x200000, "b", 4096, 4096, READ)
    page = pair.walk("m", 0x200000)
    assert (page.iova, page.buffer, page.offset, page.prot) == (0x200000, "b", 4096, READ)
    assert pair.walk("m", 0x100000).prot == READ | WRITE
    fails(errno.ENOENT, pair.walk, "m", 0x300000)
    pair.buffer_write("b", 4096, b"hello\0world")
    assert pair.buffer_read("b", 4096, 11) == b"hello\0world"
    assert pair.dma_read("d", 0x200000, 11) == b"hello\0world"
    assert pair.dma_sum("d", 0x200000, 11) == zlib.crc32(b"hello\0world")
    pair.dma_write("d", 0x100000, 8, 0x0102030405060708)
    assert pair.buffer_read("b", 0, 8) == bytes(range(8, 0, -1))
    pair.dma_copy("d", 0x200000, 11, 0x100100)
    assert pair.buffer_read("b", 0x100, 11) == b"hello\0world"
    fails(errno.EFAULT, pair.dma_write, "d", 0x200000, 8, 1)
    result = pair.dma_result()
    assert (result.op, result.access, result.at, result.ret) == ("write", "w", 0x200000, -errno.EFAULT)
    pair.dma_start("d", "write 0x100000 64 pattern=1")
    pair.dma_wait("d", 10000)
    pair.unmap("m", 0x100000, 65536)
    fails(errno.ENOENT, pair.walk, "m", 0x100000)


def test_pasid(mock):
    if mock.fact("pasids") == "0":
        mock.add_instance("i")
        mock.add_device("d", "i")
        mock.add_domain("m", "d")
        for move in mock.attach_pasid, mock.replace_pasid, mock.detach_pasid:
            fails(errno.EOPNOTSUPP, move, "m", "d", 5)
        fails(errno.EINVAL, mock.dma_read_pasid, "d", 5, 0, 8)
        return
    mock.add_instance("i", "pasid=4")
    mock.add_device("d", "i", "pasids=16")
    for name in "m", "n":
        mock.add_domain(name, "d")
    mock.add_buffer("b", 8192)
    mock.map("m", 0x100000, "b")
    mock.attach_pasid("m", "d", 5)
    fails(errno.EBUSY, mock.attach_pasid, "n", "d", 5)
    mock.dma_write_pasid("d", 5, 0x100000, 8, 0x0102030405060708)
    assert mock.dma_result().pasid == 5
    mock.dma_copy_pasid("d", 5, 0x100000, 8, 0x101000)
    assert mock.dma_read_pasid("d", 5, 0x101000, 8) == bytes(range(8, 0, -1))
    assert mock.dma_sum_pasid("d", 5, 0x101000, 8) == zlib.crc32(bytes(range(8, 0, -1)))
    fails(errno.EFAULT, mock.dma_read, "d", 0x100000, 8)
    state = mock.state()
    assert state.instances["i"].pasid == 4 and state.devices["d"].pasids == 16
    assert state.devices["d"].attached == ("5:m",) and state.domains["m"].pasids == ("d/5",)
    if "pasids" in mock.fact("replaces"):
        mock.replace_pasid("n", "d", 5)
        assert mock.state().devices["d"].attached == ("5:n",)
        mock.replace_pasid("m", "d", 5)
    else:
        fails(errno.EOPNOTSUPP, mock.replace_pasid, "n", "d", 5)
    mock.detach_pasid("m", "d", 5)
    assert mock.state().devices["d"].attached == ()


def test_replace_group(pair):
    pair.add_domain("n", "d")
    pair.attach("m", "d")
    if "groups" in pair.fact("replaces"):
        pair.replace_group("n", "d")
        assert pair.state().devices["d"].domain == "n"
    else:
        fails(errno.EOPNOTSUPP, pair.replace_group, "n", "d")


def test_sva(mock):
    if mock.fact("sva") == "0":
        mock.add_instance("i")
        mock.add_device("d", "i")
        fails(errno.EOPNOTSUPP, mock.sva_bind, "d")
        return
    mock.add_instance("i", "pasid=4 sva=1")
    mock.add_device("d", "i", "pasids=16")
    with mock.sva_bind("d") as bond:
        sva = bond.read()
        state = mock.state()
        assert state.devices["d"].attached == (f"{sva.pasid}:{sva.domain}",)
        assert state.domains[sva.domain].sva == 1 and state.instances["i"].sva == 1
    with pytest.raises(ValueError):
        bond.read()
    assert mock.state().domains == {}
    mock.sva_bind("d")  # the fixture ends it


def test_requests(pair):
    assert pair.requests_waiting("d") == [] and pair.requests_held("m") == []
    fails(errno.EOPNOTSUPP, pair.request_page, "d", "r 0x1000")
    assert fails(errno.ENOENT, pair.answer, "m", "d", "success") == "m holds no request of d (ENOENT)"
    if pair.fact("handlers") == "0":
        fails(errno.EOPNOTSUPP, pair.handler, "m", "hold")
        return
    pair.add_instance("p", "pri=2")
    pair.add_device("asks", "p")
    pair.add_domain("n", "asks")
    pair.handler("n", "hold")
    pair.attach("n", "asks")
    with pair.journal() as journal:
        journal.filter(kinds=[EventKind.RESPONSE])
        pair.request_page("asks", "r 0x50123 group=1")
        pair.request_page("asks", "rw 0x51000 group=2")
        fails(errno.ENOSPC, pair.request_page, "asks", "r 0x52000")
        requests = [("asks", 1, 0, 0x50000, "r"), ("asks", 2, 0, 0x51000, "rw")]
        assert pair.requests_waiting("asks") == requests
        assert pair.requests_held("n") == requests
        pair.answer("n", "asks", "failure", 2)
        pair.answer("n", "asks", "success")
        assert pair.requests_held("n") == []
        assert [(event.group, event.code) for event in journal] == [(2, "failure"), (1, "success")]


# ioctls of <linux/iommufd.h>
IOMMU_DESTROY, IOMMU_IOAS_ALLOC, IOMMU_IOAS_MAP = 0x3b80, 0x3b81, 0x3b85


def ioas_of(iommufd):
    alloc = bytearray(struct.pack("=III", 12, 0, 0))
    fcntl.ioctl(iommufd, IOMMU_IOAS_ALLOC, alloc)
    return struct.unpack("=III", alloc)[2]


def test_access(mock):
    if mock.fact("access") == "0":
        assert "has no access objects" in fails(errno.EOPNOTSUPP, mock.access, 0)
        return
    fails(errno.EBADFD, mock.access, os.open("/dev/null", os.O_RDWR))
    iommufd = os.open("/dev/iommu", os.O_RDWR)
    first, second = ioas_of(iommufd), ioas_of(iommufd)
    memory = mmap.mmap(-1, 16384, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    memory[:] = bytes(i % 251 for i in range(16384))
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    fcntl.ioctl(iommufd, IOMMU_IOAS_MAP,
                struct.pack("=IIIIQQQ", 40, 7, first, 0, address, 16384, 0x100000))
    with mock.access(iommufd) as access:
        assert access.state()[1:] == (0, 1, 0) and access.pins() == []
        fails(errno.ENOENT, access.pin, 0x100000, 4096)
        access.attach(first)
        assert access.state().ioas == first
        assert access.sum(0x100005, 300) == zlib.crc32(memory[5:305])
        access.write(0x100ffe, 4, 0x44332211)
        assert memory[0xffe:0x1002] == b"\x11\x22\x33\x44"
        access.pin(0x100000, 16384, write=True)
        access.pin(0x101000, 4096)
        access.pin(0x102000, 4096)
        access.unpin(0x102000, 4096)
        assert access.pins() == [(0x100000, 16384, 1, zlib.crc32(memory[:])),
                                 (0x101000, 4096, 0, zlib.crc32(memory[4096:8192]))]
        access.replace(second)
        assert access.pins() == [] and access.state().ioas == second
        access.detach()
        fails(errno.ENOENT, access.detach)
    with pytest.raises(ValueError):
        access.state()
    with mock.access(iommufd, NO_PINS) as access:
        access.attach(first)
        fails(errno.EINVAL, access.pin, 0x100000, 4096)
        assert access.state()[2:] == (0, 0)
    fcntl.ioctl(iommufd, IOMMU_DESTROY, struct.pack("=II", 8, second))
    left = mock.access(iommufd)  # the fixture ends it
    left.attach(first)
    left.pin(0x100000, 4096)
    os.close(iommufd)


def test_dirty(mock):
    if mock.fact("dirty") == "0":
        mock.add_instance("i")
        mock.add_device("d", "i")
        fails(errno.EOPNOTSUPP, mock.add_domain_with, "m", "d", "dirty=1")
        mock.add_domain_with("m", "d", "dirty=0")
        fails(errno.EOPNOTSUPP, mock.dirty_set, "m", True)
        return
    mock.add_instance("i", "dirty=1")
    mock.add_device("d", "i")
    mock.add_domain_with("m", "d", "dirty=1")
    mock.add_buffer("b", 16384)
    mock.map("m", 0x100000, "b")
    mock.attach("m", "d")
    fails(errno.EINVAL, mock.dirty_read, "m")
    mock.dirty_set("m", True)
    assert mock.dirty_read("m") == []
    mock.dma_write("d", 0x100ffc, 8, 1)
    mock.dma_write("d", 0x103000, 8, 1)
    assert mock.dirty_read("m", flags=PEEK) == [(0x100000, 8192), (0x103000, 4096)]
    assert mock.dirty_read("m", 0x103000, 4096) == [(0x103000, 4096)]
    assert [(found.iova, found.bytes) for found in mock.dirty_read("m")] == [(0x100000, 8192)]
    state = mock.state()
    assert (state.instances["i"].dirty, state.domains["m"].dirty, state.domains["m"].tracking) == (1, 1, 1)
    mock.dirty_set("m", False)
    assert mock.state().domains["m"].tracking == 0


def test_interrupted(pair):
    pair.add_buffer("b", 4096)
    pair.attach("m", "d")
    pair.map("m", 0x100000, "b")
    pair.dma_start("d", "write 0x100000 4096 pattern=1 repeat=1000000000")
    waiting = threading.Timer(0.2, pair.interrupt)
    waiting.start()
    fails(errno.EINTR, pair.dma_wait, "d", -1)
    waiting.join()
    pair.dma_stop("d")
    fails(errno.ECANCELED, pair.dma_wait, "d", 10000)


def test_journal(pair):
    with pair.journal() as journal:
        assert journal.next() is None
        assert journal.fileno() > 2
        journal.filter(kinds=[EventKind.ATTACH])
        pair.attach("m", "d")
        events = list(journal)
    assert {event.kind for event in events} == {EventKind.ATTACH}
    assert (events[-1].device, events[-1].domain, events[-1].fresh, events[-1].ret) == ("d", "m", 1, 0)
    assert events[-1].tid == threading.get_native_id()
    with pair.journal(JOURNAL_ALL) as journal:
        journal.thread(1)
        assert list(journal) == []
    with pytest.raises(ValueError):
        journal.next()


def test_place(mock):
    for name, options in ("i", None), ("j", "ias=39"):
        mock.add_instance(name, options)
    for name, instance in ("a", "i"), ("b", "j"), ("c", "i"):
        mock.add_device(name, instance)
    with mock.place("einval", ["a", "b", "c"]) as placement:
        assert str(placement) == "{a,c} {b}"
        assert placement.tally().domains == 2 and placement.tally().failed == 0
        assert [placed.group for placed in placement.groups()] == ["a", "b", "c"]
        assert placement.of("a").domain == placement.of("c").domain != placement.of("b").domain
        assert placement.of("nonsense") is None
        assert {(r.device, r.reason, r.err) for r in placement.refusals()} == {("b", "ias", -errno.EINVAL)}
        assert placement.warnings() == []
        placement.verify()
    assert mock.state().domains == {}
    with mock.place("fresh", ["a"], EMPTY) as placement:
        fails(errno.ENODATA, placement.verify)
    fails(errno.ENOENT, mock.place, "nonsense", ["a"])


def test_left_open(mock):
    """The fixture undoes what a test leaves."""
    mock.add_instance("i")
    mock.add_device("a", "i")
    mock.place("fresh", ["a"])
    mock.journal()


def test_pci(mock):
    mock.add_instance("i")
    mock.add_device("p", "i", "bus=pci")
    assert mock.state().devices["p"].driver is None
    mock.bind("p", "vfio-pci")
    assert mock.state().devices["p"].driver == "vfio-pci"
    mock.unbind("p")
    fails(errno.ENODEV, mock.unbind, "p")
