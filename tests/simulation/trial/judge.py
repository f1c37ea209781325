"""What must hold after a trial, judged by what happened to the guests, not by what XAPI's tables say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from trial import disks, shares
from trial.mischief import Mischief
from xenferry.lab import history
from xenferry.lab.lab import Lab
from xenferry.plan import steps as s
from xenferry.plan.steps import Plan
from xenferry.runs.engine import Report
from xenferry.runs.journal import Run

MOVES = (s.Move, s.MoveWithDisks, s.MoveDisk)
STOPS = (s.Shutdown, s.Suspend)
DEATHS = ("crashed", "lost in migration", "killed by a toolstack that did not expect it", "lost its image")
"""Ends of a guest that only the pool is to blame for: no client could have helped it."""
STOPPING = ("VM.clean_shutdown", "VM.hard_shutdown", "VM.suspend", "VM.destroy")
"""Calls of others after which a guest runs no more."""
REVIVING = ("VM.clean_reboot", "VM.checkpoint")
"""Calls of others after which it runs again, unless they fail halfway."""
MOVING = ("VM.pool_migrate", "VDI.pool_migrate")
FAILOVER = "HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN"
ENDED = ("done", "incomplete", "cancelled")
WINDOW_S = 10.0
"""What others did so long before the end may have come too late for the run to see."""


@dataclass(frozen=True)
class Before:
    """Which guests ran, which hosts were enabled and where each disk was, by uuid."""

    running: frozenset[str]
    enabled: frozenset[str]
    disks: disks.Held
    loose: frozenset[str]
    """Disks that no guest had."""
    moves: int
    """How many migrations there had been."""
    began: float
    """When that was, on the loop's clock."""
    names: Mapping[str, str]
    """What guests and hosts were called, by uuid."""

    @classmethod
    def of(cls, lab: Lab) -> Before:
        hosts = lab.db.all("host").values()
        enabled = frozenset(host["uuid"] for host in hosts if host["enabled"])
        names = {each["uuid"]: each["name_label"] for cls in ("VM", "host") for each in lab.db.all(cls).values()}
        began, moves = history.now(), len(lab.history.moves)
        return cls(frozenset(running(lab)), enabled, disks.held(lab), disks.loose(lab), moves, began, names)


def running(lab: Lab) -> dict[str, str]:
    """The guests whose domains exist in truth, uuid -> the host's name."""
    found = {}
    for host, record in lab.db.all("host").items():
        for ref in lab.history.on(host):
            vm = lab.db.get("VM", ref)
            if not vm["is_control_domain"]:
                found[vm["uuid"]] = record["name_label"]
    return found


def told(lab: Lab, mischief: Mischief, plan: Plan, report: Report | None, run: Run, before: Before) -> list[str]:
    """What is wrong with what the last person was told, at the moment when the run ended."""
    ends = [*_ended(report, run), *_proof(lab, mischief, report), *_kept(lab, mischief, plan, run)]
    return [*ends, *_calm(mischief, report, run), *_mourned(lab, mischief, plan, report, run, before)]


def truth(lab: Lab, mischief: Mischief, plan: Plan, report: Report | None, run: Run, before: Before) -> list[str]:
    """What is wrong with the pool, when everything has come to rest."""
    words = _words(report)
    return [
        *_once(lab),
        *_vanished(lab, mischief, before),
        *_lost(lab, mischief, plan, words, before),
        *_twice(lab, mischief, plan, before),
        *_disabled(lab, mischief, plan, run, words, before),
        *shares.laws(lab, mischief, plan, run, words),
        *disks.laws(lab, mischief, plan, run, before.disks, before.loose),
    ]


def late(mischief: Mischief, uuid: str) -> bool:
    """Did others do something to this guest or host, or empty any host, so late that the run could not see it?"""
    since = history.now() - WINDOW_S
    deeds = [*mischief.asked(uuid), *mischief.evacuations()]
    return any(deed.end is None or deed.end >= since for deed in deeds)


def named(words: str, *names: str) -> bool:
    """Does one of these names stand in the words, as a whole?"""
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words) for name in names if name)


def _words(report: Report | None) -> str:
    if report is None:
        return ""
    failures = report.proof.failures if report.proof else ()
    return " ".join((*report.troubles, *failures, report.next))


def _ended(report: Report | None, run: Run) -> Iterator[str]:
    """Every run has ended or waits with a reason."""
    if report is None or run.state not in ENDED:
        yield f"the run is {run.state} and nobody was told why"
    elif run.state == "incomplete" and not (report.troubles or (report.proof and report.proof.failures)):
        yield "the run is incomplete without a reason"


def _proof(lab: Lab, mischief: Mischief, report: Report | None) -> Iterator[str]:
    """A guest of which the proof says where it runs does run there."""
    if report is None or report.state != "done":
        return
    if report.proof is None:
        yield "the run is done without a proof"
        return
    refs = {vm["uuid"]: ref for ref, vm in lab.db.all("VM").items()}
    for each in report.proof.guests:
        here = [lab.db.get("host", host)["name_label"] for host in lab.history.where(refs.get(each.guest.uuid, ""))]
        promised = [each.after.host] if each.after.state in ("Running", "Paused") else []
        if here != promised and not late(mischief, each.guest.uuid):
            yield f"guest {each.guest.name} was said to run on {promised}, in truth on {here}"


def _kept(lab: Lab, mischief: Mischief, plan: Plan, run: Run) -> Iterator[str]:
    """A run that is done has every guest where the last of its steps was to put it."""
    ends: dict[str, str] = {}
    names = {step.guest.uuid: step.guest.name for step in plan.steps if hasattr(step, "guest")}
    for step in plan.steps:
        match step:
            case s.MoveWithDisks() if step.source is None:
                continue
            case s.Move() | s.MoveWithDisks():
                ends[step.guest.uuid] = step.target.uuid
            case s.Start() | s.Resume():
                ends[step.guest.uuid] = step.host.uuid
            case s.Shutdown() | s.Suspend():
                ends[step.guest.uuid] = "no host"
    hosts = {host["name_label"]: host["uuid"] for host in lab.db.all("host").values()}
    now = {uuid: hosts[name] for uuid, name in running(lab).items()}
    for uuid, wanted in ends.items():
        if run.state == "done" and not late(mischief, uuid) and now.get(uuid, "no host") != wanted:
            yield f"the run is done, but guest {names[uuid]} is on {now.get(uuid, 'no host')}, not on {wanted}"


def _once(lab: Lab) -> Iterator[str]:
    for ref in lab.history.twice():
        name = lab.db.get("VM", ref)["name_label"] if lab.db.exists("VM", ref) else ref
        yield f"guest {name} was on two hosts at once"


def _calm(mischief: Mischief, report: Report | None, run: Run) -> Iterator[str]:
    """A run to which nothing happened is done; whether HA has room for one guest more, a cure leaves to XAPI."""
    left_to_xapi = report is not None and report.troubles and all(FAILOVER in each for each in report.troubles)
    if run.state != "done" and not mischief.met and not left_to_xapi:
        yield f"the run is {run.state} although nothing went wrong; told: {_words(report) or 'nothing'}"


def _mourned(
    lab: Lab, mischief: Mischief, plan: Plan, report: Report | None, run: Run, before: Before
) -> Iterator[str]:
    """A guest of the plan that is to run and does not is named, whoever stopped it."""
    words, now = _words(report), running(lab)
    for uuid in sorted(_to_run(plan, before) - now.keys()):
        told = named(words, before.names[uuid]) or run.state == "cancelled"
        if not (told or late(mischief, uuid) or _just_died(lab, uuid)):
            yield f"guest {before.names[uuid]} does not run, and nobody was told; told: {words or 'nothing'}"


def _to_run(plan: Plan, before: Before) -> set[str]:
    """The guests of the plan that shall run in the end."""
    last: dict[str, bool] = {}
    for step in plan.steps:
        match step:
            case s.Start() | s.Resume():
                last[step.guest.uuid] = True
            case s.Move() | s.MoveDisk() | s.MoveWithDisks():
                last.setdefault(step.guest.uuid, step.guest.uuid in before.running)
            case s.Shutdown() | s.Suspend():
                last[step.guest.uuid] = False
    return {uuid for uuid, runs in last.items() if runs}


def _just_died(lab: Lab, uuid: str) -> bool:
    """Did it end so late that the run could not see it?"""
    refs = [ref for ref, vm in lab.db.all("VM").items() if vm["uuid"] == uuid]
    ends = [run.end for ref in refs for run in lab.history.of(ref) if run.end is not None]
    return bool(ends) and max(ends) >= history.now() - WINDOW_S


def _vanished(lab: Lab, mischief: Mischief, before: Before) -> Iterator[str]:
    """Every guest is still in the pool, unless others deleted it."""
    here = {vm["uuid"] for vm in lab.db.all("VM").values()}
    for uuid in sorted(before.disks.keys() - here):
        if not mischief.asked(uuid, "VM.destroy"):
            yield f"guest {before.names[uuid]} is not in the pool any more"


def _lost(lab: Lab, mischief: Mischief, plan: Plan, words: str, before: Before) -> Iterator[str]:
    """Every guest that ran runs, unless it died last with its host, others stopped it, or the person was told."""
    stopped = {step.guest.uuid for step in plan.steps if isinstance(step, STOPS)}
    started = {step.guest.uuid for step in plan.steps if isinstance(step, s.Start | s.Resume)}
    refs = {vm["uuid"]: ref for ref, vm in lab.db.all("VM").items()}
    for uuid in sorted((before.running - running(lab).keys()) & refs.keys()):
        vm = lab.db.get("VM", refs[uuid])
        planned = uuid in stopped and (uuid not in started or named(words, before.names[uuid], vm["name_label"]))
        if not (planned or _died(lab, refs[uuid], before) or _stopped(mischief, uuid)):
            yield f"guest {vm['name_label']} ran and runs no more ({vm['power_state']}); told: {words or 'nothing'}"


def _died(lab: Lab, ref: str, before: Before) -> bool:
    """Was the last that happened to this guest that it died, through no client's fault?"""
    last = max(lab.history.of(ref), key=lambda run: run.begin)
    return last.why in DEATHS and last.end is not None and last.end >= before.began


def _stopped(mischief: Mischief, uuid: str) -> bool:
    """Did others stop it, or break off when they started it anew?"""
    halves = [deed for deed in mischief.asked(uuid, *REVIVING) if deed.error or deed.end is None]
    return bool(halves or [deed for deed in mischief.asked(uuid, *STOPPING) if not deed.error])


def _twice(lab: Lab, mischief: Mischief, plan: Plan, before: Before) -> Iterator[str]:
    """A guest arrived no oftener than the plan and others have moves for it; what others undo, a run may do again."""
    arrived = Counter(move.guest for move in lab.history.moves[before.moves :] if move.outcome == "arrived")
    wanted = Counter(step.guest.uuid for step in plan.steps if isinstance(step, MOVES))
    for ref, count in arrived.items():
        if not lab.db.exists("VM", ref):
            continue
        vm = lab.db.get("VM", ref)
        theirs = len(mischief.asked(vm["uuid"], *MOVING)) + len(mischief.evacuations())
        most = wanted[vm["uuid"]] + (2 * theirs if wanted[vm["uuid"]] else theirs)
        if count > most:
            yield f"guest {vm['name_label']} moved {count} times, the plan and others allow {most}"


def _disabled(lab: Lab, mischief: Mischief, plan: Plan, run: Run, words: str, before: Before) -> Iterator[str]:
    """A host that was enabled is so again, unless that was the wish, others did it, or the person was told.

    That it crashed is no excuse: it has booted since. With HA, XAPI itself keeps a host disabled whose toolstack starts
    while storage is not connected there; if the run had nothing to do with that host, it need not have noticed.
    """
    ours = {step.host.uuid for step in plan.steps if isinstance(step, s.Disable)}
    wished = ours - {step.host.uuid for step in plan.steps if isinstance(step, s.Enable)}
    for host in lab.db.all("host").values():
        uuid = host["uuid"]
        theirs = mischief.asked(uuid, "host.disable") and (uuid not in ours or late(mischief, uuid))
        kept = uuid not in ours and _kept_by_ha(lab, mischief, host)
        if host["enabled"] or uuid not in before.enabled or uuid in wished or theirs or kept:
            continue
        if not named(words, before.names[uuid], host["name_label"]):
            yield f"host {host['name_label']} stays disabled, the run is {run.state}; told: {words or 'nothing'}"


def _kept_by_ha(lab: Lab, mischief: Mischief, host: Mapping[str, Any]) -> bool:
    """Whether the host's toolstack has started anew in a pool with HA, and found storage that is not connected."""
    ref = lab.db.by_uuid("host", host["uuid"])
    started = any(blow.host == ref for blow in mischief.blows)
    apart = any(not lab.db.get("PBD", pbd)["currently_attached"] for pbd in host["PBDs"])
    return started and apart and bool(lab.hypervisor.facts.pool["ha_enabled"])
