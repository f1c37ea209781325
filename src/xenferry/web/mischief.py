"""What may go wrong in a rehearsal: a few mishaps to choose from, and lines of the scenario language for the rest."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping

from msgspec import Struct

from xenferry.plan.steps import Plan, Thing

LINES_MAX = 50


class Mishap(Struct, frozen=True):
    """One kind of it."""

    title: str
    kind: str
    """What it happens to: `host`, `guest`, or empty for nobody in particular."""
    line: Callable[[str], str]
    """A quoted name -> the line."""


MISHAPS: Mapping[str, Mishap] = {
    "crash": Mishap("a host loses its power after a minute", "host", lambda on: f"host-crash {on} at=60s"),
    "toolstack": Mishap(
        "XAPI restarts on a host after 20 seconds", "host", lambda on: f"toolstack-restart {on} at=20s"
    ),
    "lost": Mishap("the answer to the first migration is lost", "", lambda on: "VM.pool_migrate drop=after"),
    "late": Mishap(
        "two migrations fail just before the end",
        "",
        lambda on: "VM.pool_migrate error=VM_MIGRATE_FAILED when=late times=2",
    ),
    "deaf": Mishap("a guest's agent does not answer", "guest", lambda on: f"deaf-to-suspend {on}"),
}


def concerned(plan: Plan) -> dict[str, list[str]]:
    """Names of the hosts and the guests in the plan, in its order."""
    found: dict[str, dict[str, None]] = {"host": {}, "guest": {}}
    for step in plan.steps:
        for field in ("host", "source", "target"):
            thing = getattr(step, field, None)
            if isinstance(thing, Thing) and thing.kind == "host":
                found["host"][thing.name] = None
        guest = getattr(step, "guest", None)
        if guest is not None:
            found["guest"][guest.name] = None
    return {kind: list(names) for kind, names in found.items()}


def lines(form: Mapping[str, list[str]]) -> list[str]:
    """What a form orders, in the scenario language."""
    chosen = [MISHAPS[name] for name in form.get("mishap", []) if name in MISHAPS]
    made = [each.line(_on("".join(form.get(each.kind, [])[:1]))) for each in chosen]
    typed = (line.strip() for line in "".join(form.get("faults", [])[:1]).splitlines())
    return [*made, *(line for line in typed if line)][:LINES_MAX]


def _on(name: str) -> str:
    return shlex.quote(f"on={name}")
