"""The rehearsal itself: plan on the twin, let things go wrong, carry the plan out with the engine that does it live."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from xenferry.cli.frame.failure import Wrong
from xenferry.cli.rehearse.cast import Cast
from xenferry.cli.rehearse.faults import Mischief
from xenferry.cli.rehearse.result import Event, Rehearsal, events, lives, with_pauses
from xenferry.cli.rehearse.sealed import run_sealed
from xenferry.cli.rehearse.sight import Sight, seldom_tidied
from xenferry.cli.rehearse.unlike import unlike
from xenferry.lab.dial import Wire
from xenferry.plan import steps as s
from xenferry.plan.steps import Plan
from xenferry.plan.timeline.rows import Took, timeline
from xenferry.runs.crossing.look import destinations
from xenferry.runs.engine import Listen, Report, Setting, drive
from xenferry.runs.journal import Journal
from xenferry.runs.port import Beyond, Far
from xenferry.runs.took import took
from xenferry.xapi import Connection, Unreachable, XapiError, connect

if TYPE_CHECKING:
    from xenferry.cli.rehearse.twin import Twins
    from xenferry.lab.lab import Lab
    from xenferry.pool.snapshot import Snapshot

OWNER = "a rehearsal"


class Trial(Struct, frozen=True):
    """What the twin is put through."""

    faults: tuple[str, ...] = ()
    """Lines of the scenario language."""
    resume_after: float | None = None
    """Seconds after an incomplete end at which the run is resumed; None: not at all."""


class Ended(Struct, frozen=True):
    """How driving ended: with a report, or because the pool did not answer."""

    state: str
    words: str
    report: Report | None = None


def rehearse(
    twins: Twins,
    trial: Trial,
    make: Callable[[Snapshot], Plan],
    announce: Callable[[Plan], None],
    listen: Listen | None = None,
) -> Rehearsal:
    """Make the plan on the twin and carry it out there, in virtual time.

    Args:
        twins: where.
        trial: what they are put through.
        make: the command's wish.
        announce: hears the plan before it begins.
        listen: hears each event of the run.

    Raises:
        Wrong: the plan has steps that a twin cannot do, or a fault cannot be understood.
    """
    with seldom_tidied():
        return run_sealed(_on(twins, trial, make, announce, listen))


async def _on(
    twins: Twins,
    trial: Trial,
    make: Callable[[Snapshot], Plan],
    announce: Callable[[Plan], None],
    listen: Listen | None,
) -> Rehearsal:
    labs, told = [twin.lab for twin in twins.all], list[Event]()
    async with AsyncExitStack() as stack:
        pools = [await stack.enter_async_context(_connected(lab)) for lab in labs]
        sights = [Sight(lab, pool) for lab, pool in zip(labs, pools, strict=True)]
        mischief = Mischief(labs, lambda text: told.append(Event(seconds=_now() - start, kind="fault", text=text)))
        mischief.prepare(trial.faults)
        before = await sights[0].look()
        plan = make(before)
        _check(plan, twins)
        announce(plan)
        start = _now()
        mischief.begin()
        far = Far(pools[-1], sights[-1].look)
        setting = partial(Setting, pool=pools[0], look=sights[0].look, owner=OWNER, beyond=_way(far), listen=listen)
        return await _carried_out(twins, trial, setting, before, plan, mischief, told)


def _connected(lab: Lab) -> AbstractAsyncContextManager[Connection]:
    sessions = lab.sessions
    return connect(
        lab.address(lab.coordinator), sessions.username, sessions.password, dial=lambda address: Wire(lab, address)
    )


def _way(far: Far) -> Beyond:
    """The way to the other pool: there is only one."""

    async def way(_there: s.Destination) -> Far:
        return far

    return way


def _now() -> float:
    return asyncio.get_running_loop().time()


def _check(plan: Plan, twins: Twins) -> None:
    """Whether the twins can do all of it.

    Raises:
        Wrong: they cannot.
    """
    if any(isinstance(step, s.RenameNics) for step in plan.steps):
        raise Wrong("A twin has no control domains: NICs that are renamed in dom0 cannot be rehearsed.")
    if twins.there is None and destinations(plan):
        raise Wrong("The plan takes guests to another pool, which has no twin here: give --to-pool or --to-capture.")


async def _carried_out(
    twins: Twins,
    trial: Trial,
    setting: Callable[..., Setting],
    before: Snapshot,
    plan: Plan,
    mischief: Mischief,
    told: list[Event],
) -> Rehearsal:
    start, cast, played = _now(), Cast([twin.lab for twin in twins.all]), without_hooks(plan)
    journal = Journal("sqlite://", clock=_now)
    try:
        run = journal.create(played, OWNER)
        ended = await _drive(setting(journal=journal), run, plan)
        if ended.state != "done" and trial.resume_after is not None:
            told.append(Event(seconds=_now() - start, kind="ended", text=ended.words))
            await asyncio.sleep(trial.resume_after)
            told.append(Event(seconds=_now() - start, kind="resumed", text=f"xenferry runs resume {run}"))
            ended = await _drive(setting(journal=journal), run, plan)
        end = _now()
        cast.meet()
        history = cast.history()
        entries = journal.events(run)
        taken = with_pauses(played, took(played, journal.steps(run), entries, start), start, history)
        told += events(entries, start)
    finally:
        journal.close()
    report = ended.report
    return Rehearsal(
        twin_of=twins.of,
        plan=plan,
        faults=mischief.seen,
        events=tuple(sorted(told, key=lambda event: event.seconds)),
        state=ended.state,
        ended=ended.words,
        troubles=report.troubles if report else (),
        proof=report.proof if report else None,
        timeline=timeline(plan, _with_hooks(plan, taken)),
        guests=lives(history, plan, start, end, cast.guests, cast.hosts),
        seconds=end - start,
        unlike=unlike(twins, before, plan),
    )


async def _drive(setting: Setting, run: str, plan: Plan) -> Ended:
    try:
        report = await drive(run, setting)
    except Unreachable as error:
        return Ended("unreachable", f"The pool did not answer any more, and the run gave up: {error}")
    except XapiError as error:
        return Ended("unreachable", f"The pool let nobody in any more, and the run gave up: {error}")
    if report.state != "done":
        return Ended("incomplete", "The run ended incomplete: not everything is as the plan promised.", report)
    whole = "Everything is done" if not plan.left else "Every step of the plan is done"
    return Ended("done", f"{whole}, and verified on {'both twins' if destinations(plan) else 'the twin'}.", report)


def without_hooks(plan: Plan) -> Plan:
    """The plan without commands of this machine, which a rehearsal does not run; what waited for one waits on."""
    instead = {step.key: step.after for step in plan.steps if isinstance(step, s.Hook)}
    kept = [
        replace(step, after=tuple(dict.fromkeys(key for each in step.after for key in instead.get(each, (each,)))))
        for step in plan.steps
        if not isinstance(step, s.Hook)
    ]
    return replace(plan, steps=tuple(kept))


def _with_hooks(plan: Plan, taken: dict[str, Took]) -> dict[str, Took]:
    return {step.key: Took(state="skipped") if isinstance(step, s.Hook) else taken[step.key] for step in plan.steps}


def save_picture(found: Rehearsal, path: Path) -> None:
    """The timeline, forecast and twin, as a file of its own.

    Raises:
        OSError: it cannot be written.
    """
    from xenferry.plan.timeline.svg import draw

    path.write_text(draw(found.timeline, alone=True), "utf-8")


__all__ = ["rehearse", "save_picture", "without_hooks"]
