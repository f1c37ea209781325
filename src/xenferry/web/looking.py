"""A look at an NFS share from every host of a pool, as it goes on: what each host saw of each step, and the cures."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from msgspec import Struct

from xenferry.errors import Explanation, explain
from xenferry.plan.things import thing
from xenferry.pool.capture import read_pool
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.probe.cures import Cure, Need, cures
from xenferry.probe.dom0_look import look as look_from_dom0
from xenferry.probe.dom0_told import asked_in_vain, told
from xenferry.probe.nfs import STEPS, HostView, Outcome, Step, probe_nfs
from xenferry.probe.own_look import OwnLook, combined, in_words, within_reach
from xenferry.probe.own_look import look as look_from_here
from xenferry.probe.share import Share
from xenferry.web import order
from xenferry.web.bench import Work
from xenferry.web.control import Way
from xenferry.web.desk import Desk
from xenferry.xapi import Connection, Unreachable, Untrusted, XapiError

VERSIONS = {"": "the driver's own choice (3)", "3": "3", "4": "4", "4.1": "4.1"}
"""NFS versions that may be asked for, and how they are offered."""
USUAL_VERSION = "3"
"""What XAPI's driver takes when nothing is said."""


class Line(Struct, frozen=True):
    """A step, and what became of it on each host, in the order of the columns."""

    name: str
    cells: tuple[Step | None, ...]
    """None: the host has not answered yet."""

    @property
    def unseen(self) -> bool:
        """Every host has answered, and none has looked at it."""
        return all(step is not None and step.outcome is Outcome.UNSEEN for step in self.cells)

    @property
    def why(self) -> str:
        """Why nobody has looked."""
        return "; ".join(dict.fromkeys(step.seen for step in self.cells if step is not None and step.seen))


class Look(Work):
    """One look.

    Args:
        desk: the pool, which must be live.
        share: the server and, for the later steps, the path.
        version: NFS version to ask for; empty: the driver's own choice.
        trying: make a directory in the path from this machine, write into it, and remove it.
        asking: ask each dom0 over ssh, too: the name, the route, packets of full size, its log.
    """

    def __init__(self, desk: Desk, share: Share, version: str, *, trying: bool = False, asking: bool = False) -> None:
        super().__init__(desk.name)
        self.share, self.version, self.trying = share, version, trying
        self.control = desk.control if asking else None
        self.own: OwnLook | None = None
        """What this machine saw; None where it did not look, as the server is in the hosts' world alone."""
        self.views: dict[str, HostView] = {}
        """By reference of the host."""
        self.snapshot: Snapshot | None = desk.snapshot
        self._at = desk

    async def do(self) -> None:
        """Ask everybody. What waiting does not cure is told."""
        assert self._at.connect is not None, "a capture has no hosts to ask"
        try:
            async with self._at.connect() as connection:
                await self._ask(connection)
        except* (Unreachable, Untrusted, XapiError) as several:
            self.trouble = str(several.exceptions[0])

    async def _ask(self, connection: Connection) -> None:
        self.snapshot = snapshot = await read_pool(connection)
        self.wake()
        outside = self._at.knock is not None  # an embedded pool is a world of its own
        if outside and within_reach([host.address for host in snapshot.hosts], self.share.server):
            self.own = await look_from_here(self.share, self.version or USUAL_VERSION, trying=self.trying)
            self.wake()
        at = self.own.address if self.own else ""
        await probe_nfs(connection, snapshot, self.share, version=self.version, at=at, tell=self._hear)
        if self.control is not None:
            await asyncio.gather(*(self._enter(self.control.way, snapshot, Ref(view)) for view in list(self.views)))

    async def _enter(self, way: Way, s: Snapshot, host: Ref) -> None:
        """What the host's own tools say."""
        view = self.views[host]
        try:
            seen = await way.ask(
                thing(s, "host", host), s.host[host].address, lambda dom0: look_from_dom0(dom0, self.share)
            )
        except (Unreachable, ValueError) as error:
            self.views[host] = asked_in_vain(view, str(error))
        else:
            self.views[host] = told(view, seen, self.version or USUAL_VERSION)
        self.wake()

    def _hear(self, view: HostView) -> None:
        self.views[view.host] = combined(view, self.own, self.version or USUAL_VERSION) if self.own else view
        self.wake()

    # --- what there is to see ------------------------------------------------------------------------------

    @property
    def hosts(self) -> list[tuple[str, HostView | None]]:
        """Name of every host, and what it saw as far as it is known."""
        known = order.hosts(self.snapshot) if self.snapshot else []
        return [(host.name_label, self.views.get(host.ref)) for host in known]

    @property
    def lines(self) -> list[Line]:
        """Every step with what became of it on each host."""
        views = [view for _, view in self.hosts]
        return [
            Line(name, tuple(next(s for s in view.steps if s.name == name) if view else None for view in views))
            for name in STEPS
        ]

    @property
    def own_words(self) -> tuple[str, ...]:
        return in_words(self.own) if self.own else ()

    @property
    def failed(self) -> bool:
        return any(view.failed for view in self.views.values())

    @property
    def asked(self) -> bool:
        """Whether at least one host has said what it sees."""
        return any(step.outcome is not Outcome.UNSEEN for view in self.views.values() for step in view.steps)

    @property
    def exports(self) -> list[tuple[str, str]]:
        """Every path that the server lists, and for whom."""
        found = {export: None for view in self.views.values() for export in view.exports}
        return [(export.path, ", ".join(export.clients) or "everybody") for export in found]

    @property
    def strange(self) -> list[str]:
        """UUIDs of SRs that lie in the share and are not in the pool."""
        known = {sr.uuid for sr in self.snapshot.SR.values()} if self.snapshot else set()
        return sorted({uuid for view in self.views.values() for uuid in view.srs} - known)

    def mending(self) -> Iterator[tuple[str, list[Cure]]]:
        """Each step that failed or is in doubt, with what cures it, by make of server."""
        views = self.views.values()
        need = Need(
            server=self.share.server,
            path=self.share.path,
            hosts=tuple(view.address for view in views),
            version=self.version or USUAL_VERSION,
        )
        for name in dict.fromkeys(view.doubtful.name for view in views if view.doubtful):
            yield name, list(cures(name, need))

    def meanings(self) -> list[Explanation]:
        """What the errors that XAPI gave mean, each once."""
        answers = dict.fromkeys(
            ", ".join(filter(None, view.failed.error)) for view in self.views.values() if view.failed
        )
        return [found for answer in answers if answer for found in explain(answer, self.snapshot)[:1]]
