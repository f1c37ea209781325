"""A lab that stays while a program runs: how `serve --lab` reaches `xenferry.lab`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from xenferry.cli.lab.boot import read
from xenferry.lab.lab import Lab
from xenferry.xapi import connect

if TYPE_CHECKING:
    from xenferry.xapi import Connection


def held(name: str) -> Callable[[], AbstractAsyncContextManager[Connection]]:
    """Boot the scenario; the result connects to it, as often as it is called.

    Raises:
        Wrong, ScenarioError: as `boot.read`.
    """
    lab = Lab.from_scenario(read(name))
    sessions, address = lab.sessions, lab.address(lab.coordinator)
    return lambda: connect(address, sessions.username, sessions.password, pin=None, dial=lab.dial)
