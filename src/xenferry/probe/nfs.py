"""What each host of a pool sees of an NFS server, step by step, with the first step that fails.

The hosts are asked through XAPI (`SR.probe`), because only what dom0 sees counts: its name servers, its routes, its
address in the server's list. The driver stops at its first trouble and says so with a number; here the numbers become
steps again. What `SR.probe` does not try (making a directory, mounting below the export, writing) is reported as not
looked at, never as fine.
"""

from __future__ import annotations

import asyncio
import re
from enum import StrEnum
from typing import Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from xenferry.pool import records as r
from xenferry.pool.snapshot import Snapshot
from xenferry.probe.exports import Export, covering, read_exports
from xenferry.probe.route import Way, way
from xenferry.probe.share import Share
from xenferry.xapi import XapiError


class Outcome(StrEnum):
    """What became of a step."""

    PASSED = "passed"
    FAILED = "failed"
    DOUBTFUL = "doubtful"
    """No host tried it; from this machine it does not work."""
    UNSEEN = "not looked at"


class Step(Struct, frozen=True, kw_only=True):
    """One thing that must work before an SR can live on the share."""

    name: str
    outcome: Outcome
    seen: str = ""
    """What was seen, or why nobody looked."""
    error: tuple[str, ...] = ()
    """XAPI's answer where it failed: code and parameters."""


class HostView(Struct, frozen=True, kw_only=True):
    """One host's view of the server."""

    host: str
    """The host's reference."""
    address: str
    """The address under which the server sees the host, as far as the pool's records tell."""
    steps: tuple[Step, ...]
    exports: tuple[Export, ...] = ()
    srs: tuple[str, ...] = ()
    """UUIDs of SRs that already live in the share."""
    way: Way | None = None
    """The host's NIC on the way to the server."""

    @property
    def doubtful(self) -> Step | None:
        """The first step that failed, or is likely to."""
        bad = (Outcome.FAILED, Outcome.DOUBTFUL)
        return next((step for step in self.steps if step.outcome in bad), None)

    @property
    def failed(self) -> Step | None:
        """The first step that failed."""
        return next((step for step in self.steps if step.outcome is Outcome.FAILED), None)


class Caller(Protocol):
    """The one thing needed of a connection to a pool."""

    async def call(self, method: str, *params: Any) -> Any:
        """Call XenAPI; raises XapiError."""


STEPS = (
    "the server's name resolves",
    "the NFS port answers (TCP 2049)",
    "the server lists its exports",
    "an export admits this host",
    "the NFS version is served",
    "the path can be mounted",
    "root may make a directory there",
    "that directory can be mounted",
    "it can be written to",
)
RESOLVES, ANSWERS, LISTS, ADMITS, VERSION, MOUNTS, MAKES, MOUNTS_BELOW, WRITES = STEPS

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


async def probe_nfs(
    pool: Caller, snapshot: Snapshot, share: Share, *, version: str = "", at: str = ""
) -> tuple[HostView, ...]:
    """Ask every live host of the pool what it sees of the share, all at once.

    Args:
        pool: a connection.
        snapshot: the pool's hosts.
        share: server and, for the later steps, path.
        version: NFS version to ask for (`3`, `4`, `4.1`); empty: the driver's default, which is 3.
        at: the server's IP address where it is known and the share has a name; it tells which NIC leads there.
    """
    ways = [way(snapshot, host, at or share.server) for host in snapshot.hosts]
    pairs = zip(snapshot.hosts, ways, strict=True)
    views = await asyncio.gather(*(_view(pool, snapshot, host, share, version, found) for host, found in pairs))
    return tuple(replace(view, way=found) for view, found in zip(views, ways, strict=True))


async def _view(pool: Caller, snapshot: Snapshot, host: r.Host, share: Share, version: str, way: Way) -> HostView:
    metrics = snapshot.host_metrics.get(host.metrics)
    if metrics is not None and not metrics.live:
        why = f"{host.name_label} is not live, so it cannot be asked"
        return HostView(host=host.ref, address=way.address, steps=_unseen(STEPS, why))
    listing = await _listing(pool, host, share, version)
    if isinstance(listing, Step):
        return HostView(host=host.ref, address=way.address, steps=_stopped((), listing))
    passed = (
        Step(name=RESOLVES, outcome=Outcome.PASSED),
        Step(name=ANSWERS, outcome=Outcome.PASSED),
        _listed(listing),
        _admitted(listing, share, way.address),
    )
    steps, srs = await _mounting(pool, host, share, version, passed)
    return HostView(host=host.ref, address=way.address, steps=steps, exports=listing, srs=srs)


async def _listing(pool: Caller, host: r.Host, share: Share, version: str) -> tuple[Export, ...] | Step:
    """The exports as this host is told them; or the step at which it stopped.

    A probe without a path ends in error 101 by design; the list is that error's third parameter.
    """
    asked = {"server": share.server} | ({"nfsversion": version} if version else {})
    try:
        await pool.call("SR.probe", host.ref, asked, "nfs", {})
    except XapiError as error:
        if error.code == "SR_BACKEND_FAILURE_101":
            return read_exports(error.params[2] if len(error.params) > 2 else "")
        return _failure(error)
    return ()


async def _mounting(
    pool: Caller, host: r.Host, share: Share, version: str, passed: tuple[Step, ...]
) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    if not share.path:
        return (*passed, *_unseen(STEPS[len(passed) :], "no path was given")), ()
    asked = share.device_config | ({"nfsversion": version} if version else {})
    try:
        found = await pool.call("SR.probe", host.ref, asked, "nfs", {})
    except XapiError as error:
        return _stopped(passed, _failure(error)), ()
    good = (Step(name=VERSION, outcome=Outcome.PASSED), Step(name=MOUNTS, outcome=Outcome.PASSED))
    rest = _unseen(STEPS[len(passed) + 2 :], "SR.probe does not try it; creating the SR does")
    return (*passed, *good, *rest), tuple(re.findall(r"<UUID>\s*([0-9a-fA-F-]{36})\s*</UUID>", str(found)))


def _failure(error: XapiError) -> Step:
    number = error.code.removeprefix("SR_BACKEND_FAILURE_")
    seen = error.params[1] if len(error.params) > 1 else str(error)
    return Step(name=STOPS_AT.get(number, MOUNTS), outcome=Outcome.FAILED, seen=seen, error=(error.code, *error.params))


def _stopped(passed: tuple[Step, ...], failed: Step) -> tuple[Step, ...]:
    """All steps when the driver stopped at one: those before it passed unless they were seen, those after it unseen."""
    place = STEPS.index(failed.name)
    seen = {step.name: step for step in passed}
    before = tuple(seen.get(name) or _skipped(name) for name in STEPS[:place])
    return (*before, failed, *_unseen(STEPS[place + 1 :], "an earlier step failed"))


def _skipped(name: str) -> Step:
    if name in (LISTS, ADMITS):
        return Step(name=name, outcome=Outcome.UNSEEN, seen="the driver did not come to it")
    return Step(name=name, outcome=Outcome.PASSED)


def _listed(exports: tuple[Export, ...]) -> Step:
    if not exports:
        return Step(
            name=LISTS, outcome=Outcome.UNSEEN, seen="the server gave no list (no rpcbind or mountd, or NFSv4 only)"
        )
    return Step(name=LISTS, outcome=Outcome.PASSED, seen=", ".join(export.path for export in exports))


def _admitted(exports: tuple[Export, ...], share: Share, address: str) -> Step:
    if not exports or not share.path:
        why = "no path was given" if exports else "there is no list to look into"
        return Step(name=ADMITS, outcome=Outcome.UNSEEN, seen=why)
    export = covering(exports, share.path)
    if export is None:
        return Step(name=ADMITS, outcome=Outcome.FAILED, seen=f"{share.path} is not exported")
    admitted = export.admits(address)
    clients = ", ".join(export.clients)
    if admitted is None:
        return Step(
            name=ADMITS, outcome=Outcome.UNSEEN, seen=f"only the server knows whether {clients} includes {address}"
        )
    outcome = Outcome.PASSED if admitted else Outcome.FAILED
    return Step(name=ADMITS, outcome=outcome, seen=f"{export.path} is exported to {clients or 'everybody'}")


def _unseen(names: tuple[str, ...], why: str) -> tuple[Step, ...]:
    return tuple(Step(name=name, outcome=Outcome.UNSEEN, seen=why) for name in names)
