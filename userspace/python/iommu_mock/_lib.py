# SPDX-License-Identifier: GPL-2.0-only
"""libiommu-mock as ctypes sees it: the structures and functions of iommu-mock.h.

userspace/tests/python.t compares both with the header.
"""

import ctypes
import os
from ctypes import (POINTER, Structure, c_char, c_char_p, c_int, c_size_t, c_uint,
                    c_uint32, c_uint64, c_void_p)
from typing import Any, Dict, List, Tuple

_NAMES = POINTER(c_char_p)


class Page(Structure):
    _fields_ = [("size", c_size_t), ("iova", c_uint64), ("phys", c_uint64),
                ("bytes", c_uint64), ("prot", c_uint), ("buffer", c_char_p),
                ("offset", c_uint64)]


class Dma(Structure):
    _fields_ = [("size", c_size_t), ("op", c_char_p), ("iova", c_uint64),
                ("bytes", c_uint64), ("rounds", c_uint64), ("done", c_uint64),
                ("crc32", c_uint32), ("access", c_char), ("at", c_uint64),
                ("reason", c_char_p), ("ret", c_int), ("pasid", c_uint)]


class Range(Structure):
    _fields_ = [("size", c_size_t), ("iova", c_uint64), ("bytes", c_uint64)]


class Sva(Structure):
    _fields_ = [("size", c_size_t), ("pasid", c_uint), ("domain", c_char_p)]


class Request(Structure):
    _fields_ = [("size", c_size_t), ("device", c_char_p), ("group", c_uint),
                ("pasid", c_uint), ("iova", c_uint64), ("access", c_char_p)]


class AccessState(Structure):
    _fields_ = [("size", c_size_t), ("id", c_uint), ("ioas", c_uint), ("pins", c_int),
                ("unmaps", c_uint64)]


class Pin(Structure):
    _fields_ = [("size", c_size_t), ("iova", c_uint64), ("bytes", c_uint64),
                ("write", c_int), ("crc32", c_uint32)]


class Driver(Structure):
    _fields_ = [("size", c_size_t), ("name", c_char_p), ("default_domain", c_char_p),
                ("instances", c_uint64)]


class Instance(Structure):
    _fields_ = [("size", c_size_t), ("name", c_char_p), ("driver", c_char_p),
                ("format", c_char_p), ("ias", c_uint), ("oas", c_uint),
                ("pgsizes", c_char_p), ("coherent", c_int), ("enforce", c_int),
                ("iotlb", c_uint64), ("policy", c_char_p), ("errnos", c_char_p),
                ("misbehave", c_char_p), ("devices", c_uint64), ("domains", c_uint64),
                ("faults", c_uint64), ("pairs", c_uint64), ("pasid", c_uint),
                ("sva", c_int), ("dirty", c_int), ("pri", c_uint), ("nest", c_int),
                ("viommus", c_uint64)]


class Group(Structure):
    _fields_ = [("size", c_size_t), ("name", c_char_p), ("id", c_uint64),
                ("devices", _NAMES), ("owner", c_char_p), ("domain", c_char_p)]


class Device(Structure):
    _fields_ = [("size", c_size_t), ("name", c_char_p), ("instance", c_char_p),
                ("group", c_char_p), ("bus", c_char_p), ("address", c_char_p),
                ("domain", c_char_p), ("driver", c_char_p), ("pasids", c_uint64),
                ("attached", _NAMES)]


class Domain(Structure):
    _fields_ = [("size", c_size_t), ("name", c_char_p), ("driver", c_char_p),
                ("instance", c_char_p), ("made_for", c_char_p), ("foreign", c_int),
                ("pid", c_int), ("comm", c_char_p), ("format", c_char_p),
                ("ias", c_uint), ("oas", c_uint), ("pgsizes", c_char_p),
                ("coherent", c_int), ("enforce", c_int), ("fresh", c_int),
                ("devices", _NAMES), ("instances", _NAMES), ("mapped", c_uint64),
                ("tables", c_uint64), ("sva", c_int), ("dirty", c_int),
                ("tracking", c_int), ("pasids", _NAMES), ("nest", c_int),
                ("parent", c_char_p)]


class Buffer(Structure):
    _fields_ = [("size", c_size_t), ("name", c_char_p), ("bytes", c_uint64),
                ("maps", c_uint64)]


class Event(Structure):
    _fields_ = [("size", c_size_t), ("seq", c_uint64), ("nsec", c_uint64),
                ("missed", c_uint64), ("kind", c_uint), ("type", c_char_p),
                ("instance", c_char_p), ("device", c_char_p), ("domain", c_char_p),
                ("old", c_char_p), ("reason", c_char_p), ("point", c_char_p),
                ("op", c_char_p), ("object", c_char_p), ("arg", c_char_p),
                ("scope", c_char_p), ("access", c_char_p), ("at", c_char_p),
                ("iova", c_uint64), ("bytes", c_uint64), ("done", c_uint64),
                ("attached", c_uint64), ("delay_us", c_uint64), ("fresh", c_int),
                ("lost", c_int), ("ret", c_int), ("pid", c_int), ("comm", c_char_p),
                ("line", c_char_p), ("tid", c_int),
                ("vector", c_uint64), ("delivered", c_int), ("dirty", c_uint64),
                ("pasid", c_uint), ("group", c_uint), ("code", c_char_p),
                ("last", c_int), ("known", c_int), ("since", c_uint64),
                ("parent", c_char_p)]


class Tally(Structure):
    _fields_ = [("size", c_size_t), ("domains", c_uint), ("failed", c_uint),
                ("attaches", c_uint), ("refused", c_uint), ("core_refused", c_uint),
                ("refusals", c_uint), ("foreign", c_uint), ("hard_fresh", c_uint),
                ("bad_frees", c_uint), ("lost", c_uint), ("faults", c_uint),
                ("probes", c_uint), ("tables", c_uint64), ("mapped", c_uint64),
                ("missed", c_uint64)]


class Placed(Structure):
    _fields_ = [("size", c_size_t), ("group", c_char_p), ("domain", c_char_p),
                ("err", c_int)]


class Refusal(Structure):
    _fields_ = [("size", c_size_t), ("device", c_char_p), ("group", c_char_p),
                ("domain", c_char_p), ("reason", c_char_p), ("err", c_int)]


# struct imock_NAME of the header
STRUCTURES: Dict[str, Any] = {
    "page": Page, "dma": Dma, "range": Range, "sva": Sva, "request": Request,
    "access_state": AccessState, "pin": Pin, "driver": Driver,
    "instance": Instance, "group": Group, "device": Device, "domain": Domain, "buffer": Buffer, "event": Event,
    "tally": Tally, "placed": Placed, "refusal": Refusal,
}

_P = c_void_p  # a context, state, journal, placement, bond, access object, or a list
_S = c_char_p
_OUT = POINTER(c_void_p)

# imock_NAME: (result, arguments)
FUNCTIONS: Dict[str, Tuple[Any, List[Any]]] = {
    "new": (_P, [_S]),
    "free": (None, [_P]),
    "error": (_S, [_P]),
    "interrupt": (None, [_P]),
    "version": (_S, []),
    "load": (c_int, [_P, _S, _S]),
    "unload": (c_int, [_P]),
    "open": (c_int, [_P]),
    "reset": (c_int, [_P]),
    "fact": (c_int, [_P, _S, _S, c_size_t]),
    "add_instance": (c_int, [_P, _S, _S]),
    "add_device": (c_int, [_P, _S, _S, _S]),
    "add_domain": (c_int, [_P, _S, _S]),
    "add_domain_with": (c_int, [_P, _S, _S, _S]),
    "add_buffer": (c_int, [_P, _S, c_uint64]),
    "del": (c_int, [_P, c_uint, _S]),
    "set": (c_int, [_P, _S, _S, _S]),
    "fault": (c_int, [_P, _S, _S, _S]),
    "stat": (c_int, [_P, _S, _S, POINTER(c_uint64)]),
    "claim": (c_int, [_P, _S]),
    "release": (c_int, [_P, _S]),
    "attach": (c_int, [_P, _S, _S, c_uint]),
    "detach": (c_int, [_P, _S, _S]),
    "attach_group": (c_int, [_P, _S, _S, c_uint]),
    "detach_group": (c_int, [_P, _S, _S]),
    "replace_group": (c_int, [_P, _S, _S]),
    "attach_pasid": (c_int, [_P, _S, _S, c_uint]),
    "detach_pasid": (c_int, [_P, _S, _S, c_uint]),
    "replace_pasid": (c_int, [_P, _S, _S, c_uint]),
    "bind": (c_int, [_P, _S, _S]),
    "unbind": (c_int, [_P, _S]),
    "sva_bind": (c_int, [_P, _S, _OUT]),
    "sva_read": (c_int, [_P, POINTER(POINTER(Sva))]),
    "sva_unbind": (c_int, [_P]),
    "map": (c_int, [_P, _S, c_uint64, _S, c_uint64, c_uint64, c_uint]),
    "unmap": (c_int, [_P, _S, c_uint64, c_uint64]),
    "walk": (c_int, [_P, _S, c_uint64, POINTER(POINTER(Page))]),
    "buffer_read": (c_int, [_P, _S, c_uint64, _P, c_size_t]),
    "buffer_write": (c_int, [_P, _S, c_uint64, _P, c_size_t]),
    "dma_read": (c_int, [_P, _S, c_uint64, _P, c_size_t]),
    "dma_write": (c_int, [_P, _S, c_uint64, c_size_t, c_uint64]),
    "dma_copy": (c_int, [_P, _S, c_uint64, c_size_t, c_uint64]),
    "dma_sum": (c_int, [_P, _S, c_uint64, c_size_t, POINTER(c_uint32)]),
    "dma_read_pasid": (c_int, [_P, _S, c_uint, c_uint64, _P, c_size_t]),
    "dma_write_pasid": (c_int, [_P, _S, c_uint, c_uint64, c_size_t, c_uint64]),
    "dma_copy_pasid": (c_int, [_P, _S, c_uint, c_uint64, c_size_t, c_uint64]),
    "dma_sum_pasid": (c_int, [_P, _S, c_uint, c_uint64, c_size_t, POINTER(c_uint32)]),
    "dma_start": (c_int, [_P, _S, _S]),
    "dma_wait": (c_int, [_P, _S, c_int]),
    "dma_stop": (c_int, [_P, _S]),
    "dma_result": (POINTER(Dma), [_P]),
    "request_page": (c_int, [_P, _S, _S]),
    "handler": (c_int, [_P, _S, _S]),
    "requests_waiting": (c_int, [_P, _S, _OUT]),
    "requests_held": (c_int, [_P, _S, _OUT]),
    "requests_free": (None, [_P]),
    "request_at": (POINTER(Request), [_P, c_uint]),
    "answer": (c_int, [_P, _S, _S, _S, c_uint]),
    "dirty_set": (c_int, [_P, _S, c_int]),
    "dirty_read": (c_int, [_P, _S, c_uint64, c_uint64, c_uint, _OUT]),
    "dirty_free": (None, [_P]),
    "dirty_at": (POINTER(Range), [_P, c_uint]),
    "access_new": (c_int, [_P, c_int, c_uint, _OUT]),
    "access_free": (None, [_P]),
    "access_attach": (c_int, [_P, c_uint32]),
    "access_replace": (c_int, [_P, c_uint32]),
    "access_detach": (c_int, [_P]),
    "access_pin": (c_int, [_P, c_uint64, c_uint64, c_int]),
    "access_unpin": (c_int, [_P, c_uint64, c_uint64]),
    "access_write": (c_int, [_P, c_uint64, c_uint64, c_uint64]),
    "access_sum": (c_int, [_P, c_uint64, c_uint64, POINTER(c_uint32)]),
    "access_state_read": (c_int, [_P, POINTER(POINTER(AccessState))]),
    "pin_at": (POINTER(Pin), [_P, c_uint]),
    "state_read": (c_int, [_P, _OUT]),
    "state_free": (None, [_P]),
    "state_driver": (POINTER(Driver), [_P, _S]),
    "state_instance": (POINTER(Instance), [_P, _S]),
    "state_group": (POINTER(Group), [_P, _S]),
    "state_device": (POINTER(Device), [_P, _S]),
    "state_domain": (POINTER(Domain), [_P, _S]),
    "state_buffer": (POINTER(Buffer), [_P, _S]),
    "state_driver_at": (POINTER(Driver), [_P, c_uint]),
    "state_instance_at": (POINTER(Instance), [_P, c_uint]),
    "state_group_at": (POINTER(Group), [_P, c_uint]),
    "state_device_at": (POINTER(Device), [_P, c_uint]),
    "state_domain_at": (POINTER(Domain), [_P, c_uint]),
    "state_buffer_at": (POINTER(Buffer), [_P, c_uint]),
    "journal_open": (c_int, [_P, c_uint, _OUT]),
    "journal_close": (None, [_P]),
    "journal_filter": (None, [_P, c_int, c_uint]),
    "journal_thread": (None, [_P, c_int]),
    "journal_next": (c_int, [_P, POINTER(POINTER(Event)), c_int]),
    "journal_fd": (c_int, [_P]),
    "caller_name": (_S, [c_uint]),
    "caller_what": (_S, [c_uint]),
    "place": (c_int, [_P, _S, _NAMES, c_uint, c_uint, _OUT]),
    "placement_undo": (c_int, [_P]),
    "placement_tally": (POINTER(Tally), [_P]),
    "placement_text": (_S, [_P]),
    "placement_warnings": (_S, [_P]),
    "placement_of": (POINTER(Placed), [_P, _S]),
    "placement_at": (POINTER(Placed), [_P, c_uint]),
    "placement_refusal": (POINTER(Refusal), [_P, c_uint]),
    "placement_verify": (c_int, [_P]),
}


def _load() -> Any:
    name = os.environ.get("LIBIOMMU_MOCK", "libiommu-mock.so.0")
    try:
        library = ctypes.CDLL(name)
    except OSError as error:
        raise ImportError(f"the library of iommu-mock cannot be loaded: {error}; "
                          "install libiommu-mock0, or set LIBIOMMU_MOCK to its file") from error
    for function, (result, arguments) in FUNCTIONS.items():
        try:
            bound = getattr(library, "imock_" + function)
        except AttributeError as error:
            raise ImportError(f"{name} is older than this package: "
                              f"it has no imock_{function}()") from error
        bound.restype = result
        bound.argtypes = arguments
    return library


library = _load()
