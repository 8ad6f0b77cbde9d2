# SPDX-License-Identifier: GPL-2.0-only
"""A test of the kernel and its driver, with pytest: what refused.c does in C.

    python3 -m pytest docs/examples/python
"""

import errno

import pytest

from iommu_mock import EventKind, Mock, MockError


@pytest.fixture
def two(mock: Mock) -> Mock:
    """Two instances, of which the second has fewer address bits, and a device behind
    each. The first device is on a domain."""
    mock.add_instance("wide", "ias=48")
    mock.add_instance("narrow", "ias=39 errno=EINVAL")
    mock.add_device("nic", "wide")
    mock.add_device("gpu", "narrow")
    mock.add_domain("dom", "nic")
    mock.attach("dom", "nic")
    return mock


def test_a_refusal_changes_nothing(two: Mock) -> None:
    """R6: the device that is refused stays where it was, and so does the domain."""
    before = two.state().devices["gpu"].domain
    with two.journal() as journal:
        with pytest.raises(MockError) as refusal:
            two.attach("dom", "gpu")
        asked = [event for event in journal if event.kind == EventKind.ATTACH and event.domain == "dom"]
    assert refusal.value.errno == errno.EINVAL
    assert str(refusal.value) == "narrow refuses dom for gpu: ias (EINVAL)"
    assert [(event.device, event.reason, event.ret) for event in asked] == [("gpu", "ias", -errno.EINVAL)]
    state = two.state()
    assert state.domains["dom"].devices == ("nic",)
    assert state.devices["gpu"].domain == before or state.groups["gpu"].owner is not None


def test_a_fresh_domain_takes_the_device(two: Mock) -> None:
    """R4: a domain that is made for the device never answers EINVAL."""
    two.add_domain("fresh", "gpu")
    two.attach("fresh", "gpu")
    assert two.state().domains["fresh"].devices == ("gpu",)


@pytest.mark.parametrize("caller, domains", [("einval", 2), ("fresh", 2)])
def test_callers(two: Mock, caller: str, domains: int) -> None:
    """What a caller needs for these devices."""
    two.detach("dom", "nic")
    with two.place(caller, ["nic", "gpu"]) as placement:
        assert placement.tally().domains == domains
        placement.verify()
