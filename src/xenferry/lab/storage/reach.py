"""Whether a host finds an NFS server, what the server says of itself, and what mounting from it gives.

Delays are those that were measured on a real pool; a resolver that answers "no such name" is quick, one that does not
answer at all (20 s) is not modelled.
"""

from __future__ import annotations

import asyncio
import ipaddress
from dataclasses import dataclass
from xml.sax.saxutils import escape

from xenferry.lab.storage.failure import failed
from xenferry.lab.storage.job import Job
from xenferry.lab.world import Export, Server

DNS_FAILS_S, TCP_TIMEOUT_S, NO_HOST_S, RETRY_S = 0.3, 5.0, 3.2, 1.0
SINCE_SERVER_NAME = (2, 46, 11)
SINCE_PYTHON_3 = (3,)
SINCE_V4_ONLY = (3, 0, 12)


class MountRefused(Exception):
    """mount.nfs gave up; the text is what SM reports as opterr."""


@dataclass(frozen=True)
class Mounted:
    """What is behind a mount point: the export, and the directory below its path, if any."""

    server: Server
    export: Export
    directory: str = ""


def is_address(text: str) -> bool:
    """Whether the text is an IP address and needs no name server."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


async def find_server(job: Job, name: str) -> Server:
    """SM's first test: resolve the name (140), then connect to port 2049 within 5 seconds (108)."""
    server = job.world.server(name)
    if not is_address(name) and (server is None or job.host in server.unresolvable):
        await asyncio.sleep(DNS_FAILS_S if name else 0)
        job.log(f"Exception occured: getaddrinfo failed for {name}")
        raise failed(140)
    if server is None:
        await asyncio.sleep(0 if name in job.neighbours else NO_HOST_S)
        raise failed(108)
    if job.host in server.unreachable or not job.linked:
        await asyncio.sleep(TCP_TIMEOUT_S)
        job.log(f"Exception occured: [Errno 110] connecting to {server.address}:2049")
        raise failed(108)
    return server


def advertised(server: Server) -> tuple[int, ...]:
    """The NFS versions that `rpcinfo -s` lists: none when port 111 does not answer."""
    return tuple(version for version in server.versions if version in (3, 4)) if server.rpcbind else ()


def found_versions(server: Server) -> tuple[int, ...]:
    """What SM since 3.0.12 takes as supported: rpcinfo's answer, and 4 when a trial mount of `/` succeeds."""
    return tuple(sorted({*advertised(server), *({4} & set(server.versions))}))


def exports_xml(server: Server, name: str) -> str:
    """The export list that SM prints on stderr: from showmount, else the top of an NFSv4 server's tree."""
    if server.rpcbind and 3 in server.versions:
        rows = [(path, ",".join(export.clients) or "*") for path, export in server.exports.items()]
    elif 4 in server.versions:
        rows = [(top, "*") for top in sorted({path.strip("/").split("/")[0] for path in server.exports})]
    else:
        return ""
    lines = ['<?xml version="1.0" ?>', "<nfs-exports>"]
    for path, clients in rows:
        lines += ["\t<Export>", f"\t\t<Target>{escape(name)}</Target>", f"\t\t<Path>{escape(path)}</Path>"]
        lines += [f"\t\t<Accesslist>{escape(clients)}</Accesslist>", "\t</Export>"]
    return "\n".join([*lines, "</nfs-exports>"]) + "\n\n"


def parted(location: str) -> tuple[str, str]:
    """Server and path of an ISO library; an IPv6 address stands in brackets there."""
    if location.startswith("[") and "]" in location:
        server, _, path = location[1:].partition("]")
        return server, path.removeprefix(":")
    server, _, path = location.partition(":")
    return server, path


def in_brackets(name: str) -> str:
    """A server as mount.nfs wants it: an IPv6 address in brackets."""
    return f"[{name}]" if ":" in name else name


async def mount(job: Job, server: Server, name: str, path: str, version: int) -> Mounted:
    """What mount.nfs does with server:path.

    Raises:
        MountRefused: with SM's own wording for this version.
    """
    proto = "tcp6" if ":" in server.address else "tcp"
    options = f"soft,proto={proto},vers={version},acdirmin=0,acdirmax=0,timeo=200,retrans=4"
    command = f"mount.nfs {in_brackets(name)}:{path} -o {options}"
    job.log(f"['{command}']")
    found = lookup(server, path)
    reason = refusal(job, server, found, path, version)
    if found and not reason:
        return found
    await asyncio.sleep(RETRY_S)
    raise gave_up(job, name, path, reason)


def gave_up(job: Job, name: str, path: str, reason: str) -> MountRefused:
    """SM's words for mount.nfs's, and what it logs."""
    name = in_brackets(name)
    job.log(f"FAILED in util.pread: (rc 32) stdout: '', stderr: 'mount.nfs: {reason} while mounting {name}:{path}'")
    code = 110 if job.version >= SINCE_PYTHON_3 else 32  # both tries end in 32; Python 3 turns that into ETIMEDOUT
    where = f" on server `{name}`" if job.version >= SINCE_SERVER_NAME else ""
    return MountRefused(f"mount failed{where} with return code {code}")


def lookup(server: Server, path: str) -> Mounted | None:
    """What the server has at a path: an export, or a directory right below one."""
    if path in server.exports:
        return Mounted(server, server.exports[path])
    parent, _, directory = path.rpartition("/")
    export = server.exports.get(parent)
    return Mounted(server, export, directory) if export and directory else None


def refusal(job: Job, server: Server, found: Mounted | None, path: str, version: int) -> str:
    """Why the server or the client says no, in mount.nfs's words; empty when it does not."""
    if job.host in server.unmountable:
        return "Connection timed out"
    if version not in server.versions:
        return "requested NFS version or transport protocol is not supported"
    if version == 3 and not server.rpcbind:
        return "mount system call failed for rpcbind"
    if found is None:
        return "mounting failed, reason given by server: No such file or directory"
    if not found.export.admits(job.address):
        return "access denied by server"
    if found.directory and not found.export.subdirs:
        return "access denied by server"
    if found.directory and found.directory not in found.export.directories:
        return "mounting failed, reason given by server: No such file or directory"
    return ""
