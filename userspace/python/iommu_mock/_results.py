# SPDX-License-Identifier: GPL-2.0-only
"""What a context opens: readers of the journal, placements, bonds, and access objects."""

import ctypes
from types import TracebackType
from typing import TYPE_CHECKING, Any, Iterator, List, Optional, Sequence, Type, TypeVar

from . import _lib
from ._copy import copies, copy
from ._types import AccessState, Event, EventKind, Pin, Placed, Refusal, Sva, Tally

if TYPE_CHECKING:
    from . import Mock

_library = _lib.library
C = TypeVar("C", bound="Child")


class Child:
    """A journal, a placement, a bond or an access object: it ends before its context does."""

    def __init__(self, mock: "Mock", pointer: Any) -> None:
        self._mock = mock
        self._pointer = pointer
        mock._children.add(self)

    @property
    def _open(self) -> Any:
        if not self._pointer:
            raise ValueError("it is closed")
        return self._pointer

    def __enter__(self: C) -> C:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()

    def close(self) -> None:
        raise NotImplementedError

    def _take(self) -> Any:
        pointer, self._pointer = self._pointer, None
        self._mock._children.discard(self)
        return pointer


class Journal(Child):
    """A reader of the journal, with a position of its own."""

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
        return copy(Event, event)

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


class Placement(Child):
    """Devices that a caller has placed on domains, until undo()."""

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
        tally = copy(Tally, _library.imock_placement_tally(self._open))
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
        return copy(Placed, _library.imock_placement_of(self._open, device.encode()))

    def groups(self) -> List[Placed]:
        """All groups, in the order in which they were placed."""
        pointer = self._open
        return list(copies(Placed, lambda i: _library.imock_placement_at(pointer, i)))

    def refusals(self) -> List[Refusal]:
        """The refusals that the caller received."""
        pointer = self._open
        return list(copies(Refusal, lambda i: _library.imock_placement_refusal(pointer, i)))

    def verify(self) -> None:
        """Let every device write by DMA: do all others see the same memory (R14)?"""
        self._mock._check(_library.imock_placement_verify(self._open))


class Bond(Child):
    """This process, bound to a device (SVA), until unbind()."""

    def close(self) -> None:
        """End the bond. It is no error if the removal of the device has ended it."""
        pointer = self._take()
        if pointer:
            _library.imock_sva_unbind(pointer)

    def unbind(self) -> None:
        """EINVAL: the removal of the device has ended the bond already."""
        pointer = self._take()
        if pointer:
            self._mock._check(_library.imock_sva_unbind(pointer))

    def read(self) -> Sva:
        """The PASID and the domain that the kernel has chosen."""
        pointer = ctypes.POINTER(_lib.Sva)()
        self._mock._check(_library.imock_sva_read(self._open, ctypes.byref(pointer)))
        sva = copy(Sva, pointer)
        assert sva is not None
        return sva


class Access(Child):
    """An access object of iommufd, until close()."""

    def close(self) -> None:
        """Take the object off its IOAS, which ends all pins, and end it."""
        pointer = self._take()
        if pointer:
            _library.imock_access_free(pointer)

    def attach(self, ioas: int) -> None:
        self._mock._check(_library.imock_access_attach(self._open, ioas))

    def replace(self, ioas: int) -> None:
        """Move the object to another IOAS, which ends all pins."""
        self._mock._check(_library.imock_access_replace(self._open, ioas))

    def detach(self) -> None:
        self._mock._check(_library.imock_access_detach(self._open))

    def pin(self, iova: int, size: int, write: bool = False) -> None:
        self._mock._check(_library.imock_access_pin(self._open, iova, size, write))

    def unpin(self, iova: int, size: int) -> None:
        """End the youngest pin of exactly this range."""
        self._mock._check(_library.imock_access_unpin(self._open, iova, size))

    def write(self, iova: int, size: int, pattern: int) -> None:
        """Repeat the pattern, little-endian, over size bytes of memory."""
        self._mock._check(_library.imock_access_write(self._open, iova, size, pattern))

    def sum(self, iova: int, size: int) -> int:
        """The CRC-32 of memory."""
        crc32 = ctypes.c_uint32()
        self._mock._check(_library.imock_access_sum(self._open, iova, size, ctypes.byref(crc32)))
        return crc32.value

    def state(self) -> AccessState:
        """The IOAS that the object is on, and how often memory went."""
        pointer = ctypes.POINTER(_lib.AccessState)()
        self._mock._check(_library.imock_access_state_read(self._open, ctypes.byref(pointer)))
        state = copy(AccessState, pointer)
        assert state is not None
        return state

    def pins(self) -> List[Pin]:
        """The pins, the oldest first."""
        self.state()
        pointer = self._open
        return list(copies(Pin, lambda i: _library.imock_pin_at(pointer, i)))
