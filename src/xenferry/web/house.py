"""What the pages stand on: the pools, plans that nobody has approved yet, the runs, the trail of who did what."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from xenferry.plan.crossing.state import put_beside
from xenferry.plan.forecast import Model
from xenferry.plan.steps import Plan
from xenferry.pool.capture import read_pool
from xenferry.pool.snapshot import Snapshot
from xenferry.runs import control
from xenferry.runs.audit import Audit
from xenferry.runs.bell import Addressee, Bell, ringing
from xenferry.runs.crossing.look import destinations
from xenferry.runs.engine import Setting
from xenferry.runs.experience import learn
from xenferry.runs.fleet import Fleet
from xenferry.runs.journal import OPEN, Entry, Journal, LeaseLost, Taken
from xenferry.runs.mend import Unable
from xenferry.web.bench import Bench
from xenferry.web.beyond import ways
from xenferry.web.desk import Desk
from xenferry.web.drafts import Draft, Drafts
from xenferry.xapi import Unreachable, Untrusted, XapiError

ADOPT_S = 5.0
"""How often the runs of servers that died are looked for."""
SEEN_S = 60
"""Seconds that a pool has to answer before a run of it is given back."""


class House:
    """Everything behind the pages.

    Args:
        desks: the pools by name.
        journal, audit: where runs and deeds are kept.
        plans: the folder for plans that nobody has approved yet.
        owner: names this program among the drivers of runs.
        gone: whether a driver, as the journal names it, is known to live no more.
    """

    def __init__(
        self, desks: list[Desk], journal: Journal, audit: Audit, *, plans: Path, owner: str, gone: Callable[[str], bool]
    ) -> None:
        self.desks = {desk.name: desk for desk in desks}
        self.journal, self.audit, self.drafts = journal, audit, Drafts(plans)
        self.progress: dict[str, dict[str, Entry]] = {}
        """Run -> step -> the newest word on how far it is; only of runs driven from here."""
        self.ended: dict[str, str] = {}
        """Run -> why our driver ended without a report."""
        self.join: Callable[[Callable[[str], None]], Fleet] | None = None
        """Makes this program one of several servers, given what carries a run out; None: it is alone."""
        self.fleet: Fleet | None = None
        """Hands runs out to whichever server is free; None: what is approved here is driven here."""
        self.told: tuple[Addressee, ...] = ()
        """Webhooks that hear of the runs driven from here."""
        self.complain: Callable[[str], None] = print
        """Is told what webhook could not be told."""
        self.bench = Bench()
        """Looks and rehearsals that go on, or went."""
        self._owner, self._gone = owner, gone
        self._drivers: dict[str, asyncio.Task[None]] = {}
        self._news: dict[str, asyncio.Event] = {}

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Follow all pools meanwhile. Runs whose driver ends with this can be resumed: nothing is lost."""
        loop = asyncio.get_running_loop()
        tasks = [asyncio.create_task(desk.keep()) for desk in self.desks.values()]
        if self.join is not None:
            self.fleet = self.join(lambda run: asyncio.run_coroutine_threadsafe(self.carry(run), loop).result())
            await asyncio.to_thread(self.fleet.join)
            tasks.append(asyncio.create_task(self._adopt(self.fleet)))
        try:
            yield
        finally:
            if self.fleet is not None:
                await asyncio.to_thread(self.fleet.leave)
            await self.bench.close()
            ending = [*tasks, *self._drivers.values()]
            for task in ending:
                task.cancel()
            await asyncio.gather(*ending, return_exceptions=True)

    async def _adopt(self, fleet: Fleet) -> None:
        """Look after the runs of servers that died, for ever."""
        while True:
            await asyncio.sleep(ADOPT_S)
            await asyncio.to_thread(fleet.adopt)

    # --- plans ---------------------------------------------------------------------------------------------

    def model(self, snapshot: Snapshot) -> Model:
        """What earlier runs of the pool taught."""
        return learn(self.journal, snapshot.pool.uuid)

    def desk_of(self, pool: str) -> Desk | None:
        """The live pool with this UUID."""
        for desk in self.desks.values():
            if desk.connect and desk.snapshot and desk.snapshot.pool.uuid == pool:
                return desk
        return None

    def beside(self, plan: Plan, snapshot: Snapshot) -> Snapshot:
        """The plan's pool, and beside it those to which it takes guests, as far as they are served here."""
        wanted = {there.pool.uuid for there in destinations(plan)}
        for desk in self.desks.values():
            if desk.snapshot is not None and desk.snapshot.pool.uuid in wanted:
                put_beside(snapshot, desk.snapshot)
        return snapshot

    # --- runs ----------------------------------------------------------------------------------------------

    def begin(self, draft: Draft, who: str) -> str | None:
        """Carry a plan out from here on; the run's id, or None: somebody else has just approved it."""
        if not self.drafts.take(draft.id):
            return None
        run = self.journal.create(draft.plan, f"{who} in a browser, through {self._owner}")
        self.drive(run, self.desks[draft.desk])
        return run

    def drive(self, run: str, desk: Desk) -> None:
        """Go on with a run, here or on whichever server takes it."""
        self.ended.pop(run, None)
        if self.fleet is None:
            self._start(run, desk)
        elif desk.snapshot is not None:
            self._drivers[run] = asyncio.create_task(self._hand_out(self.fleet, run, desk.snapshot.pool.uuid))
            self._drivers[run].add_done_callback(lambda _: self._left(run))

    async def _hand_out(self, fleet: Fleet, run: str, pool: str) -> None:
        try:
            await asyncio.to_thread(fleet.hand_out, run, pool)
        except SQLAlchemyError as trouble:
            self.ended[run] = f"the queue of runs cannot be reached: {trouble}"

    async def carry(self, run: str) -> None:
        """Carry out a run that the queue gave us; on return it is over, however it ended."""
        found = self.journal.run(run)
        desk = await self._seen(found.pool)
        if desk is None:
            self.ended[run] = f"pool {found.pool_name} is not served by {self._owner}, or does not answer"
        elif found.state in OPEN:
            self._start(run, desk)
            await asyncio.wait((self._drivers[run],))

    async def _seen(self, pool: str) -> Desk | None:
        """The desk of a pool, which we may not have seen yet."""
        for _ in range(SEEN_S):
            if (desk := self.desk_of(pool)) is not None:
                return desk
            await asyncio.sleep(1.0)
        return None

    def _start(self, run: str, desk: Desk) -> None:
        if run not in self._drivers:
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
            async with AsyncExitStack() as stack:
                connection = await stack.enter_async_context(desk.connect())
                bell = await stack.enter_async_context(ringing(run, self.journal.plan(run), self.told, self.complain))
                setting = Setting(
                    journal=self.journal,
                    pool=connection,
                    look=lambda: read_pool(connection),
                    owner=self._owner,
                    knock=desk.knock,
                    dom0=desk.control.way if desk.control else None,
                    beyond=ways(stack, self._seen),
                    listen=partial(self._listen, bell),
                )
                bell.end(await control.take_over(run, setting, gone=self._gone))
        except (Unable, Unreachable, Untrusted, XapiError, Taken, LeaseLost, SQLAlchemyError) as trouble:
            self.ended[run] = str(trouble)

    def _listen(self, bell: Bell, entry: Entry) -> None:
        bell.hear(entry)
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
