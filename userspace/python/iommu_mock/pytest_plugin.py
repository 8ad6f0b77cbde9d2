# SPDX-License-Identifier: GPL-2.0-only
"""The fixture mock. A conftest.py at the top of the tests says

    pytest_plugins = ["iommu_mock.pytest_plugin"]

Nothing is registered by itself, because mock is a name that other packages use.
"""

import errno
import os
from typing import Iterator

import pytest

from iommu_mock import Mock, MockError


def _missing(sentence: str) -> None:
    """A test that cannot run is skipped, and fails where IOMMU_MOCK_REQUIRED is set."""
    if os.environ.get("IOMMU_MOCK_REQUIRED"):
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


@pytest.fixture
def mock() -> Iterator[Mock]:
    """A Mock on the module, which is loaded if need be and has no object yet. What the
    test makes is removed after it, and a module that was loaded for it is unloaded."""
    with Mock() as context:
        loaded = True
        try:
            context.load()
        except MockError as error:
            if error.errno != errno.EEXIST:
                _missing(str(error))
            loaded = False
        state = context.state()
        if any(state):
            pytest.fail("the module has objects of another program, which the fixture does "
                        "not remove: 'iommu-mock reset' does", pytrace=False)
        try:
            yield context
        finally:
            for child in list(context._children):
                child.close()
            context.reset()
            if loaded:
                context.unload()
