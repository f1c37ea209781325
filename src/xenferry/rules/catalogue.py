"""All rules, found by walking the folders: a rule is a module in a subject's folder, its code is the module's name.

A mobility rule says which hosts refuse which guests:

    where = (Place("core", 12),)                     its places in XAPI's order
    about = "host"                                   optional: one finding per host instead of per guest
    refused(s, guests) -> {guest: mask of hosts}     only guests refused somewhere
    unknown(s, guests) -> {guest: mask of hosts}     optional: where the snapshot does not tell
    error(s, vm, host) -> XAPI's answer for a refused pair
    say(s, vm, hosts) -> Words

Every other rule has `find(s)`, which yields findings.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any, cast

from xenferry.article import Article, read
from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Error, Finding
from xenferry.rules.place import Place, rank
from xenferry.rules.words import Words

SUBJECTS = ("mobility", "storage", "network", "compute", "guest", "ha", "version")
"""The folders of rules, in the order in which they speak."""

Masks = Mapping[Ref, int]


@dataclass(frozen=True)
class MobilityRule:
    """A check that XAPI makes; see the module."""

    code: str
    where: tuple[Place, ...]
    refused: Callable[[Snapshot, Sequence[VM]], Masks]
    unknown: Callable[[Snapshot, Sequence[VM]], Masks]
    error: Callable[[Snapshot, VM, Host], Error]
    say: Callable[[Snapshot, VM, Sequence[Host]], Words]
    about: str


@dataclass(frozen=True)
class OtherRule:
    """Something XAPI does not check and people suffer from; see the module."""

    code: str
    find: Callable[[Snapshot], Iterable[Finding]]


def code_of(module: ModuleType) -> str:
    """`xenferry.rules.mobility.disk_not_on_host` -> `disk-not-on-host`."""
    return module.__name__.rpartition(".")[2].replace("_", "-")


@cache
def modules() -> Mapping[str, ModuleType]:
    """Code -> its module, in the order of subjects, then of names.

    Raises:
        RuntimeError: two rules have the same code.
    """
    found: dict[str, ModuleType] = {}
    for subject in SUBJECTS:
        folder = importlib.import_module(f"xenferry.rules.{subject}")
        for each in pkgutil.iter_modules(folder.__path__, f"{folder.__name__}."):
            module = importlib.import_module(each.name)
            if found.setdefault(code_of(module), module) is not module:
                raise RuntimeError(f"two rules are called {code_of(module)}")
    return found


@cache
def mobility() -> tuple[MobilityRule, ...]:
    """The checks that XAPI makes."""
    return tuple(_mobility(module) for module in modules().values() if hasattr(module, "where"))


def _mobility(module: Any) -> MobilityRule:
    return MobilityRule(
        code_of(module),
        module.where,
        module.refused,
        getattr(module, "unknown", _nothing),
        module.error,
        module.say,
        getattr(module, "about", "guest"),
    )


def _nothing(s: Snapshot, guests: Sequence[VM]) -> Masks:
    return {}


@cache
def others() -> tuple[OtherRule, ...]:
    """What XAPI does not check."""
    return tuple(
        OtherRule(code_of(module), cast(Any, module).find) for module in modules().values() if hasattr(module, "find")
    )


@cache
def asked(kind: str) -> tuple[MobilityRule, ...]:
    """The checks of a question (see `place.KINDS`), in XAPI's order."""
    ranked = [(at, rule.code, rule) for rule in mobility() if (at := rank(kind, rule.where)) is not None]
    return tuple(rule for _, _, rule in sorted(ranked, key=lambda each: each[:2]))


def article(code: str) -> Article:
    """What a rule means, why it happens and how it is cured.

    Raises:
        KeyError: there is no rule of this code.
    """
    return read(modules()[code])
