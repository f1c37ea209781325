"""An error in full, as `explain` and `manual` show it: what happened, every cause with its evidence, what to do."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from xenferry.cli.frame.paper import say

if TYPE_CHECKING:
    from xenferry.errors import Cause, Explanation
    from xenferry.errors.reading import LogLine


def say_explanations(found: tuple[Explanation, ...]) -> None:
    """All errors of a text: first which there are, then each; what stands there already is not said again."""
    if len(found) > 1:
        say(f"{len(found)} errors, the likely root first:", style="bold")
        kinds = Counter((one.code, one.title) for one in found)
        for number, ((code, title), count) in enumerate(kinds.items(), 1):
            say(f"{number}. {code}: {title}{f' ({count} such)' if count > 1 else ''}", indent=2, hang=3)
        say()
    said: set[object] = set()
    for number, one in enumerate(found):
        sign = (one.title, tuple((cause.key, cause.evidence) for cause in one.causes))
        say_explanation(one, first=number == 0, again=sign in said)
        said.add(sign)


def say_explanation(one: Explanation, *, first: bool = True, again: bool = False) -> None:
    """One error for a terminal: what happened, why, what to do. `again`: its causes were told just before."""
    if not first:
        say()
    say(f"{one.code}: {one.title}{_times(one)}", style="bold")
    say(one.happened, indent=2)
    if one.reading.log is not None:
        say(_log_words(one.reading.log), indent=4, hang=2, style="dim")
    for parameter in one.parameters:
        meaning = f" ({parameter.meaning})" if parameter.meaning else ""
        say(f"{parameter.role or 'parameter'}: {parameter.value}{meaning}", indent=4, hang=2)
    if again:
        say("Causes and cures are those told above.", indent=2, style="dim")
        return
    for paragraph in one.what.split("\n\n") if one.what else ():
        say()
        say(paragraph, indent=2)
    for note in one.notes:
        say()
        say(note, indent=2)
    for number, cause in enumerate(one.causes, 1):
        _say_cause(cause, number)
    if one.rules:
        say()
        say(f"`xenferry check` shows this beforehand: {', '.join(one.rules)}.", indent=2, style="dim")


def _times(one: Explanation) -> str:
    return f" ({one.reading.times} times)" if one.reading.times > 1 else ""


def _log_words(log: LogLine) -> str:
    """Where in the log it stands: what to search for to find the rest of the story."""
    thread = ("process " if log.program.startswith("SM") else "thread ") + log.thread
    parts = (f"in the log of {log.program}", log.time, thread, f"task {log.task}" if log.task else "")
    return ", ".join(part for part in parts if part)


def _say_cause(cause: Cause, number: int) -> None:
    against = cause.evidence.verdict == "contradicts"
    say()
    say(f"{number}. {cause.text}", indent=2, hang=3, style="dim" if against else "bold")
    if cause.evidence.seen:
        word = "speaks against it" if against else "speaks for it"
        say(f"{cause.evidence.seen} This {word}.", indent=5, style="dim" if against else "green")
    if against:
        return
    if cause.tell and not cause.evidence.seen:
        say(f"How to tell: {cause.tell}", indent=5, hang=2, style="dim")
    for remedy in cause.remedies:
        say(f"- {remedy.product + ': ' if remedy.product else ''}{remedy.text}", indent=5, hang=2)
