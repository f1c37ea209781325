"""What this machine sees of an NFS server, to name what the driver on a host only calls a mount error.

This machine is not a host: the server may treat it otherwise. So what it sees is an explanation of a host's failure, or
a doubt about a step that no host was asked to try, and never a proof. Nothing is mounted and nothing is changed.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from xenferry.onc import mountd, nfs3, nfs4, portmap
from xenferry.onc.rpc import RpcError
from xenferry.probe.exports import Export
from xenferry.probe.share import Share
from xenferry.probe.trial import Trial, try_3, try_4
from xenferry.probe.view import (
    ADMITS,
    DAEMONS,
    MAKES,
    MOUNTS,
    ROOM,
    VERSION,
    HostView,
    Outcome,
    Step,
    moved,
    named,
    with_step,
)

LITTLE_BYTES = 64 << 20
"""With less than this free no disk can live there."""
REFUSED, ABSENT = (1, 13), 2
"""errno of a client that is not let in, and of a path that is not there."""


class OwnLook(Struct, frozen=True, kw_only=True):
    """What was seen from here; what could not be looked at is None or empty."""

    address: str = ""
    """The server's address as this machine resolves its name."""
    trouble: str = ""
    """Where looking ended, in words."""
    seconds: float = 0.0
    """How long an empty NFS call took there and back."""
    versions: tuple[int, ...] = ()
    """NFS versions served on port 2049."""
    rpcbind: bool | None = None
    """Whether port 111 answers."""
    mountd: int = 0
    """The port of the mount daemon."""
    exports: tuple[Export, ...] = ()
    refused: int = 0
    """errno with which this machine was refused the path."""
    may_change: bool | None = None
    """Whether root of this machine may add entries in the path."""
    free: int | None = None
    """Bytes free there."""
    trial: Trial | None = None
    """What became of making a directory and writing, if that was tried."""


def within_reach(hosts: Iterable[str], server: str) -> bool:
    """Is the server in the same world as the hosts? Hosts on loopback addresses see no server but one like them."""
    return not all(map(_loopback, hosts)) or _loopback(server)


def _loopback(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).is_loopback
    except ValueError:
        return text == "localhost"


async def look(share: Share, version: str = "3", source: str = "", *, trying: bool = False) -> OwnLook:
    """Look at the server as root of this machine would.

    Args:
        share: server and, if it shall be looked into, path.
        version: NFS version that the pool wants.
        source: the address to come from, where this machine has several.
        trying: make a directory in the path, write into it, and remove it.
    """
    try:
        address = await _resolve(share.server)
    except OSError as error:
        return OwnLook(trouble=f"this machine cannot resolve {share.server}: {error.strerror or error}")
    seen = OwnLook(address=address)
    try:
        seen = await _service(seen, source)
        seen = await _daemons(seen, source)
        return await _path(seen, share.path, version, source, trying=trying) if share.path else seen
    except TimeoutError:
        return replace(seen, trouble=f"{address} takes connections and does not answer")
    except OSError as error:
        return replace(seen, trouble=f"{address} port 2049: {error.strerror or error}")


async def _resolve(server: str) -> str:
    found = await asyncio.get_running_loop().getaddrinfo(server, nfs3.PORT, type=socket.SOCK_STREAM)
    return str(found[0][4][0])


async def _service(seen: OwnLook, source: str) -> OwnLook:
    loop = asyncio.get_running_loop()
    began = loop.time()
    served = [version for version in (3, 4) if await nfs3.answers(seen.address, version, source)]
    return replace(seen, versions=tuple(served), seconds=(loop.time() - began) / 2)


async def _daemons(seen: OwnLook, source: str) -> OwnLook:
    """Port 111 and what is listed there; a server of version 4 alone needs neither."""
    try:
        programs = await portmap.programs(seen.address, source)
    except OSError:
        return replace(seen, rpcbind=False)
    port = programs.get((portmap.MOUNTD, mountd.VERSION), 0)
    try:
        listed = await mountd.exports(seen.address, port, source) if port else []
    except OSError:
        listed = []
    exports = tuple(Export(path, tuple(clients)) for path, clients in listed)
    return replace(seen, rpcbind=True, mountd=port, exports=exports)


async def _path(seen: OwnLook, path: str, version: str, source: str, *, trying: bool) -> OwnLook:
    try:
        if version.startswith("4"):
            return await _path_4(seen, nfs4.Place(seen.address, path, source), trying=trying)
        if not seen.mountd:
            return seen
        handle = await mountd.handle(seen.address, seen.mountd, path, source)
        async with nfs3.directory(seen.address, handle, source) as directory:
            seen = replace(seen, may_change=await directory.may_change(), free=(await directory.space())[1])
            found = await try_3(directory, seen.address, seen.mountd, path, source) if trying else None
            return replace(seen, trial=found)
    except (mountd.MountError, nfs3.NfsError, nfs4.Nfs4Error) as error:
        return replace(seen, refused=error.errno or 0)


async def _path_4(seen: OwnLook, place: nfs4.Place, *, trying: bool) -> OwnLook:
    seen = replace(seen, may_change=await nfs4.may_change(place))
    try:
        seen = replace(seen, free=(await nfs4.space(place))[1])
    except (RpcError, nfs4.Nfs4Error):
        raise
    except OSError:
        return seen  # a server that does not tell its space
    return replace(seen, trial=await try_4(place) if trying else None)


def combined(view: HostView, own: OwnLook, version: str = "3") -> HostView:
    """The host's view, with what this machine knows of the reasons."""
    failed = view.failed
    steps = view.steps
    if failed is not None and failed.name in (MOUNTS, VERSION):
        steps = _explained(steps, failed, own, version)
    elif failed is None:
        steps = tuple(_doubted(step, own) for step in steps)
    return replace(view, steps=_with_daemons(steps, own, version))


def _with_daemons(steps: tuple[Step, ...], own: OwnLook, version: str) -> tuple[Step, ...]:
    """What is known of port 111 and mountd where no host told."""
    old = named(steps, DAEMONS)
    if old.outcome is not Outcome.UNSEEN or own.rpcbind is None:
        return steps
    if version.startswith("4"):
        return with_step(steps, replace(old, seen="NFS version 4 needs neither"))
    return with_step(steps, replace(old, seen=f"from this machine: {silent(own) or 'both answer'}"))


def silent(own: OwnLook) -> str:
    """Which of the two that NFSv3 needs does not answer; empty when both do or nobody looked."""
    if own.rpcbind is False:
        return "port 111 does not answer, which NFSv3 needs"
    if own.rpcbind and not own.mountd:
        return "port 111 answers and knows no mount daemon, which NFSv3 needs"
    return ""


def _explained(steps: tuple[Step, ...], failed: Step, own: OwnLook, version: str) -> tuple[Step, ...]:
    """A version or mount error has many reasons: where one is a step of its own, that one is the step that failed."""
    if own.versions and int(version[:1]) not in own.versions:
        offered = " and ".join(map(str, own.versions))
        return moved(steps, failed, VERSION, f"the server offers NFS version {offered}, not {version}")
    if version.startswith("3") and silent(own):
        return moved(steps, failed, DAEMONS, silent(own))
    if failed.name == MOUNTS and named(steps, ADMITS).outcome is Outcome.UNSEEN and _about_clients(own):
        return moved(steps, failed, ADMITS, _about_clients(own))
    why = _why(own, version)
    told = replace(failed, seen=f"{failed.seen}; {why}") if why else failed
    return with_step(steps, told)


def _about_clients(own: OwnLook) -> str:
    """What shows that it is about who asks, not about the path; empty when nothing does."""
    if own.refused in REFUSED:
        return "the server has the path and refuses it to this machine, too"
    return "this machine may mount the path, so it is about the host's address" if own.may_change is not None else ""


def _why(own: OwnLook, version: str) -> str:
    if own.trouble:
        return own.trouble
    if own.refused == ABSENT:
        hidden = ", or hides it: version 4 shows an export to nobody else than its clients"
        return f"the server says to this machine that it has no such path{hidden if version.startswith('4') else ''}"
    return _about_clients(own)


def _doubted(step: Step, own: OwnLook) -> Step:
    """A step that no host tried, and that does not work from here."""
    if step.outcome is not Outcome.UNSEEN:
        return step
    trial = own.trial or Trial()
    if step.name == ROOM and own.free is not None:
        little = own.free < LITTLE_BYTES
        text = f"{size(own.free)} are free on the server, as this machine is told"
        return replace(step, outcome=Outcome.DOUBTFUL if little else Outcome.PASSED, seen=text)
    if step.name in trial.went:
        return replace(step, seen="it works from this machine")
    if step.name == trial.failed:
        return replace(step, outcome=Outcome.DOUBTFUL, seen=f"from this machine it does not work: {trial.reason}")
    if step.name == MAKES and own.may_change is False:
        text = "root of this machine may not: root_squash, a read-only export, or the directory's owner"
        return replace(step, outcome=Outcome.DOUBTFUL, seen=text)
    return step


def size(count: int) -> str:
    """Bytes, as far as they matter for disks."""
    return f"{count / 2**30:,.0f} GiB" if count >= 10 << 30 else f"{count / 2**20:,.0f} MiB"


def in_words(own: OwnLook) -> tuple[str, ...]:
    """What was seen, a line each."""
    lines = [own.trouble] if own.trouble else []
    if own.versions:
        served = " and ".join(map(str, own.versions))
        lines.append(f"{own.address} serves NFS version {served}, and answers in {own.seconds * 1000:.1f} ms")
    if own.rpcbind is not None:
        daemon = f"the mount daemon listens on port {own.mountd}" if own.mountd else "no mount daemon is listed"
        lines.append(f"port 111 answers, {daemon}" if own.rpcbind else "port 111 does not answer: NFS version 4 only")
    if own.may_change is not None:
        lines.append(f"root of this machine may {'' if own.may_change else 'not '}add entries in the path")
    if own.free is not None:
        lines.append(f"{size(own.free)} are free there")
    if own.trial is not None and own.trial.left:
        lines.append(f"the directory {own.trial.left} in the path could not be removed again")
    if own.refused:
        lines.append(f"this machine is refused the path (errno {own.refused})")
    return tuple(lines)
