"""The lab: a pool that lives in memory and answers XenAPI calls."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from xenferry.lab.around import world_around
from xenferry.lab.certificate import Certificate
from xenferry.lab.clock import xenapi_date
from xenferry.lab.datamodel import NULL
from xenferry.lab.db import Database, Record, Tables
from xenferry.lab.dial import Wire
from xenferry.lab.dispatch import answer, answer_within
from xenferry.lab.error import LabError
from xenferry.lab.events import Events
from xenferry.lab.faults import Faults
from xenferry.lab.legacy_events import LegacyEvents
from xenferry.lab.menus import Menus
from xenferry.lab.server import Served, serve
from xenferry.lab.session import Sessions
from xenferry.lab.site import Place, Site
from xenferry.lab.sweeping import Sweep
from xenferry.lab.tasks import Tasks
from xenferry.lab.toolstack import Toolstacks
from xenferry.lab.world import World

if TYPE_CHECKING:
    from xenferry.lab.history import History
    from xenferry.lab.motion.hypervisor import Hypervisor
    from xenferry.lab.scenario import Scenario

log = logging.getLogger(__name__)

EPOCH_S = 1_795_392_000
"""Calendar time at which every lab starts, in seconds since 1970: 2026-11-23 00:00:00 UTC."""


class Lab:
    """A pool. `db` is what XAPI knows, `world` what lies outside of it.

    Everything that is random follows from `seed`; every date from the event loop's clock, counted from `epoch`.
    """

    def __init__(
        self,
        tables: Tables,
        internal: Mapping[str, Mapping[str, Record]] | None = None,
        world: World | None = None,
        *,
        seed: int = 0,
        username: str = "root",
        password: str = "lab",  # noqa: S107 (a lab has nothing to protect; servers bind the loopback only)
        epoch: float = EPOCH_S,
        keep_menus: bool = False,
    ) -> None:
        self.world = world or World()
        self.seed = seed
        self.db = Database(seed)
        self.db.load(tables, internal)
        self.sessions = Sessions(self, username, password)
        self.tasks = Tasks(self)
        self.events = Events(self)
        self.legacy_events = LegacyEvents(self)
        self.sweep = Sweep(self)
        self.faults = Faults(self)
        self.toolstacks = Toolstacks(self)
        self.moved: dict[str, Place] = {}
        """Hosts that have left this pool for another one, and where they are now."""
        self._background: set[asyncio.Task[None]] = set()
        self._epoch = epoch
        self._loop_start: float | None = None
        self._certificates: dict[str, Certificate] = {}
        self.menus = Menus(self.db)
        self.menus.adopt(keep=keep_menus)
        self.hypervisor.adopt()
        self.site = Site((self,))

    @classmethod
    def from_scenario(cls, scenario: Scenario, **options: Any) -> Lab:
        """A lab of a parsed scenario; `options` as for Lab."""
        return cls(scenario.tables, scenario.internal, scenario.world, **options)

    @classmethod
    def from_capture(cls, tables: Tables, internal: Mapping[str, Mapping[str, Record]] | None = None, **kw: Any) -> Lab:
        """A lab that starts as the pool was when `get_all_records` of every class answered `tables`."""
        kw.setdefault("world", world_around(tables))
        kw.setdefault("keep_menus", True)
        lab = cls(tables, internal, **kw)
        lab.db.by_reference = True
        return lab

    @cached_property
    def hypervisor(self) -> Hypervisor:
        """What the hosts' hypervisors do: the truth of guests, workers, links."""
        from xenferry.lab.motion.hypervisor import Hypervisor  # imports calls' parts that need a finished Lab

        return Hypervisor(self)

    @property
    def history(self) -> History:
        """The truth about every guest, whatever XAPI's tables say."""
        return self.hypervisor.history

    @property
    def coordinator(self) -> str:
        """Reference of the pool's coordinator."""
        for pool in self.db.all("pool").values():
            return str(pool["master"])
        raise LabError("INTERNAL_ERROR", "this pool has no pool object")

    def address(self, host: str) -> str:
        """The management address of a host."""
        return str(self.db.get("host", host)["address"])

    def host_at(self, address: str) -> str | None:
        """The host with this management address or host name; a port in it is not looked at."""
        address = address.partition("://")[2].split("/")[0] if "://" in address else address
        address = address.rsplit(":", 1)[0] if address.count(":") == 1 else address
        for field in ("address", "hostname"):
            for ref in self.db.find("host", **{field: address}):
                return ref
        return None

    def certificate(self, host: str) -> Certificate:
        """The certificate a host serves with; made anew when its address has changed."""
        name, address = self.db.get("host", host)["hostname"], self.address(host)
        known = self._certificates.get(host)
        if known is None or known.address != address:
            known = self._certificates[host] = Certificate(name, address)
        return known

    def place(self, host: str) -> Place:
        """Where a host of this pool is now: here, or in the pool it has joined since."""
        place = self.moved.get(host)
        return Place(self, host) if place is None else place.lab.place(place.host)

    def start_at(self, epoch: float) -> None:
        """The calendar time of this moment, for a pool that comes into being while others run."""
        self._epoch = epoch

    def now(self) -> float:
        """Calendar time in the lab, seconds since 1970: the start date until a loop runs, then by the loop's clock."""
        try:
            time = asyncio.get_running_loop().time()
        except RuntimeError:
            return self._epoch
        if self._loop_start is None:
            self._loop_start = time
        return self._epoch + time - self._loop_start

    def date(self, seconds_from_now: float = 0.0) -> str:
        """The lab's time in XenAPI's form."""
        return xenapi_date(self.now() + seconds_from_now)

    def dial(self, address: str) -> Wire:
        """A connection in this process to the host with this address, port or not; see `xenferry.lab.dial`."""
        return Wire(self, address)

    def serve(self, *, port: int = 0, tls: bool = True) -> AbstractAsyncContextManager[dict[str, Served]]:
        """`async with lab.serve() as hosts:` answers on loopback sockets; see `xenferry.lab.server`."""
        return serve(self, port=port, tls=tls)

    async def crash(self, host: str) -> None:
        """The host dies: connections break, and new ones are refused until `revive`."""
        self.toolstacks.dead.add(host)
        await self.toolstacks.stop(host)

    def revive(self, host: str) -> None:
        """The toolstack of a crashed host answers again."""
        self.toolstacks.start(host)

    def restart_toolstack(self, host: str) -> None:
        """As `host.restart_agent`: a few seconds of answers, a few of silence, then back."""
        self.toolstacks.restart(host)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Lets something happen in the background, tied to no call or task: a reboot, a clean-up. Errors are logged."""
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        task.add_done_callback(_log_failure)

    async def answer(self, host: str, method: str, params: list[Any]) -> Any:
        """What a host answers to a call as it comes from the wire, session included. Raises LabError, Dropped."""
        await self.toolstacks.ready(host)
        return await self.toolstacks.carry(host, answer(self, host, method, params))

    async def call(self, method: str, *params: Any) -> Any:
        """A call by the coordinator itself: no session, no password. Raises LabError."""
        with self._session() as session:
            return await self.answer(self.coordinator, method, [session, *params])

    async def call_within(self, parent: str | None, label: str, *params: Any) -> Any:
        """A call, e.g. Async.VDI.clone, that one with this task makes and waits for. Raises LabError."""
        with self._session() as session:
            return await answer_within(self, self.coordinator, label, [session, *params], parent or NULL)

    @contextmanager
    def _session(self) -> Iterator[str]:
        session = self.sessions.open(self.sessions.username, "lab", self.coordinator)
        try:
            yield session
        finally:
            self.sessions.close(session)


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("something in the lab's background failed", exc_info=task.exception())
