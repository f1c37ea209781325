"""Put right what `check` found: the remedy of a finding as a plan, or what a person has to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.codes import check_code
from xenferry.cli.frame.doing import How, ask_and_drive, plans, show
from xenferry.cli.frame.findings import KINDS, ORDER, concerns
from xenferry.cli.frame.names import find
from xenferry.cli.frame.paper import say, say_json, say_table
from xenferry.cli.frame.source import Source, act, load

if TYPE_CHECKING:
    from xenferry.pool.snapshot import Snapshot
    from xenferry.rules.finding import Finding
    from xenferry.xapi import Connection


@click.command()
@click.argument("finding", default="")
@click.argument("what", nargs=-1)
@plans
def command(source: Source, how: How, finding: str, what: tuple[str, ...]) -> int:
    """Cure a FINDING of `xenferry check` (its code, e.g. pbd-unplugged), everywhere or only for WHAT.

    The remedy is shown as a plan and carried out after your yes; then the pool is judged again. Where only a person
    can help, it says what to do. Without FINDING the findings of the pool are listed with who can cure them.
    """
    if not finding:
        return _list(load(source), as_json=how.as_json)
    check_code(finding)
    if source.capture or how.plan_only:
        from xenferry.plan.cure import cure

        snapshot = load(source)
        findings = _wanted(snapshot, finding, what)
        return show(cure(snapshot, findings), how) if findings or how.as_json else _say_none(finding)
    return act(source, lambda connection: _carry_out(connection, source, how, finding, what))


async def _carry_out(connection: Connection, source: Source, how: How, code: str, what: tuple[str, ...]) -> int:
    from xenferry.plan.cure import cure
    from xenferry.pool.capture import read_pool

    before = await read_pool(connection)
    findings = _wanted(before, code, what)
    if not findings:
        return _say_none(code)
    plan = cure(before, findings)
    ended = await ask_and_drive(connection, source, how, plan)
    if not plan.steps:
        return ended
    return max(ended, _say_rest(await read_pool(connection), findings))


def _say_none(code: str) -> int:
    say(f"There is no finding {code} here: nothing to cure.", style="bold green")
    return 0


def _say_rest(after: Snapshot, findings: Sequence[Finding]) -> int:
    """Judge the pool again: which of the findings are still there? 1 if any."""
    from xenferry.rules import judge

    now = {(one.code, one.cause): one for one in judge(after)}
    still = [now[one.code, one.cause] for one in findings if (one.code, one.cause) in now]
    for one in still:
        say(f"Still so: {one.seen}", style="bold yellow", hang=2)
    if not still:
        names = dict.fromkeys(after.name(one.subject) for one in findings)
        say(f"Judged again: {findings[0].code} is gone for {', '.join(names)}.", style="bold green", hang=2)
    return 1 if still else 0


def _wanted(snapshot: Snapshot, code: str, what: tuple[str, ...]) -> list[Finding]:
    from xenferry.rules import judge

    wanted = [find(snapshot, typed, KINDS)[1] for typed in what]
    return [one for one in judge(snapshot) if one.code == code and concerns(snapshot, one, wanted, None)]


def _list(snapshot: Snapshot, *, as_json: bool) -> int:
    """Every code that the pool's findings have, worst first: how often, and who can cure them."""
    from xenferry.plan.cure import curable
    from xenferry.rules import judge

    found: dict[tuple[str, str], list[Finding]] = {}
    for one in judge(snapshot):
        found.setdefault((one.code, one.severity.value), []).append(one)
    rows = [
        _row(code, severity, [curable(snapshot, one) for one in findings])
        for (code, severity), findings in sorted(found.items(), key=lambda each: (ORDER[each[0][1]], each[0]))
    ]
    if as_json:
        names = ("code", "severity", "findings", "by_program", "by_hand", "title")
        say_json([dict(zip(names, row, strict=True)) for row in rows])
    elif rows:
        say_table(
            ("finding", "severity", "by xenferry", "by hand", "what it is"),
            [(row[0], row[1], str(row[3]), str(row[4]), row[5]) for row in rows],
        )
        say()
        say("`xenferry cure FINDING` shows the remedy as a plan and asks before anything is changed.")
    else:
        say("There is nothing to cure.", style="bold green")
    return 0


def _row(code: str, severity: str, by_program: Sequence[bool]) -> tuple[str, str, int, int, int, str]:
    from xenferry.rules import catalogue

    ours = sum(by_program)
    return code, severity, len(by_program), ours, len(by_program) - ours, catalogue.article(code).title
