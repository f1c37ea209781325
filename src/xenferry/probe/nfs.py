"""What each host of a pool sees of an NFS server, step by step, with the first step that fails.

The hosts are asked through XAPI (`SR.probe`), because only what dom0 sees counts: its name servers, its routes, its
address in the server's list. The driver stops at its first trouble and says so with a number; here the numbers become
steps again. What `SR.probe` does not try (making a directory, mounting below the export, writing) is reported as not
looked at, never as fine.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from msgspec.structs import replace

from xenferry.pool import records as r
from xenferry.pool.snapshot import Snapshot
from xenferry.probe.exports import Export, covering, read_exports
from xenferry.probe.route import Way, said, way
from xenferry.probe.share import Share
from xenferry.probe.view import (
    ADMITS,
    ANSWERS,
    DAEMONS,
    LINKS,
    LISTS,
    MAKES,
    MOUNTS,
    MOUNTS_BELOW,
    PACKETS,
    RESOLVES,
    ROOM,
    ROUTE,
    STEPS,
    VERSION,
    WRITES,
    HostView,
    Outcome,
    Step,
    named,
    with_step,
)
from xenferry.xapi import XapiError


class Caller(Protocol):
    """The one thing needed of a connection to a pool."""

    async def call(self, method: str, *params: Any) -> Any:
        """Call XenAPI; raises XapiError."""


STOPS_AT = {
    "140": RESOLVES,
    "108": ANSWERS,
    "72": VERSION,
    "73": MOUNTS,
    "88": MAKES,
    "461": WRITES,
    "47": MOUNTS_BELOW,
}
"""Storage error number -> the step it means (sm, NFSSR.py and nfs.py)."""
BEHIND = (RESOLVES, ANSWERS, VERSION, MOUNTS, MAKES, MOUNTS_BELOW)
"""What the driver goes through in this order: where it stops, those before it have passed."""
ONLY_DOM0 = "SR.probe does not tell it; --dom0 asks over ssh"
UNTRIED = "SR.probe does not try it; creating the SR does"


def _to_nobody(_: HostView) -> None:
    """Whoever only wants the end."""


async def probe_nfs(
    pool: Caller,
    snapshot: Snapshot,
    share: Share,
    *,
    version: str = "",
    at: str = "",
    tell: Callable[[HostView], None] = _to_nobody,
) -> tuple[HostView, ...]:
    """Ask every live host of the pool what it sees of the share, all at once.

    Args:
        pool: a connection.
        snapshot: the pool's hosts.
        share: server and, for the later steps, path.
        version: NFS version to ask for (`3`, `4`, `4.1`); empty: the driver's default, which is 3.
        at: the server's IP address where it is known and the share has a name; it tells which NIC leads there.
        tell: hears what is known of a host as soon as it is, and again when there is more.
    """
    ways = [way(snapshot, host, at or share.server) for host in snapshot.hosts]
    pairs = zip(snapshot.hosts, ways, strict=True)
    asked = [_Asked(pool, snapshot, host, share, version, found, tell) for host, found in pairs]
    return tuple(await asyncio.gather(*(each.look() for each in asked)))


class _Asked:
    """One host that is asked."""

    def __init__(
        self,
        pool: Caller,
        snapshot: Snapshot,
        host: r.Host,
        share: Share,
        version: str,
        found: Way,
        tell: Callable[[HostView], None],
    ) -> None:
        self._pool, self._snapshot, self._host, self._share = pool, snapshot, host, share
        self._version, self._way, self._tell = version, found, tell

    async def look(self) -> HostView:
        view = await self._look()
        self._tell(view)
        return view

    async def _look(self) -> HostView:
        metrics = self._snapshot.host_metrics.get(self._host.metrics)
        if metrics is not None and not metrics.live:
            return self._view(unseen(STEPS, f"{self._host.name_label} is not live, so it cannot be asked"))
        listing = await self._listing()
        if isinstance(listing, Step):
            return self._view(self._routed(_stopped((), listing)))
        early = self._early(listing)
        self._tell(self._view(_filled(early, "the host is asked just now"), listing))
        steps, srs = await self._mounting(early)
        return self._view(self._routed(steps), listing, srs)

    def _view(self, steps: tuple[Step, ...], exports: tuple[Export, ...] = (), srs: tuple[str, ...] = ()) -> HostView:
        ref, at = self._host.ref, self._way.address
        return HostView(host=ref, address=at, steps=steps, exports=exports, srs=srs, way=self._way)

    async def _probe(self, config: dict[str, str]) -> str:
        asked = config | ({"nfsversion": self._version} if self._version else {})
        return str(await self._pool.call("SR.probe", self._host.ref, asked, "nfs", {}))

    async def _listing(self) -> tuple[Export, ...] | Step:
        """The exports as this host is told them; or the step at which it stopped.

        A probe without a path ends in error 101 by design; the list is that error's third parameter.
        """
        try:
            await self._probe({"server": self._share.server})
        except XapiError as error:
            if error.code != "SR_BACKEND_FAILURE_101":
                return _failure(error)
            try:
                return read_exports(error.params[2] if len(error.params) > 2 else "")
            except ValueError as bad:
                return Step(name=LISTS, outcome=Outcome.FAILED, seen=str(bad), error=(error.code, *error.params[:2]))
        return ()

    def _early(self, exports: tuple[Export, ...]) -> tuple[Step, ...]:
        """What the list tells."""
        name = Step(name=RESOLVES, outcome=Outcome.PASSED)
        port = Step(name=ANSWERS, outcome=Outcome.PASSED)
        return name, port, *_daemons(exports), _listed(exports), _admitted(exports, self._share, self._way.address)

    async def _mounting(self, early: tuple[Step, ...]) -> tuple[tuple[Step, ...], tuple[str, ...]]:
        if not self._share.path:
            return _filled(early, "no path was given"), ()
        try:
            found = await self._probe(self._share.device_config)
        except XapiError as error:
            return _stopped(early, _failure(error)), ()
        good = (Step(name=VERSION, outcome=Outcome.PASSED), Step(name=MOUNTS, outcome=Outcome.PASSED))
        steps = _filled((*map(_let_in, early), *good), UNTRIED)
        return steps, tuple(re.findall(r"<UUID>\s*([0-9a-fA-F-]{36})\s*</UUID>", found))

    def _routed(self, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        """With what the records tell of the way, which is an explanation once the port did not answer."""
        if named(steps, RESOLVES).outcome is not Outcome.PASSED:
            return with_step(steps, Step(name=ROUTE, outcome=Outcome.UNSEEN, seen="the server's address is not known"))
        port = named(steps, ANSWERS)
        if port.outcome is not Outcome.FAILED:
            return with_step(steps, Step(name=ROUTE, outcome=Outcome.PASSED, seen=said(self._way)))
        if not self._way.trouble:
            steps = with_step(steps, replace(port, seen="; ".join(filter(None, (port.seen, self._way.doubt)))))
            return with_step(
                steps, Step(name=ROUTE, outcome=Outcome.UNSEEN, seen=f"by XAPI's records {said(self._way)}")
            )
        steps = with_step(steps, Step(name=ANSWERS, outcome=Outcome.UNSEEN, seen="an earlier step failed"))
        return with_step(steps, replace(port, name=ROUTE, seen=f"{self._way.trouble}; the driver said: {port.seen}"))


def _failure(error: XapiError) -> Step:
    number = error.code.removeprefix("SR_BACKEND_FAILURE_")
    seen = error.params[1] if len(error.params) > 1 and number != error.code else str(error)
    return Step(name=STOPS_AT.get(number, MOUNTS), outcome=Outcome.FAILED, seen=seen, error=(error.code, *error.params))


def _stopped(known: tuple[Step, ...], failed: Step) -> tuple[Step, ...]:
    """All steps when the driver stopped at one: those it goes through before it have passed, those after it unseen.

    An error that is none of the driver's own (a host that is away, a configuration it does not take) tells nothing
    about the steps before.
    """
    seen = {step.name: step for step in known} | {failed.name: failed}
    telling = failed.error[:1] and failed.error[0].removeprefix("SR_BACKEND_FAILURE_") in {*STOPS_AT, "101"}
    place = STEPS.index(failed.name)
    return tuple(seen.get(name) or _other(name, at < place, bool(telling)) for at, name in enumerate(STEPS))


def _other(name: str, before: bool, telling: bool) -> Step:
    if before and telling and name in BEHIND:
        return Step(name=name, outcome=Outcome.PASSED)
    why = "the driver did not come to it" if before else "an earlier step failed"
    return Step(name=name, outcome=Outcome.UNSEEN, seen=why)


def _filled(known: Iterable[Step], why: str) -> tuple[Step, ...]:
    """All steps; why those that are not known were not looked at."""
    seen = {step.name: step for step in known}
    reasons = {DAEMONS: ONLY_DOM0, PACKETS: ONLY_DOM0} if why == UNTRIED else {}
    return tuple(
        seen.get(name) or Step(name=name, outcome=Outcome.UNSEEN, seen=reasons.get(name, why)) for name in STEPS
    )


def _daemons(exports: tuple[Export, ...]) -> tuple[Step, ...]:
    """A list with whole paths came from the mount daemon, which port 111 told of."""
    if exports and not _top_only(exports):
        return (Step(name=DAEMONS, outcome=Outcome.PASSED),)
    return ()


def _top_only(exports: tuple[Export, ...]) -> bool:
    """Is it the top of a version 4 server's tree, which the driver lists where no mount daemon answers?"""
    return bool(exports) and not any(export.path.startswith("/") for export in exports)


def _listed(exports: tuple[Export, ...]) -> Step:
    if not exports:
        return Step(
            name=LISTS, outcome=Outcome.UNSEEN, seen="the server gave no list (no rpcbind or mountd, or NFSv4 only)"
        )
    top = "only the top of its tree (NFS version 4): " if _top_only(exports) else ""
    return Step(name=LISTS, outcome=Outcome.PASSED, seen=top + ", ".join(export.path for export in exports))


def _admitted(exports: tuple[Export, ...], share: Share, address: str) -> Step:
    if not exports or not share.path:
        why = "no path was given" if exports else "there is no list to look into"
        return Step(name=ADMITS, outcome=Outcome.UNSEEN, seen=why)
    if _top_only(exports):
        return Step(name=ADMITS, outcome=Outcome.UNSEEN, seen="NFS version 4 does not tell whom it admits")
    export = covering(exports, share.path)
    if export is None:
        return Step(name=ADMITS, outcome=Outcome.FAILED, seen=f"{share.path} is not exported")
    admitted = export.admits(address)
    if admitted is None:
        return Step(name=ADMITS, outcome=Outcome.UNSEEN, seen=_only_the_server_knows(export, address))
    outcome = Outcome.PASSED if admitted else Outcome.FAILED
    whom = ", ".join(export.clients) or "everybody"
    not_here = "" if admitted else f", not to {address}"
    return Step(name=ADMITS, outcome=outcome, seen=f"{export.path} is exported to {whom}{not_here}")


def _only_the_server_knows(export: Export, address: str) -> str:
    groups = [client for client in export.clients if client.startswith("@")]
    what = "a netgroup, which lives in the server's own files or directory service" if groups else "a name"
    listed = ", ".join(groups or export.clients)
    return f"only the server knows whether {listed} includes {address}: it is {what}"


def _let_in(step: Step) -> Step:
    """A mount that worked proves what the list left open, or said otherwise."""
    if step.name == ADMITS and step.outcome is not Outcome.PASSED:
        return Step(name=ADMITS, outcome=Outcome.PASSED, seen=f"the mount was let in ({step.seen})")
    return step


def unseen(names: tuple[str, ...], why: str) -> tuple[Step, ...]:
    """These steps, not looked at."""
    return tuple(Step(name=name, outcome=Outcome.UNSEEN, seen=why) for name in names)


__all__ = [
    "ADMITS", "ANSWERS", "DAEMONS", "LINKS", "LISTS", "MAKES", "MOUNTS", "MOUNTS_BELOW", "PACKETS", "RESOLVES", "ROOM",
    "ROUTE", "STEPS", "VERSION", "WRITES", "HostView", "Outcome", "Step", "probe_nfs",
]  # fmt: skip
