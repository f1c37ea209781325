"""What every scene of the demo works with: the stage, a real connection to it, the audience, what was proven so far."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from xenferry.cli.demo.stage import Stage
from xenferry.cli.frame.driving import owner, say_report
from xenferry.cli.frame.explained import say_explained
from xenferry.cli.frame.paper import columns, say
from xenferry.cli.frame.plans import say_plan
from xenferry.cli.frame.progress import watcher
from xenferry.lab.lab import Lab
from xenferry.pool.capture import read_pool
from xenferry.runs.engine import Report, Setting, drive
from xenferry.runs.journal import Journal
from xenferry.xapi import Connection, XapiError

if TYPE_CHECKING:
    from xenferry.cli.frame.dom0 import Dom0s
    from xenferry.plan.steps import Plan
    from xenferry.pool.snapshot import Snapshot


class Astray(Exception):
    """The story did not go as it must; the message says what was seen instead."""


@dataclass
class Play:
    """One performance."""

    stage: Stage
    pool: Connection
    waiting: bool
    journal: Journal
    dom0: Dom0s
    reports: list[Report] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def scene(self, title: str) -> None:
        """Begin the next scene; on a terminal the audience says when."""
        if self.waiting:
            click.prompt("", prompt_suffix="[Enter]", default="", show_default=False, err=True)
        say()
        say(f"== {title} ".ljust(columns(), "="), style="bold cyan", wrap=False)

    async def look(self) -> Snapshot:
        """The pool as it is now."""
        return await read_pool(self.pool)

    def cure(self, words: str, change: Callable[[Lab], None]) -> None:
        """What the administrator does outside of XAPI, at the NAS or the name server."""
        say(f"Done by the administrator: {words}", indent=2, hang=2, style="bold green")
        self.stage.ask(change)

    async def refused(self, doing: str, code: str, needle: str, method: str, *params: Any) -> None:
        """Call the pool, show its refusal as Xen Orchestra's log does, explain it.

        Raises:
            Astray: the call succeeded, or was refused with something else than `code` and `needle` in its text.
        """
        say()
        say(f"{doing}: {method}", style="bold")
        try:
            await self.pool.call(method, *params)
        except XapiError as error:
            text = f"{error.code}({', '.join(error.params)})"
        else:
            raise Astray(f"{method} succeeded; it should have been refused with {code}")
        if not text.startswith(f"{code}(") or needle not in text:
            raise Astray(f"{method} was refused with {text}; expected {code} with {needle!r}")
        say(text, indent=2, hang=2, style="red")
        say_explained(text, await self.look())

    async def carry_out(self, plan: Plan) -> Report:
        """Show a plan, carry it out, show the proof.

        Raises:
            Astray: its end could not be proven.
        """
        say_plan(plan)
        run = self.journal.create(plan, owner())
        with watcher(plan) as listen:
            setting = Setting(
                journal=self.journal, pool=self.pool, look=self.look, owner=owner(), dom0=self.dom0, listen=listen
            )
            report = await drive(run, setting)
        say_report(report, lasting=False)
        self.reports.append(report)
        if report.state != "done":
            raise Astray(f"the run `{plan.wish}` ended {report.state}")
        return report
