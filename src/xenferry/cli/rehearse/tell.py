"""A rehearsal as people read it: what happened, the forecast beside the twin, the guests, the proof, the limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from xenferry.cli.frame.driving import say_proof
from xenferry.cli.frame.explained import say_explained
from xenferry.cli.frame.paper import say, say_table
from xenferry.cli.frame.plans import say_plan, say_rest
from xenferry.cli.rehearse.faults import Mischance
from xenferry.cli.rehearse.result import Life, Rehearsal
from xenferry.plan.steps import Plan
from xenferry.plan.timeline.rows import Row, Took, clock
from xenferry.plan.words import span
from xenferry.runs.crossing.look import destinations

MOST_EVENTS = 60
MARKS = {
    "fault": ("HAPPENS", "bold yellow"),
    "ended": ("ENDED", "bold red"),
    "resumed": ("RESUMED", "bold"),
    "step-waiting": ("waits", "yellow"),
    "step-failed": ("FAILED", "bold red"),
    "step-person": ("WOULD WAIT FOR YOU", "bold yellow"),
    "unreachable": ("no answer", "bold yellow"),
}
STATES = {
    "done": "done",
    "failed": "FAILED",
    "person": "would wait for you",
    "waiting": "not done",
    "started": "not done",
    "new": "never begun",
    "skipped": "not run here",
}


def announce(plan: Plan, twin_of: str, faults: tuple[str, ...]) -> None:
    """Before it begins: the plan, and what it is tried on."""
    say_plan(plan)
    if plan.steps:
        say()
        say(f"Rehearsed on a twin of {twin_of}{', with: ' if faults else ''}{'; '.join(faults)}.", style="bold", hang=2)


def tell(found: Rehearsal) -> None:
    """Everything after the plan."""
    _say_events(found)
    _say_timeline(found)
    _say_guests(found)
    if found.proof is not None:
        say()
        say_proof(found.proof, "both twins" if destinations(found.plan) else "the twin")
    _say_troubles(found)
    _say_faults(found)
    _say_end(found)
    say_rest(found.plan, lasting=False)
    if not found.unlike:
        return
    say()
    say("What the twin does not do as the real pool does (all of it is in docs/lab.md):", style="dim")
    for sentence in found.unlike:
        say(f"- {sentence}", indent=2, hang=2, style="dim")


def _say_events(found: Rehearsal) -> None:
    """What was not as planned; what happens again and again at once is said once."""
    news = [next(same) for _, same in groupby(found.events, key=lambda event: (event.kind, event.text))]
    for event in news[:MOST_EVENTS]:
        mark, style = MARKS[event.kind]
        say(f"{clock(event.seconds):>8}  {mark}: {event.text}", style=style, hang=10)
    if len(news) > MOST_EVENTS:
        say(f"{len(news) - MOST_EVENTS} more such events; --json has all of them.", indent=10)


def _say_timeline(found: Rehearsal) -> None:
    say()
    say("Timeline, from the run's start (the forecast first, then the twin):", style="bold")
    rows = [_row(row) for row in _once(found.timeline.rows)]
    say_table(("step", "forecast", "twin", "took", ""), rows, indent=2)


def _once(rows: Iterable[Row]) -> list[Row]:
    """One row for each step, in the order in which they really began."""
    found = {row.key: row for row in rows}.values()

    def when(row: Row) -> tuple[bool, float]:
        begin = row.took.begin if row.took else None
        return begin is None, row.begin if begin is None else begin

    return sorted(found, key=when)


def _row(row: Row) -> tuple[str, ...]:
    forecast = _between(row.begin, row.end)
    took = row.took or Took(state="new")
    if took.begin is None:
        state = "it was so already" if took.state == "done" else STATES[took.state]
        return row.text, forecast, "", "", state
    if took.end is None:
        return row.text, forecast, f"from {clock(took.begin)}", "", STATES[took.state]
    return row.text, forecast, _between(took.begin, took.end), span(took.end - took.begin), STATES[took.state]


def _between(begin: float, end: float) -> str:
    return f"{clock(begin)} to {clock(end)}" if clock(begin) != clock(end) else f"at {clock(begin)}"


def _say_guests(found: Rehearsal) -> None:
    if not found.guests:
        return
    say()
    say("What the guests lived through, as the twin's hypervisor saw it:", style="bold")
    header = ("guest", "before", "after", "pause forecast", "pause", "stopped")
    say_table(header, [_life(each) for each in found.guests], indent=2)
    _say_late([each for each in found.guests if each.pause_seconds > 2 * each.forecast_pause_seconds > 0])
    lost: dict[str, list[str]] = {}
    for each in found.guests:
        if each.stopped and not each.asked:
            lost.setdefault(each.stopped, []).append(each.guest.name)
    for why, names in lost.items():
        say(f"Stopped, and nobody had asked for it ({why}): {', '.join(names)}.", style="bold red", hang=2)
    twice = [each.guest.name for each in found.guests if each.twice]
    if twice:
        say(f"RAN ON TWO HOSTS AT ONCE: {', '.join(twice)}.", style="bold red", hang=2)


def _say_late(late: Sequence[Life]) -> None:
    """Who stood still longer than the forecast assumes."""
    if not late:
        return
    longest = max(late, key=lambda each: each.pause_seconds)
    more = f"; so did {len(late) - 1} more, for less long" if len(late) > 1 else ""
    text = f"{longest.guest.name} stood still for {span(longest.pause_seconds)}, more than twice the forecast{more}."
    say(text, style="yellow", hang=2)


def _life(each: Life) -> tuple[str, ...]:
    stopped = f"{each.stopped}, down {span(each.down_seconds)}" if each.stopped else "never"
    pause = f"{each.pause_seconds:.2f} s" if each.pause_seconds else ""
    forecast = f"{each.forecast_pause_seconds:.2f} s" if each.forecast_pause_seconds else ""
    return each.guest.name, each.before or "-", each.after or "-", forecast, pause, stopped


def _say_troubles(found: Rehearsal) -> None:
    """Each step that was not done; what the same error means is said once."""
    explained: set[str] = set()
    for trouble in found.troubles:
        say(f"Not done: {trouble}", style="yellow", hang=2)
        why = trouble.partition(": ")[2]
        if why not in explained:
            say_explained(trouble)
        explained.add(why)


def _say_faults(found: Rehearsal) -> None:
    for each in found.faults:
        say(f"{_fate(each)}: {each.order}", style="" if each.struck or each.lasting else "bold yellow", hang=2)


def _fate(each: Mischance) -> str:
    if each.lasting:
        return "Was so from the start"
    if not each.struck:
        return "Never happened: the run ended before it, or made no such call"
    times = "" if len(each.struck) == 1 else f"{len(each.struck)} times, first "
    return f"Happened {times}at {clock(each.struck[0])}"


def _say_end(found: Rehearsal) -> None:
    good = found.state == "done"
    likely = found.plan.totals
    say(found.ended, style="bold green" if good else "bold red", hang=2)
    for line in _overcome(found):
        say(line, hang=2)
    range_ = (
        f", likely between {span(likely.seconds_low)} and {span(likely.seconds_high)}" if likely.seconds_high else ""
    )
    say(f"It took {span(found.seconds)} of the twin's time; the forecast was {span(likely.seconds)}{range_}.", hang=2)
    if not good:
        say(
            "On the real pool `xenferry runs resume` would go on from there once the cause is removed; nothing of what "
            "was done would be done twice.",
            hang=2,
        )


def _overcome(found: Rehearsal) -> Iterator[str]:
    """Steps that did not succeed at once, and did in the end."""
    waited = Counter(event.text.partition(": ")[0] for event in found.events if event.kind == "step-waiting")
    done = {row.text for row in found.timeline.rows if row.took and row.took.state == "done"}
    for text, times in waited.items():
        if text in done:
            yield f"Overcome: {text}, put off {'once' if times == 1 else f'{times} times'}, then done."
