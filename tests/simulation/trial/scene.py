"""One trial: a pool, a wish, mischief, a program that may be killed, people who go on with the run; then judgement."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from random import Random

from trial import judge, wish
from trial.accidents import BACK_S
from trial.kinds import order
from trial.mischief import Mischief
from trial.mortal import Glance, Killed, MortalJournal, connected
from trial.pool import text
from xenferry.lab.clock import virtual_run
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.plan.steps import Plan
from xenferry.runs import control
from xenferry.runs.engine import Report, Setting
from xenferry.xapi import Unreachable, XapiError

PEOPLE = 5
"""How often somebody goes on with a run before the trial is judged."""
REST_S = 1800.0
"""What goes on in the pool comes to rest within this time."""
GONE = (Unreachable, XapiError)


@dataclass
class Trial:
    """What happened under one seed, and what of it must not happen."""

    seed: int
    story: list[str]
    faults: list[str] = field(default_factory=list)
    wish: str = ""
    ends: list[str] = field(default_factory=list)
    met: list[str] = field(default_factory=list)


def trial(seed: int, mishaps: int | None = None) -> Trial:
    """Everything follows from the seed. `mishaps`: how many things go wrong; None: 0 to 3."""
    return virtual_run(_Scene(seed, mishaps).play())


class _Scene:
    def __init__(self, seed: int, mishaps: int | None) -> None:
        self.chance = Random(seed)  # noqa: S311 (the same for the same seed)
        self.scenario = text(self.chance)
        self.lab = Lab.from_scenario(parse(self.scenario))
        self.mischief = Mischief(self.lab, self.chance)
        self.mishaps = self.chance.randint(0, 3) if mishaps is None else mishaps
        self.trial = Trial(seed, self.mischief.story, met=self.mischief.met)
        self.reports: list[Report] = []
        self.glance = Glance(self.lab)

    async def play(self) -> Trial:
        self.mischief.story += self.scenario.splitlines()
        self.journal = MortalJournal()
        plan = await self._round(wish.plan)
        done = plan is not None and self.trial.ends[-1:] == ["done"]
        then = wish.following(self.chance, plan, self._did()) if plan is not None and done else None
        if then is not None:
            await self._round(then)
        self.journal.close()
        return self.trial

    def _did(self) -> set[str]:
        """The steps that the last run did itself."""
        steps = self.journal.steps(self.journal.runs()[0].id).items()
        return {key for key, step in steps if step.state == "done" and step.started is not None}

    async def _round(self, make: wish.Make) -> Plan | None:
        """A wish, its plan, its run, and judgement."""
        before, self.reports = judge.Before.of(self.lab), []
        plan = await self._wish(make)
        if plan is None or not plan.steps:
            return None
        order(self.mischief, self.mishaps, within=max(20.0, 1.3 * plan.totals.seconds))
        run = self.journal.create(plan, "person 0")
        await self._carry(run)
        self.mischief.over = True
        self.journal.doom(-1, before=False)
        report = self.reports[-1] if self.reports else None
        self.trial.faults += judge.told(self.lab, self.mischief, plan, report, self.journal.run(run), before)
        await asyncio.sleep(REST_S)
        self.trial.faults += judge.truth(self.lab, self.mischief, plan, report, self.journal.run(run), before)
        return plan

    async def _wish(self, make: wish.Make) -> Plan | None:
        for _ in range(20):
            try:
                async with connected(self.lab) as connection:
                    plan = make(self.chance, await self.glance(connection))
                    self.trial.wish = f"{self.trial.wish}; {plan.wish}".lstrip("; ")
                    self.mischief.tell(f"wish: {plan.wish}; {len(plan.steps)} steps, {len(plan.left)} guests left")
                    return plan
            except GONE as trouble:
                self.mischief.tell(f"no plan: {type(trouble).__name__}")
                await asyncio.sleep(60.0)
        return None

    async def _carry(self, run: str) -> None:
        """People drive it: each until the program ends or is killed."""
        for person in range(1, PEOPLE + 1):
            deadly = self.mishaps and person < PEOPLE and self.chance.random() < 0.4
            self.journal.doom(self.chance.randint(1, 60) if deadly else -1, before=self.chance.random() < 0.5)
            canceller = asyncio.create_task(self._cancel(run, person)) if self.mishaps else None
            ended = await self._drive(run, f"person {person}")
            if canceller:
                canceller.cancel()
            self.trial.ends.append(ended)
            self.mischief.tell(f"person {person}: {ended}")
            if ended == "done":
                return
            await asyncio.sleep(self.chance.choice((1.0, 60.0, 900.0)) if self.reports else BACK_S)

    async def _cancel(self, run: str, person: int) -> None:
        """Sometimes somebody wants the run to stop."""
        if person == PEOPLE or self.chance.random() > 0.15:
            return
        await asyncio.sleep(self.chance.uniform(0.0, 200.0))
        how = self.chance.choice(("finish", "tasks"))
        try:
            control.cancel(self.journal, run, how)
            self.mischief.tell(f"somebody cancels the run: {how}")
        except (ValueError, Killed):
            return

    async def _drive(self, run: str, owner: str) -> str:
        driving = asyncio.create_task(self._resumed(run, owner))
        await asyncio.wait((driving,))
        error = driving.exception()
        if error is None:
            report = driving.result()
            self.reports.append(report)
            return report.state
        if isinstance(error, Killed):
            self.journal.doom(-1, before=False)
            return "killed"
        if isinstance(error, GONE):
            return f"{type(error).__name__}: {error}"
        raise error

    async def _resumed(self, run: str, owner: str) -> Report:
        async with connected(self.lab) as connection:
            setting = Setting(journal=self.journal, pool=connection, look=lambda: self.glance(connection), owner=owner)
            return await control.resume(run, setting, gone=lambda other: True)


__all__ = ["Trial", "trial"]
