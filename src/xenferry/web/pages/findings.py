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

ORDER = {"blocks": 0, "unknown": 1, "risk": 2, "note": 3}
WORDS = {"blocks": "Blocks", "unknown": "Not known", "risk": "Risk", "note": "Note"}
SHOWN_MAX = 8
"""So many findings of a group are told at once, the others open below."""
LISTED_MAX = 200
"""So many of a group are told at all; `xenferry check --json` has them all."""


class Group(Struct, frozen=True):
    """Findings of one rule: what cures one of them cures them all, each in its place."""

    code: str
    severity: str
    title: str
    cures: tuple[str, ...]
    """Where the same words cure all of them."""
    found: tuple[Finding, ...]
    by_program: bool
    """Whether xenferry can cure them itself."""


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
    return sorted(made, key=lambda group: (ORDER[group.severity], -len(group.found), group.code))


def _group(s: Snapshot, severity: str, code: str, same: list[Finding]) -> Group:
    cures = {each.cures for each in same}
    can = any(curable(s, each) for each in same)
    return Group(code, severity, article(code).title, cures.pop() if len(cures) == 1 else (), tuple(same), can)


ROUTES = [Route("/pools/{pool}/findings", findings)]
