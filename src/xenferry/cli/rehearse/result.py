"""What a rehearsal showed: the timeline with what each step took, what every guest lived through, how the run ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from xenferry.cli.rehearse.faults import Mischance
from xenferry.lab.history import History, Run
from xenferry.plan import steps as s
from xenferry.plan.steps import Plan, Thing
from xenferry.plan.timeline.rows import Timeline, Took
from xenferry.runs.journal import Entry
from xenferry.runs.verify import Proof


class Life(Struct, frozen=True, kw_only=True):
    """What one guest lived through, as the twin's hypervisor saw it."""

    guest: Thing
    planned: bool
    """Whether the plan does something to it; if not, something happened to it all the same."""
    before: str
    """The host it ran on; empty where it did not run."""
    after: str
    moves: int
    """Migrations that arrived."""
    forecast_pause_seconds: float
    pause_seconds: float
    """The longest time it stood still."""
    down_seconds: float
    """How long it did not exist on any host, of the time of the run."""
    stopped: str
    """Why it stopped the first time: `shut down`, `suspended`, `crashed`, ..; empty: never."""
    asked: bool
    """Whether the plan meant it to stop."""
    twice: bool = False
    """Whether it ever ran on two hosts at once, which must never be."""


class Event(Struct, frozen=True, kw_only=True):
    """Something worth knowing that happened during the run."""

    seconds: float
    kind: str
    """`fault`; of a run that was resumed `ended` and `resumed`; or the journal's: `step-waiting`, `step-failed`,
    `step-person`, `unreachable`."""
    text: str


class Rehearsal(Struct, frozen=True, kw_only=True):
    """A command, carried out on a twin."""

    twin_of: str
    plan: Plan
    faults: tuple[Mischance, ...]
    events: tuple[Event, ...]
    state: str
    """How the run ended: `done`, `incomplete` or `unreachable`."""
    ended: str
    """The same in words."""
    troubles: tuple[str, ...]
    """Steps that were not done, and why."""
    proof: Proof | None
    timeline: Timeline
    guests: tuple[Life, ...]
    seconds: float
    """How long the run took on the twin's clock."""
    unlike: tuple[str, ...]
    """What the twin does not do as the real pool does."""
    format: int = 1


def with_pauses(plan: Plan, taken: Mapping[str, Took], start: float, history: History) -> dict[str, Took]:
    """What became of each step, with how long its guest stood still. `history` names guests by UUID."""
    found = dict(taken)
    for step in plan.steps:
        known = taken[step.key]
        if isinstance(step, MOVES) and known.begin is not None:
            end = None if known.end is None else known.end + start
            pause = longest_pause(history, step.guest.uuid, known.begin + start, end)
            found[step.key] = replace(known, pause_seconds=pause)
    return found


MOVES = s.Move | s.MoveWithDisks | s.MoveDisk | s.Cross


def longest_pause(history: History, guest: str, begin: float, end: float | None) -> float:
    """Seconds of the longest time that a guest stood still between two moments; 0.0 if it never did."""
    own = (each for each in history.pauses if each.guest == guest and each.begin >= begin)
    return max(
        (each.end - each.begin for each in own if each.end is not None and (end is None or each.begin <= end)),
        default=0.0,
    )


def events(entries: Sequence[Entry], start: float) -> list[Event]:
    """What of a run's history is neither a step's beginning nor its end as it should be."""
    return [
        Event(seconds=each.time - start, kind=each.kind, text=_said(each))
        for each in entries
        if each.kind in ("step-waiting", "step-failed", "step-person", "unreachable")
    ]


def _said(entry: Entry) -> str:
    parts = [entry.text.get("text", ""), entry.text.get("reason", "")]
    return ": ".join(str(part) for part in parts if part)


def lives(
    history: History, plan: Plan, start: float, end: float, guests: Mapping[str, Thing], hosts: Mapping[str, str]
) -> tuple[Life, ...]:
    """Everybody to whom something was to happen, or happened.

    Args:
        history: the truth about every guest, by UUID.
        plan: what was meant.
        start: when the run began, on the loop's clock.
        end: when it ended.
        guests: UUID of every guest -> how a plan names it.
        hosts: reference of every host -> its name.
    """
    meant = {step.guest.uuid for step in plan.steps if hasattr(step, "guest")}
    twice = frozenset(history.twice())
    found = [_life(history, plan, start, end, thing, hosts, thing.uuid in twice) for thing in guests.values()]
    return tuple(each for each in found if each.guest.uuid in meant or each.stopped or each.moves or each.twice)


def _life(
    history: History,
    plan: Plan,
    start: float,
    end: float,
    guest: Thing,
    hosts: Mapping[str, str],
    twice: bool,
) -> Life:
    own = [step for step in plan.steps if getattr(step, "guest", None) == guest]
    uuid = guest.uuid
    runs = sorted(history.of(uuid), key=lambda run: run.begin)
    stops = [run for run in runs if run.end is not None and run.end >= start and run.why != "moved"]
    return Life(
        guest=guest,
        planned=bool(own),
        before=_host_at(runs, start, hosts),
        after=_host_at(runs, end, hosts),
        moves=sum(move.guest == uuid and move.outcome == "arrived" and move.begin >= start for move in history.moves),
        forecast_pause_seconds=max((step.forecast.pause_seconds for step in own), default=0.0),
        pause_seconds=longest_pause(history, uuid, start, None),
        down_seconds=_down(runs, start, end) if stops else 0.0,
        stopped=stops[0].why if stops else "",
        twice=twice,
        asked=any(isinstance(step, s.Shutdown | s.Suspend) for step in own),
    )


def _host_at(runs: Sequence[Run], moment: float, hosts: Mapping[str, str]) -> str:
    """Where the guest was then; at the moment of a change the later place."""
    at = [run for run in runs if run.begin <= moment and (run.end is None or run.end > moment)]
    return hosts.get(at[-1].host, at[-1].host) if at else ""


def _down(runs: Sequence[Run], start: float, end: float) -> float:
    """Seconds between two moments in which none of the runs went on."""
    up = sum(max(0.0, min(end, end if run.end is None else run.end) - max(start, run.begin)) for run in runs)
    return max(0.0, end - start - up)
