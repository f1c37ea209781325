"""Every test here starts real servers, and says why where it cannot."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from ganesha import missing, portmapper


@pytest.fixture(scope="module", autouse=True)
def servers_can_be_started() -> Iterator[None]:
    why = missing()
    if why and os.environ.get("CI") == "true":
        pytest.fail(why)
    if why:
        pytest.skip(why)
    with portmapper():
        yield
