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
SHOWN_MAX = 12
"""So many findings of a group are told in full, the rest is counted; `xenferry check --json` has them all."""


class Group(Struct, frozen=True):
    """Findings of one rule with the same cures."""

    code: str
    severity: str
    title: str
    cures: tuple[str, ...]
    seen: tuple[str, ...]
    more: int
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
        live=bool(desk.connect),
    )


def _grouped(s: Snapshot, found: Iterable[Finding]) -> list[Group]:
    together: dict[tuple[str, str, tuple[str, ...]], list[Finding]] = {}
    for each in found:
        together.setdefault((each.severity.value, each.code, each.cures), []).append(each)
    made = [_group(s, *key, same) for key, same in together.items()]
    return sorted(made, key=lambda group: (ORDER[group.severity], group.code))


def _group(s: Snapshot, severity: str, code: str, cures: tuple[str, ...], same: list[Finding]) -> Group:
    seen = tuple(each.seen for each in same[:SHOWN_MAX])
    can = any(curable(s, each) for each in same)
    return Group(code, severity, article(code).title, cures, seen, len(same) - len(seen), can)


ROUTES = [Route("/pools/{pool}/findings", findings)]
