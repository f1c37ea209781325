"""What a host's own tools say of an NFS server, over ssh: what `SR.probe` does not tell, and why it failed.

Nothing is changed by it. Each command is one that an administrator would type there.
"""

from __future__ import annotations

import re
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from xenferry.probe.dom0 import Answer
from xenferry.probe.route import is_address
from xenferry.probe.share import Share

SM_LOG, LOG_LINES = "/var/log/SMlog", 3000
USUAL_MTU = 1500
HEADERS = {4: 28, 6: 48}
"""Bytes of the headers of IP and ICMP, by version of IP."""
MOUNTD, NFS = "100005", "100003"


class Runs(Protocol):
    """A session in dom0."""

    async def run(self, *words: str, stdin: str = "") -> Answer:
        """Run one command."""


class Dom0Look(Struct, frozen=True, kw_only=True):
    """What dom0 sees; empty or None where it could not tell."""

    address: str = ""
    """The server's address as dom0 resolves its name."""
    unresolved: str = ""
    """Why dom0 finds no address."""
    device: str = ""
    source: str = ""
    """By which interface, and from which of its addresses, dom0 reaches the server."""
    gateway: str = ""
    unrouted: str = ""
    """Why dom0 has no route."""
    mtu: int = 0
    packets: bool | None = None
    """Whether packets of that size get through unbroken; None: the server answers no ping at all."""
    packets_said: str = ""
    rpcbind: bool | None = None
    """Whether port 111 answers."""
    mountd: bool = False
    versions: tuple[str, ...] = ()
    """NFS versions that port 111 tells of."""
    driver: str = ""
    """The version of the storage manager, whose NFS driver it is."""
    log: str = ""
    """Why mount.nfs last failed for this share, by dom0's SMlog."""


async def look(dom0: Runs, share: Share) -> Dom0Look:
    """Ask dom0. Raises Dom0Unreachable when the session breaks."""
    log = last_refusal((await dom0.run("tail", "-n", str(LOG_LINES), SM_LOG)).out, share)
    package = await dom0.run("rpm", "-q", "--qf", "%{VERSION}-%{RELEASE}", "sm")
    seen = Dom0Look(log=log, driver=package.out.strip() if package.status == 0 else "")
    seen = await _resolved(seen, dom0, share.server)
    if not seen.address:
        return seen
    seen = await _routed(seen, dom0)
    return seen if seen.unrouted else await _listed(await _pinged(seen, dom0), dom0)


async def _resolved(seen: Dom0Look, dom0: Runs, server: str) -> Dom0Look:
    """As the driver does it: the first answer of getaddrinfo."""
    if is_address(server):
        return replace(seen, address=server)
    answer = await dom0.run("getent", "ahosts", server)
    words = answer.out.split()
    if answer.status == 0 and words and is_address(words[0]):
        return replace(seen, address=words[0])
    servers = re.findall(r"^nameserver\s+(\S+)", (await dom0.run("cat", "/etc/resolv.conf")).out, re.MULTILINE)
    asked = f"it asks {', '.join(servers)}" if servers else "it has no name server"
    return replace(seen, unresolved=f"dom0 finds no address for {server}; {asked}")


async def _routed(seen: Dom0Look, dom0: Runs) -> Dom0Look:
    answer = await dom0.run("ip", "route", "get", seen.address)
    found = dict(re.findall(r"\b(dev|src|via) (\S+)", answer.out))
    if answer.status or "dev" not in found:
        return replace(seen, unrouted=(answer.err or answer.out).strip() or "dom0 has no route")
    device = found["dev"]
    mtu = (await dom0.run("cat", f"/sys/class/net/{device}/mtu")).out.strip()
    size = int(mtu) if mtu.isdigit() else USUAL_MTU
    return replace(seen, device=device, source=found.get("src", ""), gateway=found.get("via", ""), mtu=size)


async def _pinged(seen: Dom0Look, dom0: Runs) -> Dom0Look:
    """Packets as large as the interface lets them be, which nobody on the way may break."""
    size = seen.mtu - HEADERS[6 if ":" in seen.address else 4]
    whole = await dom0.run("ping", "-c", "2", "-W", "2", "-M", "do", "-s", str(size), seen.address)
    if whole.status == 0:
        return replace(seen, packets=True, packets_said=f"{seen.mtu} bytes, unbroken")
    small = await dom0.run("ping", "-c", "2", "-W", "2", seen.address)
    if small.status:
        return replace(seen, packets_said="the server answers no ping")
    told = re.search(r"mtu ?= ?(\d+)", whole.out + whole.err)
    less = f"; somebody on the way says that {told[1]} is the most" if told else ""
    text = f"small packets are answered, those of {seen.mtu} bytes, which {seen.device} sends, are not{less}"
    return replace(seen, packets=False, packets_said=text)


async def _listed(seen: Dom0Look, dom0: Runs) -> Dom0Look:
    answer = await dom0.run("rpcinfo", "-s", seen.address)
    rows = {row[0]: row[1] for row in map(str.split, answer.out.splitlines()) if len(row) > 1}
    versions = tuple(sorted(set(rows.get(NFS, "").split(",")) & {"3", "4"}))
    return replace(seen, rpcbind=answer.status == 0, mountd=MOUNTD in rows, versions=versions)


_REFUSAL = re.compile(
    r"mount\.nfs: (?P<why>.+?) while mounting (?P<share>[^\s'\"\\]+)|mount\.nfs: (?P<other>[^'\"\\]+)"
)


def last_refusal(log: str, share: Share) -> str:
    """Why mount.nfs last refused this very share; empty when the log does not tell."""
    names = {str(share), f"{share.server}:{share.path}"}
    for line in reversed(log.splitlines()):
        found = _REFUSAL.search(line)
        if found and share.path and (found["share"] or "").rstrip("/") in names:
            return found["why"].strip()
    return ""
