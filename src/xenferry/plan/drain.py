"""The wish "empty these hosts at once": a rack that loses power, a switch that is replaced, hosts that go back.

They are planned together, so that no guest is moved to a host that is emptied next, and all are disabled before anybody
sets out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xenferry.plan import forecast
from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.plan.evacuate import carry, decide_all, residents, silent
from xenferry.plan.evacuate_policy import ANYWHERE, Choice, Targets, by_tags
from xenferry.plan.failover import refused
from xenferry.plan.judgement import judge as usual
from xenferry.plan.mobility import Judge
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.words import arg


def drain(
    snapshot: Snapshot,
    hosts: Sequence[Ref],
    choices: Mapping[Ref, Choice] | None = None,
    *,
    network: Ref | None = None,
    judge: Judge = usual,
    model: forecast.Model = forecast.ASSUMED,
    targets: Targets = ANYWHERE,
    wish: str = "",
    notes: Sequence[str] = (),
) -> s.Plan:
    """Plan to empty several hosts; they stay disabled.

    Args:
        snapshot, choices, network, judge, model, targets: as for `evacuate.evacuate`.
        hosts: the hosts to empty.
        wish: what this is for, if not simply that.
        notes: what the person who approves should know besides.

    Raises:
        KeyError: a reference is not in the snapshot.
        ValueError: a choice is not known, or is made for a guest that is on none of the hosts.
    """
    names = ", ".join(snapshot.host[host].name_label for host in hosts)
    draft = Draft(snapshot, wish or f"empty hosts {names}", network, model=model)
    for note in notes:
        draft.note(note)
    alive = [host for host in hosts if not (silent(draft, host) or refused(draft, host))]
    chosen = by_tags((vm for host in alive for vm in residents(snapshot, host)), choices or {})
    leaving = decide_all(draft, alive, chosen, judge(snapshot), targets)
    disabled = tuple(_disable(draft, host) for host in alive)
    carry(draft, leaving, chosen, disabled)
    if alive:
        enable = f"`xenferry maintenance leave {arg(snapshot.host[alive[0]].name_label)}`, and so on,"
        draft.note(f"these hosts stay disabled afterwards, also when they boot; {enable} enables them")
    return draft.finish()


def _disable(draft: Draft, host: Ref) -> str:
    """Also after a reboot: hosts that are emptied together are usually switched off next."""
    record = draft.snapshot.host[host]
    return draft.add(s.Disable(key=f"disable-{record.uuid}", host=draft.host(host), stays=True))
