"""The simulated calls: `@call("VM.pool_migrate")` on an async function in `lab/calls/`, found by walking that folder.

A function takes the context and then the call's parameters in XenAPI's order, already checked and converted by their
declared types, optional ones filled in. What it returns is the result in XenAPI's JSON shape (None for void).
"""

from __future__ import annotations

import pkgutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from xenferry.lab.datamodel import datamodel

Function = Callable[..., Awaitable[Any]]


@dataclass(frozen=True)
class Simulated:
    """A call the lab carries out.

    The task of a `cancellable` call lists `cancel` among its allowed operations from the start, others only while they
    wait for an object or a host works for them; members answer a call that is possible `anywhere` themselves instead
    of HOST_IS_SLAVE.
    """

    name: str
    function: Function
    cancellable: bool
    anywhere: bool


_calls: dict[str, Simulated] = {}


def call(name: str, *, cancellable: bool = False, anywhere: bool = False) -> Callable[[Function], Function]:
    """Registers the simulation of `Class.call`, see Simulated."""
    cls, _, short = name.partition(".")
    if datamodel().call(cls, short) is None:
        raise ValueError(f"{name} is not a call of XenAPI")

    def register(function: Function) -> Function:
        if name in _calls:
            raise ValueError(f"{name} is simulated twice")
        _calls[name] = Simulated(name, function, cancellable, anywhere)
        return function

    return register


def find(name: str) -> Simulated | None:
    """The simulation of a call, or None when only the datamodel knows it (or nobody)."""
    return simulated().get(name)


@cache
def simulated() -> dict[str, Simulated]:
    """All simulated calls by name; the first use imports every file in `lab/calls/`."""
    package = import_module("xenferry.lab.calls")
    for module in pkgutil.walk_packages(package.__path__, "xenferry.lab.calls."):
        import_module(module.name)
    return _calls
