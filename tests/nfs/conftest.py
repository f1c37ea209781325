"""Every test here starts real servers, and says why where it cannot.

A machine has one portmapper and one port 2049, so that of all the files here one at a time is tested, even where
several runs of all tests share a machine.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ganesha import missing, portmapper


@pytest.fixture(scope="module", autouse=True)
def servers_can_be_started() -> Iterator[None]:
    why = missing()
    if why and os.environ.get("CI") == "true":
        pytest.fail(why)
    if why:
        pytest.skip(why)
    with alone_on_this_machine(), portmapper():
        yield


@contextmanager
def alone_on_this_machine() -> Iterator[None]:
    with (Path(tempfile.gettempdir()) / "xenferry-tests-nfs.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
