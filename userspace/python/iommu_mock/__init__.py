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
from types import TracebackType
from typing import Any, Callable, Dict, List, Optional, Sequence, Set, Type

from . import _lib
from ._copy import T, as_bytes, copies, copy
from ._results import Access, Bond, Child, Journal, Placement
from ._types import (EMPTY, JOURNAL_ALL, NO_PINS, PEEK, READ, UNCLAIMED, WRITE, AccessState,
                     Buffer, Device, Dma, Domain, Driver, Event, EventKind, Group, Instance, Kind,
                     MockError, Page, Pin, Placed, Range, Refusal, Request, State, Sva, Tally)

__all__ = ["EMPTY", "JOURNAL_ALL", "NO_PINS", "PEEK", "READ", "UNCLAIMED", "WRITE", "Access",
           "AccessState", "Bond", "Buffer", "Device", "Dma", "Domain", "Driver", "Event",
           "EventKind", "Group", "Instance", "Journal", "Kind", "Mock", "MockError", "Page", "Pin",
           "Placed", "Placement", "Range", "Refusal", "Request", "State", "Sva", "Tally",
           "callers", "version"]

_library = _lib.library


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


class Mock:
    """A context. One thread at a time uses it and what comes from it."""

    def __init__(self, sysroot: Optional[str] = None) -> None:
        """sysroot: the directory of a recorded system, instead of the running one."""
        self._children: Set[Child] = set()
        self._pointer: Any = _library.imock_new(as_bytes(sysroot))
        if not self._pointer:
            raise MemoryError("imock_new")

    def __enter__(self) -> "Mock":
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()

    def close(self) -> None:
        """Close journals and access objects, undo placements, end bonds and the context. The
        module's objects stay."""
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
        self._check(function(self._open, *(as_bytes(a) if isinstance(a, str) else a
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

    def add_domain_with(self, name: str, device: str, options: Optional[str]) -> None:
        """A domain with options: "dirty=1" makes one that can track writes."""
        self._call("add_domain_with", name, device, options)

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

    def replace_group(self, domain: str, group: str) -> None:
        """Move a group to this domain from the one that it is on, with none in between."""
        self._call("replace_group", domain, group)

    def attach_pasid(self, domain: str, device: str, pasid: int) -> None:
        self._call("attach_pasid", domain, device, pasid)

    def detach_pasid(self, domain: str, device: str, pasid: int) -> None:
        self._call("detach_pasid", domain, device, pasid)

    def replace_pasid(self, domain: str, device: str, pasid: int) -> None:
        self._call("replace_pasid", domain, device, pasid)

    def bind(self, device: str, driver: str) -> None:
        """Give a device to a kernel driver, such as vfio-pci."""
        self._call("bind", device, driver)

    def unbind(self, device: str) -> None:
        self._call("unbind", device)

    def sva_bind(self, device: str) -> Bond:
        """Let the device use the addresses of this process by a PASID, until the bond ends."""
        pointer = ctypes.c_void_p()
        self._call("sva_bind", device, ctypes.byref(pointer))
        return Bond(self, pointer)

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
        page = copy(Page, pointer)
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

    # The same with a PASID, through the domain that the PASID is on

    def dma_read_pasid(self, device: str, pasid: int, iova: int, size: int) -> bytes:
        to = ctypes.create_string_buffer(size)
        self._call("dma_read_pasid", device, pasid, iova, to, size)
        return to.raw

    def dma_write_pasid(self, device: str, pasid: int, iova: int, size: int,
                        pattern: int) -> None:
        self._call("dma_write_pasid", device, pasid, iova, size, pattern)

    def dma_copy_pasid(self, device: str, pasid: int, iova: int, size: int, to: int) -> None:
        self._call("dma_copy_pasid", device, pasid, iova, size, to)

    def dma_sum_pasid(self, device: str, pasid: int, iova: int, size: int) -> int:
        crc32 = ctypes.c_uint32()
        self._call("dma_sum_pasid", device, pasid, iova, size, ctypes.byref(crc32))
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
        return copy(Dma, _library.imock_dma_result(self._open))

    # Requests of devices for pages

    def request_page(self, device: str, request: str) -> None:
        """Make the device ask for a page: "rw 0x1000 pasid=5". The answer is an event."""
        self._call("request_page", device, request)

    def handler(self, domain: str, handler: str) -> None:
        """How requests for pages of the domain are answered: "map buf0", "hold", "none", ..."""
        self._call("handler", domain, handler)

    def requests_waiting(self, device: str) -> List[Request]:
        """The requests of the device that wait for an answer, the oldest first."""
        pointer = ctypes.c_void_p()
        self._call("requests_waiting", device, ctypes.byref(pointer))
        return self._requests(pointer)

    def requests_held(self, domain: str) -> List[Request]:
        """The requests that the handler "hold" of the domain holds, the oldest first."""
        pointer = ctypes.c_void_p()
        self._call("requests_held", domain, ctypes.byref(pointer))
        return self._requests(pointer)

    def _requests(self, pointer: Any) -> List[Request]:
        try:
            return list(copies(Request, lambda i: _library.imock_request_at(pointer, i)))
        finally:
            _library.imock_requests_free(pointer)

    def answer(self, domain: str, device: str, answer: str, group: int = 0) -> None:
        """Answer the oldest request of the device, or of a group, that the domain holds:
        "success", "invalid" or "failure"."""
        self._call("answer", domain, device, answer, group)

    # Dirty tracking: the pages of a domain that devices wrote

    def dirty_set(self, domain: str, on: bool) -> None:
        """Turn the tracking on or off. All pages are clean when it begins."""
        self._call("dirty_set", domain, on)

    def dirty_read(self, domain: str, iova: int = 0, size: int = 0, flags: int = 0) -> List[Range]:
        """The pages that were written, which are clean then, or with PEEK stay dirty.
        iova and size 0: of all that the domain maps."""
        pointer = ctypes.c_void_p()
        self._call("dirty_read", domain, iova, size, flags, ctypes.byref(pointer))
        try:
            return list(copies(Range, lambda i: _library.imock_dirty_at(pointer, i)))
        finally:
            _library.imock_dirty_free(pointer)

    # Access objects of iommufd

    def access(self, iommufd: int, flags: int = 0) -> Access:
        """An access object for a descriptor of /dev/iommu. NO_PINS: it cannot pin."""
        pointer = ctypes.c_void_p()
        self._call("access_new", iommufd, flags, ctypes.byref(pointer))
        return Access(self, pointer)

    # What there is, and what happened

    def state(self) -> State:
        """A copy of all objects."""
        pointer = ctypes.c_void_p()
        self._call("state_read", ctypes.byref(pointer))

        def named(kind: Callable[..., T], at: Any) -> Dict[str, T]:
            return {item[0]: item for item in copies(kind, lambda i: at(pointer, i))}

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
