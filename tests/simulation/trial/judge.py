"""What must hold after a trial, judged by what happened to the guests, not by what XAPI's tables say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from trial import disks
from trial.mischief import Mischief
from xenferry.lab import history
from xenferry.lab.lab import Lab
from xenferry.plan import steps as s
from xenferry.plan.steps import Plan
from xenferry.runs.engine import Report
from xenferry.runs.journal import Run

MOVES = (s.Move, s.MoveWithDisks)
STOPS = (s.Shutdown, s.Suspend)
DEATHS = ("crashed", "lost in migration", "killed by a toolstack that did not expect it", "lost its image")
"""Ends of a guest that only the pool is to blame for: no client could have helped it."""
EXCUSES = {"crash host", "restart toolstack"}
"""After these XAPI itself leaves copies of disks behind: nobody cleans up for a dead toolstack."""
ENDED = ("done", "incomplete", "cancelled")


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

    @classmethod
    def of(cls, lab: Lab) -> Before:
        hosts = lab.db.all("host").values()
        enabled = frozenset(host["uuid"] for host in hosts if host["enabled"])
        began, moves = history.now(), len(lab.history.moves)
        return cls(frozenset(running(lab)), enabled, disks.held(lab), disks.loose(lab), moves, began)


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
    return [*_ended(report, run), *_proof(lab, mischief, report), *_kept(lab, mischief, plan, run)]


def truth(lab: Lab, mischief: Mischief, plan: Plan, report: Report | None, run: Run, before: Before) -> list[str]:
    """What is wrong with the pool, when everything has come to rest."""
    words = _words(report)
    return [
        *_once(lab),
        *_lost(lab, mischief, plan, words, before),
        *_twice(lab, mischief, plan, before),
        *_disabled(lab, mischief, plan, run, words, before),
        *disks.laws(lab, plan, run, before.disks, before.loose, excused=bool(EXCUSES & set(mischief.met))),
    ]


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
        if here != promised and each.guest.uuid not in mischief.touched:
            yield f"guest {each.guest.name} was said to run on {promised}, in truth on {here}"


def _kept(lab: Lab, mischief: Mischief, plan: Plan, run: Run) -> Iterator[str]:
    """A run that is done has every guest where the last of its steps was to put it."""
    ends: dict[str, str] = {}
    for step in plan.steps:
        match step:
            case s.Move() | s.MoveWithDisks():
                ends[step.guest.uuid] = step.target.name
            case s.Start() | s.Resume():
                ends[step.guest.uuid] = step.host.name
            case s.Shutdown() | s.Suspend():
                ends[step.guest.uuid] = "no host"
    now = running(lab)
    for uuid, wanted in ends.items():
        if run.state == "done" and uuid not in mischief.touched and now.get(uuid, "no host") != wanted:
            name = lab.db.get("VM", lab.db.by_uuid("VM", uuid))["name_label"]
            yield f"the run is done, but guest {name} is on {now.get(uuid, 'no host')}, not on {wanted}"


def _once(lab: Lab) -> Iterator[str]:
    for ref in lab.history.twice():
        yield f"guest {lab.db.get('VM', ref)['name_label']} was on two hosts at once"


def _lost(lab: Lab, mischief: Mischief, plan: Plan, words: str, before: Before) -> Iterator[str]:
    """Every guest that ran runs, unless its host died, others stopped it, or the person was told."""
    stopped = {step.guest.uuid for step in plan.steps if isinstance(step, STOPS)}
    now = running(lab)
    started = {step.guest.uuid for step in plan.steps if isinstance(step, s.Start | s.Resume)}
    refs = {vm["uuid"]: ref for ref, vm in lab.db.all("VM").items()}
    for uuid in sorted(before.running - now.keys()):
        vm = lab.db.get("VM", refs[uuid])
        died = any(each.why in DEATHS and (each.end or 0) >= before.began for each in lab.history.of(refs[uuid]))
        planned = uuid in stopped and (uuid not in started or vm["name_label"] in words)
        if not (died or planned or uuid in mischief.touched):
            yield f"guest {vm['name_label']} ran and runs no more ({vm['power_state']}); told: {words or 'nothing'}"


def _twice(lab: Lab, mischief: Mischief, plan: Plan, before: Before) -> Iterator[str]:
    """A guest arrived no oftener than the plan has moves for it."""
    arrived = Counter(move.guest for move in lab.history.moves[before.moves :] if move.outcome == "arrived")
    wanted = Counter(step.guest.uuid for step in plan.steps if isinstance(step, MOVES))
    for ref, count in arrived.items():
        vm = lab.db.get("VM", ref)
        if count > wanted[vm["uuid"]] and vm["uuid"] not in mischief.touched:
            yield f"guest {vm['name_label']} moved {count} times, the plan has {wanted[vm['uuid']]}"


def _disabled(lab: Lab, mischief: Mischief, plan: Plan, run: Run, words: str, before: Before) -> Iterator[str]:
    """A host that was enabled is so again, unless that was the wish, others did it, or the person was told."""
    wished = {step.host.uuid for step in plan.steps if isinstance(step, s.Disable)}
    wished -= {step.host.uuid for step in plan.steps if isinstance(step, s.Enable)}
    for host in lab.db.all("host").values():
        if host["enabled"] or host["uuid"] not in before.enabled or host["uuid"] in mischief.switched:
            continue
        if host["uuid"] not in wished and host["name_label"] not in words:
            yield f"host {host['name_label']} stays disabled, the run is {run.state}; told: {words or 'nothing'}"
