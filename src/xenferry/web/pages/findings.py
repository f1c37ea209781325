"""What stands in the way in a pool, grouped by what cures it, worst first."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from xenferry.plan.cure import curable
from xenferry.pool.snapshot import Snapshot
from xenferry.rules import judge, silence
from xenferry.rules.catalogue import article
from xenferry.rules.finding import Finding
from xenferry.web import asked
from xenferry.web.screens import page
from xenferry.web.ways import Way, ways

ORDER = {"blocks": 0, "unknown": 1, "risk": 2, "note": 3}
WORDS = {"blocks": "Blocks", "unknown": "Not known", "risk": "Risk", "note": "Note"}
SHOWN_MAX = 8
"""So many findings with one cure are told at once, the others open below; and so many cures of a rule."""
LISTED_MAX = 200
"""So many of those with one cure, and so many cures, are told at all; `xenferry check --json` has them all."""


class Cured(Struct, frozen=True):
    """Findings that the same words cure."""

    cures: tuple[str, ...]
    found: tuple[Finding, ...]


class Group(Struct, frozen=True):
    """Findings of one rule."""

    code: str
    severity: str
    title: str
    found: int
    parts: tuple[Cured, ...]
    """Those with most findings first."""
    by_program: bool
    """Whether xenferry can cure them itself."""
    ways: tuple[Way, ...]
    """The pages on which their cures are."""


async def findings(request: Request) -> Response:
    person, (desk, judged, s) = asked.person(request), asked.judged(request)
    found = list(judge(s, judged))
    silenced = [(each, reason) for each in found if (reason := silence.reason(s, each))]
    quiet = {id(each) for each, _ in silenced}
    groups = _grouped(s, (each for each in found if id(each) not in quiet))
    return page(
        request,
        "findings.html",
        person,
        desk=desk,
        groups=groups,
        silenced=silenced,
        words=WORDS,
        shown_max=SHOWN_MAX,
        listed_max=LISTED_MAX,
        live=bool(desk.connect),
    )


def _grouped(s: Snapshot, found: Iterable[Finding]) -> list[Group]:
    together: dict[tuple[str, str], list[Finding]] = {}
    for each in found:
        together.setdefault((each.severity.value, each.code), []).append(each)
    made = [_group(s, *key, same) for key, same in together.items()]
    return sorted(made, key=lambda group: (ORDER[group.severity], -group.found, group.code))


def _group(s: Snapshot, severity: str, code: str, same: list[Finding]) -> Group:
    by_cure: dict[tuple[str, ...], list[Finding]] = {}
    for each in same:
        by_cure.setdefault(each.cures, []).append(each)
    parts = sorted((Cured(cures, tuple(found)) for cures, found in by_cure.items()), key=lambda part: -len(part.found))
    can = any(curable(s, each) for each in same)
    return Group(
        code,
        severity,
        article(code).title,
        len(same),
        tuple(parts),
        can,
        ways(cure for part in parts for cure in part.cures),
    )


ROUTES = [Route("/pools/{pool}/findings", findings)]
