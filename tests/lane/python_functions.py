# SPDX-License-Identifier: GPL-2.0-only
"""Each function of the Python package, on the module. pytest runs it in the VM."""

import errno
import threading
import zlib

import iommu_mock
import pytest
from iommu_mock import EMPTY, JOURNAL_ALL, READ, UNCLAIMED, WRITE, EventKind, Kind, Mock, MockError

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
