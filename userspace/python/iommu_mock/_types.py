# SPDX-License-Identifier: GPL-2.0-only
"""Kinds, flags, and the tuples that functions return."""

import enum
from typing import Dict, NamedTuple, Optional, Tuple


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
    IRQ = 9
    DIRTY = 10
    REQUEST = 11
    RESPONSE = 12
    VIOMMU = 13
    UNKNOWN = 31  # the library is too old for it: see Event.type


UNCLAIMED = 1  # attach without a claim, as vhost-vdpa does
READ = 1
WRITE = 2
JOURNAL_ALL = 1  # begin with the oldest event kept
EMPTY = 1  # map nothing
PEEK = 1  # leave the pages dirty
NO_PINS = 1  # an access object that cannot pin


class MockError(OSError):
    """A function failed: errno is the kernel's, str() is one sentence."""

    __module__ = "iommu_mock"  # the name that a traceback prints

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
    pasid: int


class Range(NamedTuple):
    """Dirty pages, one after another."""

    iova: int
    bytes: int


class Sva(NamedTuple):
    """The PASID and the domain of a bond; 0 and None if the removal of the device ended it."""

    pasid: int
    domain: Optional[str]


class Request(NamedTuple):
    """A request of a device for a page. pasid 0: none."""

    device: str
    group: int
    pasid: int
    iova: int
    access: str  # "r", "w" or "rw"


class AccessState(NamedTuple):
    """An access object: ioas 0 is none; unmaps counts the memory that went."""

    id: int
    ioas: int
    pins: int  # 1: it can pin
    unmaps: int


class Pin(NamedTuple):
    """Memory that an access object has pinned, and the CRC-32 of its contents."""

    iova: int
    bytes: int
    write: int
    crc32: int


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
    pasid: int
    sva: int
    dirty: int
    pri: int
    nest: int
    viommus: int


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
    pasids: int
    attached: Tuple[str, ...]


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
    sva: int
    dirty: int
    tracking: int
    pasids: Tuple[str, ...]
    nest: int
    parent: Optional[str]


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
    vector: int
    delivered: int
    dirty: int
    pasid: int
    group: int
    code: Optional[str]
    last: int
    known: int
    since: int
    parent: Optional[str]


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
