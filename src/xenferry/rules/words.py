"""Words that rules share: lists of names, sizes, commands with names in them."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import NamedTuple

from xenferry.pool.records import VM, Host, Record, Ref
from xenferry.pool.snapshot import Snapshot

SHOWN = 4
"""Names in a list before it ends in "and N more"."""


class Words(NamedTuple):
    """What a rule tells a person: the object to look at, what was seen, what to do, best first."""

    cause: Ref
    seen: str
    cures: tuple[str, ...]


def listed(names: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b, c, d and 3 more`."""
    each = list(dict.fromkeys(names))
    if len(each) > SHOWN + 1:
        each = [*each[:SHOWN], f"{len(each) - SHOWN} more"]
    return " and ".join([", ".join(each[:-1]), each[-1]] if len(each) > 1 else each)


def of(things: Iterable[Host]) -> str:
    """The names of hosts as a list."""
    return listed(thing.name_label or thing.uuid for thing in things)


def gib(size: int) -> str:
    """Bytes for people: `4 GiB`, `1.5 GiB`, `512 MiB`."""
    if size < 1 << 30:
        return f"{-(-size // (1 << 20))} MiB"
    return f"{size / (1 << 30):.1f}".removesuffix(".0") + " GiB"


def arg(text: str) -> str:
    """A name as one argument of a command."""
    return shlex.quote(text)


def called(s: Snapshot, thing: Record) -> str:
    """The name of an object for a sentence."""
    return s.name(thing.ref)


def cannot_go(vm: VM, hosts: Iterable[Host]) -> str:
    """How a sentence about a refusal begins, e.g. `web cannot go to xcp2`."""
    verb = {"Halted": "start on", "Suspended": "be resumed on"}.get(vm.power_state, "go to")
    return f"{vm.name_label or vm.uuid} cannot {verb} {of(hosts)}"


def cannot_move(vm: VM) -> str:
    """How a sentence about a guest that cannot move anywhere begins."""
    return f"{vm.name_label or vm.uuid} cannot be moved"


def verb(number: int, one: str, many: str) -> str:
    """The form of a verb for so many: `verb(2, "lies", "lie")`."""
    return one if number == 1 else many


def count(number: int, thing: str) -> str:
    """`1 guest`, `3 guests`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
