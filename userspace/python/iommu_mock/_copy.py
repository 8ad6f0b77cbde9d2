# SPDX-License-Identifier: GPL-2.0-only
"""Structures of the library as tuples, and text as bytes."""

from typing import Any, Callable, Iterator, List, Optional, Tuple, TypeVar

T = TypeVar("T", bound=Tuple[Any, ...])


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


def copy(kind: Callable[..., T], pointer: Any) -> Optional[T]:
    """A structure, which may go with the next call, as a tuple that stays."""
    if not pointer:
        return None
    members = pointer.contents
    return kind(*(_python(getattr(members, name)) for name in getattr(kind, "_fields")))


def copies(kind: Callable[..., T], at: Callable[[int], Any]) -> Iterator[T]:
    """at(0), at(1), and so on."""
    i = 0
    while True:
        item = copy(kind, at(i))
        if item is None:
            return
        yield item
        i += 1


def as_bytes(text: Optional[str]) -> Optional[bytes]:
    return None if text is None else text.encode()
