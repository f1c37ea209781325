"""What can be wrong with a server, each with a real one, and the step that is the true one on each of three hosts.

    PYTHONPATH=tests/nfs .venv/bin/python -m faults

prints the table. Each fault comes with one good share on the same server, so that only what is wrong is different.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ganesha import Ganesha, Share, missing, no_portmapper, portmapper, serving
from gate import gate
from hosts import SERVER, SOURCES, Pool

from xenferry.probe.view import ADMITS, ANSWERS, DAEMONS, MAKES, MOUNTS, MOUNTS_BELOW, RESOLVES, ROOM, VERSION, HostView

GATED, SILENT, NOBODY = "127.77.0.6", "127.77.0.3", "127.77.0.2"
LOOP_6 = "::1"
IPV6: dict[str, Any] = {"server": {"address": LOOP_6}, "at": LOOP_6}
HERE = SOURCES["a"]
"""From where this machine looks; the server takes it for host a."""


@dataclass(frozen=True)
class Fault:
    """`true`: the step that is wrong on each host; "" where nothing is."""

    name: str
    true: tuple[str, str, str]
    share: dict[str, Any] = field(default_factory=dict)
    server: dict[str, Any] = field(default_factory=dict)
    at: str = SERVER
    """The server that the pool is told of."""
    path: str = "{share}"
    version: str = "3"
    around: Callable[[Path], AbstractContextManager[None]] | None = None
    """Of the share, before the server starts."""
    after: Callable[[Path], AbstractContextManager[None]] | None = None
    """The same, while the server runs."""


@contextmanager
def tiny(share: Path, *options: str) -> Iterator[None]:
    """A file system of its own in the share."""
    wanted = ",".join(options)
    subprocess.run(["mount", "-t", "tmpfs", "-o", wanted, "tiny", str(share)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(share)], check=True)


@contextmanager
def full(share: Path) -> Iterator[None]:
    with tiny(share, "size=1m"):
        (share / "filler").write_bytes(bytes(1 << 20))
        yield


@contextmanager
def without_inodes(share: Path) -> Iterator[None]:
    with tiny(share, "nr_inodes=1"):
        yield


@contextmanager
def owned_by_another(share: Path) -> Iterator[None]:
    os.chown(share, 1000, 1000)
    yield


@contextmanager
def tops_only(share: Path) -> Iterator[None]:
    with gate(SERVER, GATED, {str(share)}):
        yield


@contextmanager
def silent(share: Path) -> Iterator[None]:
    with socket.create_server((SILENT, 2049)):
        yield


@contextmanager
def gone(share: Path) -> Iterator[None]:
    share.rmdir()
    yield


@contextmanager
def unlisted(share: Path) -> Iterator[None]:
    with no_portmapper():
        yield


def everywhere(step: str) -> tuple[str, str, str]:
    return step, step, step


FAULTS = (
    Fault("nothing is wrong", everywhere("")),
    Fault("nothing is wrong, version 4", everywhere(""), version="4"),
    Fault("the name does not resolve", everywhere(RESOLVES), at="no-such-nas.invalid"),
    Fault("nobody listens at the address", everywhere(ANSWERS), at=NOBODY),
    Fault("another port than 2049", everywhere(ANSWERS), server={"port": 2050}),
    Fault("connections are taken, nothing is answered", everywhere(ANSWERS), at=SILENT, around=silent),
    Fault("no rpcbind, version 3 wanted", everywhere(DAEMONS), after=unlisted),
    Fault(
        "no rpcbind, version 4 wanted", everywhere(""), after=unlisted, version="4"
    ),
    Fault("version 4 only, 3 wanted", everywhere(VERSION), server={"versions": (4,)}),
    Fault("version 3 only, 4 wanted", everywhere(VERSION), server={"versions": (3,)}, version="4"),
    Fault("not exported", everywhere(ADMITS), path="{folder}/other"),
    Fault("not exported, version 4", everywhere(MOUNTS), path="{folder}/other", version="4", server={"versions": (4,)}),
    Fault("exported to host a alone", ("", ADMITS, ADMITS), share={"clients": (SOURCES["a"],)}),
    Fault("exported to hosts b and c", (ADMITS, "", ""), share={"clients": (SOURCES["b"], SOURCES["c"])}),
    Fault("exported to a network that holds c alone", (ADMITS, ADMITS, ""), share={"clients": ("127.77.0.13/32",)}),
    Fault("exported to other machines", everywhere(ADMITS), share={"clients": ("127.77.0.99",)}),
    Fault(
        "exported to others, version 4", everywhere(MOUNTS), share={"clients": ("127.77.0.99",)}, version="4",
        server={"versions": (4,)},
    ),
    Fault("the directory has gone", everywhere(MOUNTS), after=gone),
    Fault("no space", everywhere(ROOM), around=full),
    Fault("no space for another file", everywhere(ROOM), around=without_inodes),
    Fault("root squash", everywhere(MAKES), share={"root_squash": True}),
    Fault("root squash, version 4", everywhere(MAKES), share={"root_squash": True}, version="4"),
    Fault("root squash, another owner", everywhere(MAKES), share={"root_squash": True}, around=owned_by_another),
    Fault("read-only", everywhere(MAKES), share={"read_only": True}),
    Fault("read-only, version 4", everywhere(MAKES), share={"read_only": True}, version="4"),
    Fault("nothing is wrong, IPv6", everywhere(""), **IPV6),
    Fault("exported to this IPv6 address", everywhere(""), share={"clients": (LOOP_6,)}, **IPV6),
    Fault("exported to another IPv6 address", everywhere(ADMITS), share={"clients": ("fd00::99",)}, **IPV6),
    Fault("IPv6, nobody listens", everywhere(ANSWERS), at=LOOP_6),
    Fault("IPv6, root squash, version 4", everywhere(MAKES), share={"root_squash": True}, version="4", **IPV6),
    Fault("no sub-directories", everywhere(MOUNTS_BELOW), at=GATED, around=tops_only),
)  # fmt: skip


def seen(fault: Fault, folder: Path) -> dict[str, HostView]:
    """What each host is said to see, while the server is as the fault says."""
    share = folder / "vol"
    share.mkdir()
    (folder / "server").mkdir()
    with ExitStack() as stack:
        if fault.around:
            stack.enter_context(fault.around(share))
        server = {"address": SERVER} | fault.server
        stack.enter_context(serving(Ganesha(shares=(Share(share, **fault.share),), folder=folder / "server", **server)))
        if fault.after:
            stack.enter_context(fault.after(share))
        path = fault.path.format(share=share, folder=folder)
        return Pool().together(path, server=fault.at, version=fault.version, source=HERE)


def table() -> Iterator[str]:
    """The faults with the step named on each host, and whether it is the true one."""
    for fault in FAULTS:
        with tempfile.TemporaryDirectory() as folder:
            views = seen(fault, Path(folder))
        told = tuple(views[name].doubtful.name if views[name].doubtful else "" for name in SOURCES)  # type: ignore[union-attr]
        verdict = "true " if told == fault.true else "FALSE"
        same = told[:1] if len(set(told)) == 1 else told
        yield f"{verdict} {fault.name:<44} {' | '.join(each or 'all well' for each in same)}"


def main() -> None:
    why = missing()
    if why:
        raise SystemExit(why)
    with portmapper():
        for line in table():
            sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
