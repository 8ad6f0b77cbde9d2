# SPDX-License-Identifier: GPL-2.0-only
"""Mock IOMMUs on the running kernel, from Python.

    from iommu_mock import Mock, MockError

    with Mock() as mock:
        mock.add_instance("smmu0")
        mock.add_instance("smmu1", "ias=39 errno=EINVAL")
        mock.add_device("nic0", "smmu0")
        mock.add_device("gpu0", "smmu1")
        mock.add_domain("dom0", "nic0")
        mock.attach("dom0", "nic0")
        try:
            mock.attach("dom0", "gpu0")
        except MockError as error:
            print(error.errno, error)    # 22 smmu1 refuses dom0 for gpu0: ias (EINVAL)

This is libiommu-mock, function by function: libiommu-mock(3) describes what each
does, and docs/ABI.md every word that is passed as text. A function that fails raises
MockError, an OSError with the errno of the kernel and one sentence. docs/python.md
has the fixture for pytest.
"""

import ctypes
import enum
from types import TracebackType
from typing import (Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence,
                    Set, Tuple, Type, TypeVar)

from . import _lib

_library = _lib.library


class Kind(enum.IntEnum):
    """The kinds of objects, for Mock.delete()."""

    DRIVER = 0
    INSTANCE = 1
    GROUP = 2
    DEVICE = 3
    DOMAIN = 4
    BUFFER = 5


class EventKind(enum.IntEnum):
    """The kinds of events."""

    PROBE = 0
    RELEASE = 1
    ALLOC = 2
    FREE = 3
    ATTACH = 4
    INVALIDATE = 5
    DMA = 6
    FAULT = 7
    CALL = 8
    UNKNOWN = 31  # the library is too old for it: see Event.type


UNCLAIMED = 1  # attach without a claim, as vhost-vdpa does
READ = 1
WRITE = 2
JOURNAL_ALL = 1  # begin with the oldest event kept
EMPTY = 1  # map nothing


class MockError(OSError):
    """A function failed: errno is the kernel's, str() is one sentence."""

    def __str__(self) -> str:
        return str(self.strerror)


class Page(NamedTuple):
    iova: int
    phys: int
    bytes: int
    prot: int
    buffer: Optional[str]
    offset: int


class Dma(NamedTuple):
    op: Optional[str]
    iova: int
    bytes: int
    rounds: int
    done: int
    crc32: int
    access: str
    at: int
    reason: Optional[str]
    ret: int


class Driver(NamedTuple):
    name: str
    default_domain: Optional[str]
    instances: int


class Instance(NamedTuple):
    name: str
    driver: str
    format: str
    ias: int
    oas: int
    pgsizes: Optional[str]
    coherent: int
    enforce: int
    iotlb: int
    policy: Optional[str]
    errnos: Optional[str]
    misbehave: Optional[str]
    devices: int
    domains: int
    faults: int
    pairs: int


class Group(NamedTuple):
    name: str
    id: int
    devices: Tuple[str, ...]
    owner: Optional[str]
    domain: Optional[str]


class Device(NamedTuple):
    name: str
    instance: str
    group: str
    bus: str
    address: Optional[str]
    domain: Optional[str]
    driver: Optional[str]


class Domain(NamedTuple):
    name: str
    driver: str
    instance: Optional[str]
    made_for: Optional[str]
    foreign: int
    pid: int
    comm: Optional[str]
    format: Optional[str]
    ias: int
    oas: int
    pgsizes: Optional[str]
    coherent: int
    enforce: int
    fresh: int
    devices: Tuple[str, ...]
    instances: Tuple[str, ...]
    mapped: int
    tables: int


class Buffer(NamedTuple):
    name: str
    bytes: int
    maps: int


class Event(NamedTuple):
    seq: int
    nsec: int
    missed: int
    kind: int  # an EventKind
    type: str
    instance: Optional[str]
    device: Optional[str]
    domain: Optional[str]
    old: Optional[str]
    reason: Optional[str]
    point: Optional[str]
    op: Optional[str]
    object: Optional[str]
    arg: Optional[str]
    scope: Optional[str]
    access: Optional[str]
    at: Optional[str]
    iova: int
    bytes: int
    done: int
    attached: int
    delay_us: int
    fresh: int
    lost: int
    ret: int
    pid: int
    comm: Optional[str]
    line: str
    tid: int


class Tally(NamedTuple):
    domains: int
    failed: int
    attaches: int
    refused: int
    core_refused: int
    refusals: int
    foreign: int
    hard_fresh: int
    bad_frees: int
    lost: int
    faults: int
    probes: int
    tables: int
    mapped: int
    missed: int


class Placed(NamedTuple):
    group: str
    domain: Optional[str]
    err: int


class Refusal(NamedTuple):
    device: Optional[str]
    group: Optional[str]
    domain: Optional[str]
    reason: Optional[str]
    err: int


class State(NamedTuple):
    """All objects at one moment, by name and in the order in which they were made."""

    drivers: Dict[str, Driver]
    instances: Dict[str, Instance]
    groups: Dict[str, Group]
    devices: Dict[str, Device]
    domains: Dict[str, Domain]
    buffers: Dict[str, Buffer]


_T = TypeVar("_T", bound=Tuple[Any, ...])


def _python(value: Any) -> Any:
    """A member of a structure, as Python has it."""
    if isinstance(value, bytes):
        return value.rstrip(b"\0").decode(errors="replace")
    if value is None or isinstance(value, int):
        return value
    names: List[str] = []
    while value and value[len(names)] is not None:
        names.append(value[len(names)].decode())
    return tuple(names)


def _copy(kind: Callable[..., _T], pointer: Any) -> Optional[_T]:
    """A structure, which may go with the next call, as a tuple that stays."""
    if not pointer:
        return None
    members = pointer.contents
    return kind(*(_python(getattr(members, name)) for name in getattr(kind, "_fields")))


def _all(kind: Callable[..., _T], at: Callable[[int], Any]) -> Iterator[_T]:
    """at(0), at(1), and so on."""
    i = 0
    while True:
        item = _copy(kind, at(i))
        if item is None:
            return
        yield item
        i += 1


def _bytes(text: Optional[str]) -> Optional[bytes]:
    return None if text is None else text.encode()


def version() -> str:
    """The version of the library."""
    return str(_library.imock_version().decode())


def callers() -> Dict[str, str]:
    """The names of the callers, and a sentence about each."""
    found: Dict[str, str] = {}
    while True:
        name = _library.imock_caller_name(len(found))
        if name is None:
            return found
        found[name.decode()] = _library.imock_caller_what(len(found)).decode()


class _Child:
    """A journal or a placement: it ends before its context does."""

    def __init__(self, mock: "Mock", pointer: Any) -> None:
        self._mock = mock
        self._pointer = pointer
        mock._children.add(self)

    @property
    def _open(self) -> Any:
        if not self._pointer:
            raise ValueError("it is closed")
        return self._pointer

    def close(self) -> None:
        raise NotImplementedError

    def _take(self) -> Any:
        pointer, self._pointer = self._pointer, None
        self._mock._children.discard(self)
        return pointer


class Journal(_Child):
    """A reader of the journal, with a position of its own."""

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()

    def close(self) -> None:
        pointer = self._take()
        if pointer:
            _library.imock_journal_close(pointer)

    def filter(self, pid: int = 0, kinds: Optional[Sequence[EventKind]] = None) -> None:
        """Let through only events of this process (0: all) and of these kinds."""
        bits = 0xffffffff if kinds is None else sum(1 << kind for kind in set(kinds))
        _library.imock_journal_filter(self._open, pid, bits)

    def thread(self, tid: int) -> None:
        """Of these, let through only events of this thread (0: all)."""
        _library.imock_journal_thread(self._open, tid)

    def next(self, timeout_ms: int = 0) -> Optional[Event]:
        """The next event, or None if none comes in time (-1: wait for ever)."""
        event = ctypes.POINTER(_lib.Event)()
        self._mock._check(_library.imock_journal_next(self._open, ctypes.byref(event), timeout_ms))
        return _copy(Event, event)

    def __iter__(self) -> Iterator[Event]:
        """The events that are there, without waiting for more."""
        while True:
            event = self.next()
            if event is None:
                return
            yield event

    def fileno(self) -> int:
        """A descriptor to poll once next() has returned None."""
        return int(_library.imock_journal_fd(self._open))


class Placement(_Child):
    """Devices that a caller has placed on domains, until undo()."""

    def __enter__(self) -> "Placement":
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()

    def close(self) -> None:
        if self._pointer:
            self.undo()

    def undo(self) -> None:
        """Detach all devices and remove the domains."""
        pointer = self._take()
        if pointer:
            self._mock._check(_library.imock_placement_undo(pointer))

    def tally(self) -> Tally:
        """What the placement cost."""
        tally = _copy(Tally, _library.imock_placement_tally(self._open))
        assert tally is not None
        return tally

    def __str__(self) -> str:
        """Which groups share a domain: "{nic0} {gpu0,nic1}"."""
        return str(_library.imock_placement_text(self._open).decode())

    def warnings(self) -> List[str]:
        """Why the kernel's own callers did not place a group."""
        text: str = _library.imock_placement_warnings(self._open).decode()
        return text.splitlines()

    def of(self, device: str) -> Optional[Placed]:
        """The group of this device."""
        return _copy(Placed, _library.imock_placement_of(self._open, device.encode()))

    def groups(self) -> List[Placed]:
        """All groups, in the order in which they were placed."""
        pointer = self._open
        return list(_all(Placed, lambda i: _library.imock_placement_at(pointer, i)))

    def refusals(self) -> List[Refusal]:
        """The refusals that the caller received."""
        pointer = self._open
        return list(_all(Refusal, lambda i: _library.imock_placement_refusal(pointer, i)))

    def verify(self) -> None:
        """Let every device write by DMA: do all others see the same memory (R14)?"""
        self._mock._check(_library.imock_placement_verify(self._open))


class Mock:
    """A context. One thread at a time uses it and what comes from it."""

    def __init__(self, sysroot: Optional[str] = None) -> None:
        """sysroot: the directory of a recorded system, instead of the running one."""
        self._children: Set[_Child] = set()
        self._pointer: Any = _library.imock_new(_bytes(sysroot))
        if not self._pointer:
            raise MemoryError("imock_new")

    def __enter__(self) -> "Mock":
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()

    def close(self) -> None:
        """Close journals, undo placements, end the context. The module's objects stay."""
        try:
            for child in list(self._children):
                child.close()
        finally:
            pointer, self._pointer = self._pointer, None
            _library.imock_free(pointer)

    @property
    def _open(self) -> Any:
        if not self._pointer:
            raise ValueError("the context is closed")
        return self._pointer

    def _check(self, result: int) -> None:
        if result < 0:
            raise MockError(-result, self.error())

    def _call(self, name: str, *arguments: Any) -> None:
        function = getattr(_library, "imock_" + name)
        self._check(function(self._open, *(_bytes(a) if isinstance(a, str) else a
                                           for a in arguments)))

    def error(self) -> str:
        """The sentence of the last function, or "" if it succeeded."""
        return str(_library.imock_error(self._open).decode(errors="replace"))

    def interrupt(self) -> None:
        """End the function that another thread waits in, with EINTR."""
        _library.imock_interrupt(self._open)

    # The module

    def load(self, file: Optional[str] = None, parameters: Optional[str] = None) -> None:
        self._call("load", file, parameters)

    def unload(self) -> None:
        self._call("unload")

    def open(self) -> None:
        """Open the loaded module, which the first use does otherwise."""
        self._call("open")

    def reset(self) -> None:
        """Remove all objects of all programs, and clear the journal."""
        self._call("reset")

    def fact(self, key: str) -> str:
        """A value of build_info."""
        value = ctypes.create_string_buffer(4096)
        self._call("fact", key, value, len(value))
        return value.value.decode()

    # Objects. options are words of docs/ABI.md: "ias=39 policy=any"

    def add_instance(self, name: str, options: Optional[str] = None) -> None:
        self._call("add_instance", name, options)

    def add_device(self, name: str, instance: str, options: Optional[str] = None) -> None:
        self._call("add_device", name, instance, options)

    def add_domain(self, name: str, device: str) -> None:
        self._call("add_domain", name, device)

    def add_buffer(self, name: str, size: int) -> None:
        self._call("add_buffer", name, size)

    def delete(self, kind: Kind, name: str) -> None:
        self._call("del", kind, name)

    def set(self, instance: str, file: str, value: str) -> None:
        """Write to a file of an instance: "policy", "errno", "pairs", ..."""
        self._call("set", instance, file, value)

    def fault(self, instance: str, point: str, options: Optional[str] = None) -> None:
        """Inject failures at a point; without options, end it."""
        self._call("fault", instance, point, options)

    def stat(self, instance: str, key: str) -> int:
        """A counter of an instance: "refused", ..."""
        value = ctypes.c_uint64()
        self._call("stat", instance, key, ctypes.byref(value))
        return value.value

    # The in-kernel caller

    def claim(self, group: str) -> None:
        self._call("claim", group)

    def release(self, group: str) -> None:
        self._call("release", group)

    def attach(self, domain: str, device: str, flags: int = 0) -> None:
        self._call("attach", domain, device, flags)

    def detach(self, domain: str, device: str) -> None:
        self._call("detach", domain, device)

    def attach_group(self, domain: str, group: str, flags: int = 0) -> None:
        self._call("attach_group", domain, group, flags)

    def detach_group(self, domain: str, group: str) -> None:
        self._call("detach_group", domain, group)

    def bind(self, device: str, driver: str) -> None:
        """Give a device to a kernel driver, such as vfio-pci."""
        self._call("bind", device, driver)

    def unbind(self, device: str) -> None:
        self._call("unbind", device)

    # Memory

    def map(self, domain: str, iova: int, buffer: str, offset: int = 0, size: int = 0,
            prot: int = READ | WRITE) -> None:
        """size 0: all from the offset on."""
        self._call("map", domain, iova, buffer, offset, size, prot)

    def unmap(self, domain: str, iova: int, size: int) -> None:
        self._call("unmap", domain, iova, size)

    def walk(self, domain: str, iova: int) -> Page:
        """Where an address goes. ENOENT: nowhere."""
        pointer = ctypes.POINTER(_lib.Page)()
        self._call("walk", domain, iova, ctypes.byref(pointer))
        page = _copy(Page, pointer)
        assert page is not None
        return page

    def buffer_read(self, buffer: str, offset: int, size: int) -> bytes:
        to = ctypes.create_string_buffer(size)
        self._call("buffer_read", buffer, offset, to, size)
        return to.raw

    def buffer_write(self, buffer: str, offset: int, data: bytes) -> None:
        source = ctypes.create_string_buffer(data, len(data))
        self._call("buffer_write", buffer, offset, source, len(data))

    # DMA of a device, through the domain that it is on

    def dma_read(self, device: str, iova: int, size: int) -> bytes:
        to = ctypes.create_string_buffer(size)
        self._call("dma_read", device, iova, to, size)
        return to.raw

    def dma_write(self, device: str, iova: int, size: int, pattern: int) -> None:
        """Repeat the pattern, little-endian, over size bytes."""
        self._call("dma_write", device, iova, size, pattern)

    def dma_copy(self, device: str, iova: int, size: int, to: int) -> None:
        self._call("dma_copy", device, iova, size, to)

    def dma_sum(self, device: str, iova: int, size: int) -> int:
        """The CRC-32 of the bytes."""
        crc32 = ctypes.c_uint32()
        self._call("dma_sum", device, iova, size, ctypes.byref(crc32))
        return crc32.value

    def dma_start(self, device: str, request: str) -> None:
        """Any DMA as text: "write 0x1000 64K pattern=1 repeat=1000"."""
        self._call("dma_start", device, request)

    def dma_wait(self, device: str, timeout_ms: int = -1) -> None:
        self._call("dma_wait", device, timeout_ms)

    def dma_stop(self, device: str) -> None:
        self._call("dma_stop", device)

    def dma_result(self) -> Optional[Dma]:
        """The last DMA that this context waited for."""
        return _copy(Dma, _library.imock_dma_result(self._open))

    # What there is, and what happened

    def state(self) -> State:
        """A copy of all objects."""
        pointer = ctypes.c_void_p()
        self._call("state_read", ctypes.byref(pointer))

        def named(kind: Callable[..., _T], at: Any) -> Dict[str, _T]:
            return {item[0]: item for item in _all(kind, lambda i: at(pointer, i))}

        try:
            return State(named(Driver, _library.imock_state_driver_at),
                         named(Instance, _library.imock_state_instance_at),
                         named(Group, _library.imock_state_group_at),
                         named(Device, _library.imock_state_device_at),
                         named(Domain, _library.imock_state_domain_at),
                         named(Buffer, _library.imock_state_buffer_at))
        finally:
            _library.imock_state_free(pointer)

    def journal(self, flags: int = 0) -> Journal:
        """A reader that begins at the end, or with JOURNAL_ALL at the oldest event."""
        pointer = ctypes.c_void_p()
        self._call("journal_open", flags, ctypes.byref(pointer))
        return Journal(self, pointer)

    def place(self, caller: str, devices: Sequence[str], flags: int = 0) -> Placement:
        """Let a caller place the groups of these devices on domains, in this order."""
        pointer = ctypes.c_void_p()
        names = (ctypes.c_char_p * len(devices))(*(name.encode() for name in devices))
        self._call("place", caller, names, len(devices), flags, ctypes.byref(pointer))
        return Placement(self, pointer)
