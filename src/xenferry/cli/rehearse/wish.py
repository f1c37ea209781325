"""From the words of a command to its plan: which commands can be rehearsed, and how they are kept from any pool."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.rehearsing import rehearsing

if TYPE_CHECKING:
    from xenferry.cli.frame.doing import How
    from xenferry.cli.frame.source import Source
    from xenferry.cli.rehearse.performance import Trial
    from xenferry.cli.rehearse.twin import Twins
    from xenferry.plan.steps import Plan
    from xenferry.pool.snapshot import Snapshot

COMMANDS = (
    ("evacuate",),
    ("maintenance", "enter"),
    ("maintenance", "leave"),
    ("migrate",),
    ("rebalance",),
    ("rolling",),
    ("run",),
    ("storage", "move"),
)
"""Those whose steps a lab can do as the pool does."""
KEPT = ("-y", "--yes")
"""Options of a command that say nothing in a rehearsal."""


class Wanted(Struct, frozen=True):
    """What a person wants to see."""

    faults: tuple[str, ...] = ()
    """Lines of the scenario language."""
    resume_after: str = ""
    """How long after an incomplete end the run is resumed; empty: not at all."""
    svg: Path | None = None
    as_json: bool = False


def carry_out(source: Source, words: tuple[str, ...], wanted: Wanted) -> int:
    """Rehearse the command; its exit status, as it would be.

    Raises:
        Wrong: the command cannot be rehearsed, or was given in a form that cannot.
    """
    name = next((each for each in COMMANDS if words[: len(each)] == each), None)
    if name is None:
        listed = ", ".join(" ".join(each) for each in COMMANDS)
        raise Wrong(f"`{' '.join(words)}` cannot be rehearsed; these can: {listed}.")

    from xenferry.cli.rehearse.performance import Trial
    from xenferry.cli.rehearse.twin import look, on_one_site

    resume_after, there = _seconds(wanted.resume_after), _other_pool(words)
    approved = _approved(words[1:]) if name == ("run",) else None
    there = there or (_destination(approved) if approved else None)
    twins = on_one_site(source, there)  # read before the command runs: from then on no pool can be reached
    looks = {there.words: look(twins.there)} if there is not None and twins.there is not None else {}

    def rehearse(how: How, make: Callable[[Snapshot], Plan]) -> int:
        return _perform(twins, how, wanted, Trial(wanted.faults, resume_after), make)

    if approved is not None:
        from xenferry.cli.frame.doing import How

        return rehearse(How(yes=True), _checked(approved, twins))
    return _invoke([*words, *_options(source)], rehearse, looks)


def _seconds(text: str) -> float | None:
    """`10min` in seconds; None if nothing was given."""
    from xenferry.lab.scenario.error import ScenarioError
    from xenferry.lab.scenario.lines import Line
    from xenferry.lab.scenario.values import seconds

    try:
        return seconds(Line(0, ""), text) if text else None
    except ScenarioError as error:
        raise Wrong(f"--resume-after {text}: expected {error.expected}.") from None


def _perform(twins: Twins, how: How, wanted: Wanted, trial: Trial, make: Callable[[Snapshot], Plan]) -> int:
    """Rehearse, tell, draw. 0 if everything was done and nothing left out."""
    from xenferry.cli.frame.doing import keep
    from xenferry.cli.frame.paper import say, say_json
    from xenferry.cli.rehearse import tell
    from xenferry.cli.rehearse.performance import rehearse, save_picture
    from xenferry.cli.rehearse.pulse import pulse

    if how.plan_only:
        raise Wrong("A rehearsal carries the plan out on the twin: leave --plan-only away.")
    quiet = wanted.as_json

    def announce(plan: Plan) -> None:
        if not quiet:
            tell.announce(plan, twins.of, wanted.faults)
        if how.save:
            keep(plan, Path(how.save), quiet=quiet)

    with pulse(quiet=quiet) as listen:
        found = rehearse(twins, trial, make, announce, listen)
    if quiet:
        say_json(found)
    elif found.plan.steps:
        tell.tell(found)
    if wanted.svg is not None:
        save_picture(found, wanted.svg)
        if not quiet:
            say(f"The timeline is drawn in {wanted.svg}.")
    return 0 if found.state == "done" and not found.plan.left else 1


def _invoke(
    words: list[str], rehearse: Callable[[How, Callable[[Snapshot], Plan]], int], looks: Mapping[str, Snapshot]
) -> int:
    """The command as if it had been typed, with its plan caught before any pool is reached."""
    from xenferry.cli.frame.entry import root

    with rehearsing(rehearse, looks):
        answer = root.main(args=words, prog_name="xenferry", standalone_mode=False)
    return answer if isinstance(answer, int) else 0


def _other_pool(words: tuple[str, ...]) -> Source | None:
    """The pool to which guests go, where the command names one."""
    from xenferry.cli.frame.source import Source

    given: dict[str, str] = {}
    for word, following in pairwise((*words, "")):
        name, equals, value = word.partition("=")
        if name in TO:
            given[TO[name]] = value if equals else following
    found = Source(given.get("pool", ""), given.get("capture", ""), given.get("lab", ""))
    return found if found.words else None


TO = {"--to-pool": "pool", "--to-capture": "capture", "--to-lab": "lab"}
"""Options of a command that name another pool -> what of a source they are."""


def _options(source: Source) -> list[str]:
    """The pool again, as the command's own options: what was learnt of it counts in the forecast."""
    given = (("-p", source.pool), ("--capture", source.capture), ("--lab", source.lab))
    return [word for option, value in given if value for word in (option, value)]


def _approved(words: tuple[str, ...]) -> Plan:
    """The plan that was kept in the file which `run` names."""
    from xenferry.plan import file

    following = {after for word, after in pairwise(words) if word in TO}
    files = [word for word in words if word not in KEPT and word not in following and word.partition("=")[0] not in TO]
    if len(files) != 1 or files[0].startswith("-"):
        raise Wrong("Name the file of one plan: xenferry rehearse run FILE.")
    return file.load(Path(files[0]))


def _destination(plan: Plan) -> Source | None:
    """The other pool of a plan, as the configuration calls it."""
    from xenferry.cli.frame.source import Source
    from xenferry.runs.crossing.look import destinations

    names = [there.configured for there in destinations(plan) if there.configured]
    return Source(pool=names[0]) if names else None


def _checked(approved: Plan, twins: Twins) -> Callable[[Snapshot], Plan]:
    """The plan itself, held against the twins as `run` holds it against the pools."""

    def make(snapshot: Snapshot) -> Plan:
        from xenferry.cli.rehearse.twin import look
        from xenferry.cli.run import compare
        from xenferry.plan.crossing.state import put_beside

        if twins.there is not None:
            put_beside(snapshot, look(twins.there))
        compare(approved, snapshot)
        return approved

    return make
