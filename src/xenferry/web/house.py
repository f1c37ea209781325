"""What the pages stand on: the pools, plans that nobody has approved yet, the runs, the trail of who did what."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from msgspec import Struct

from xenferry.plan.forecast import Model
from xenferry.plan.steps import Plan
from xenferry.pool.capture import read_pool
from xenferry.pool.snapshot import Snapshot
from xenferry.runs import control
from xenferry.runs.audit import Audit
from xenferry.runs.engine import Setting
from xenferry.runs.experience import learn
from xenferry.runs.journal import Entry, Journal, LeaseLost, Taken
from xenferry.web.desk import Desk
from xenferry.xapi import Unreachable, Untrusted, XapiError

DRAFTS = 100
"""So many plans are kept for approval; the oldest goes first."""


class Draft(Struct, frozen=True):
    """A plan that somebody looks at."""

    id: str
    desk: str
    plan: Plan
    who: str


class House:
    """Everything behind the pages.

    Args:
        desks: the pools by name.
        journal, audit: where runs and deeds are kept.
        owner: names this program among the drivers of runs.
        gone: whether a driver, as the journal names it, is known to live no more.
    """

    def __init__(
        self, desks: list[Desk], journal: Journal, audit: Audit, *, owner: str, gone: Callable[[str], bool]
    ) -> None:
        self.desks = {desk.name: desk for desk in desks}
        self.journal, self.audit = journal, audit
        self.progress: dict[str, dict[str, Entry]] = {}
        """Run -> step -> the newest word on how far it is; only of runs driven from here."""
        self.ended: dict[str, str] = {}
        """Run -> why our driver ended without a report."""
        self._owner, self._gone = owner, gone
        self._drafts: dict[str, Draft] = {}
        self._drivers: dict[str, asyncio.Task[None]] = {}
        self._news: dict[str, asyncio.Event] = {}

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Follow all pools meanwhile. Runs whose driver ends with this can be resumed: nothing is lost."""
        tasks = [asyncio.create_task(desk.keep()) for desk in self.desks.values()]
        try:
            yield
        finally:
            ending = [*tasks, *self._drivers.values()]
            for task in ending:
                task.cancel()
            await asyncio.gather(*ending, return_exceptions=True)

    # --- plans ---------------------------------------------------------------------------------------------

    def keep(self, desk: str, plan: Plan, who: str) -> Draft:
        """Keep a plan for approval."""
        draft = Draft(secrets.token_hex(6), desk, plan, who)
        self._drafts[draft.id] = draft
        while len(self._drafts) > DRAFTS:
            del self._drafts[next(iter(self._drafts))]
        return draft

    def draft(self, name: str) -> Draft | None:
        return self._drafts.get(name)

    def model(self, snapshot: Snapshot) -> Model:
        """What earlier runs of the pool taught."""
        return learn(self.journal, snapshot.pool.uuid)

    def desk_of(self, pool: str) -> Desk | None:
        """The live pool with this UUID."""
        for desk in self.desks.values():
            if desk.connect and desk.snapshot and desk.snapshot.pool.uuid == pool:
                return desk
        return None

    # --- runs ----------------------------------------------------------------------------------------------

    def begin(self, draft: Draft, who: str) -> str:
        """Carry a plan out from here on; the run's id."""
        run = self.journal.create(draft.plan, f"{who} in a browser, through {self._owner}")
        self._drafts.pop(draft.id, None)
        self.drive(run, self.desks[draft.desk])
        return run

    def drive(self, run: str, desk: Desk) -> None:
        """Go on with a run, unless it is driven from here already."""
        if run not in self._drivers:
            self.ended.pop(run, None)
            driver = asyncio.create_task(self._drive(run, desk))
            self._drivers[run] = driver
            driver.add_done_callback(lambda _: self._left(run))

    def drives(self, run: str) -> bool:
        return run in self._drivers

    def _left(self, run: str) -> None:
        self._drivers.pop(run, None)
        self.progress.pop(run, None)
        self._wake(run)

    async def _drive(self, run: str, desk: Desk) -> None:
        assert desk.connect is not None, "only live pools have runs"
        try:
            async with desk.connect() as connection:
                setting = Setting(
                    journal=self.journal,
                    pool=connection,
                    look=lambda: read_pool(connection),
                    owner=self._owner,
                    listen=self._listen,
                )
                await control.take_over(run, setting, gone=self._gone)
        except (Unreachable, Untrusted, XapiError, Taken, LeaseLost) as trouble:
            self.ended[run] = str(trouble)

    def _listen(self, entry: Entry) -> None:
        if entry.kind == "progress":
            self.progress.setdefault(entry.run, {})[str(entry.text["step"])] = entry
        self._wake(entry.run)

    def _wake(self, run: str) -> None:
        self._news.pop(run, asyncio.Event()).set()

    async def news_of(self, run: str, every: float) -> None:
        """Return when something happened in a run driven from here, and at the latest after so many seconds."""
        waiting = self._news.setdefault(run, asyncio.Event())
        try:
            async with asyncio.timeout(every):
                await waiting.wait()
        except TimeoutError:
            return
