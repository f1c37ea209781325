"""Real NFS servers on loopback: nfs-ganesha in user space, with whatever is wrong with it.

NFSv3 needs port 111 and reserved ports, so all of this needs root, and from Debian
nfs-ganesha, nfs-ganesha-vfs and rpcbind.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

NEEDED = ("ganesha.nfsd", "rpcbind")
CONFIGURATION = """
NFS_CORE_PARAM {{ Bind_addr = {address}; NFS_Port = {port}; MNT_Port = {mountd}; Protocols = {protocols};
                  Enable_NLM = false; Enable_RQUOTA = false; }}
NFSv4 {{ Graceless = true; RecoveryBackend = fs; Minor_Versions = 0, 1; }}
{exports}
"""
EXPORT = """
EXPORT {{ Export_Id = {number}; Path = {path}; Pseudo = {path}; SecType = sys; Protocols = {protocols};
          Access_Type = {access}; Squash = {squash}; FSAL {{ Name = VFS; }} {client} }}
"""
READY_S = 10.0


@dataclass(frozen=True)
class Share:
    """A directory to export. `clients`: only these addresses may; none: everybody."""

    path: Path
    read_only: bool = False
    root_squash: bool = False
    clients: tuple[str, ...] = ()


@dataclass
class Ganesha:
    """`versions` are those it serves; without `rpcbind` it tells no portmapper of itself."""

    address: str
    shares: tuple[Share, ...]
    folder: Path
    versions: tuple[int, ...] = (3, 4)
    mountd: int = 20048
    port: int = 2049
    log: Path = field(init=False)

    def configuration(self) -> str:
        protocols = ", ".join(map(str, self.versions))
        exports = "".join(self._export(number, share) for number, share in enumerate(self.shares, 1))
        return CONFIGURATION.format(
            address=self.address, port=self.port, mountd=self.mountd, protocols=protocols, exports=exports
        )

    def _export(self, number: int, share: Share) -> str:
        right = "RO" if share.read_only else "RW"
        squash = "Root_Squash" if share.root_squash else "No_Root_Squash"
        listed = ", ".join(share.clients)
        client = f"CLIENT {{ Clients = {listed}; Access_Type = {right}; Squash = {squash}; }}" if listed else ""
        return EXPORT.format(
            number=number, path=share.path, protocols=", ".join(map(str, self.versions)), squash=squash, client=client,
            access="NONE" if listed else right,
        )  # fmt: skip


def missing() -> str:
    """Why no server can be started here; empty when one can."""
    absent = [name for name in NEEDED if shutil.which(name) is None]
    if absent:
        return f"{' and '.join(absent)} not installed (Debian: nfs-ganesha, nfs-ganesha-vfs, rpcbind)"
    return "" if os.geteuid() == 0 else "only root may listen on ports 111 and 2049"


_OURS: list[subprocess.Popen[bytes]] = []
"""The rpcbind that was started here, while it runs."""


@contextmanager
def portmapper() -> Iterator[None]:
    """rpcbind, unless somebody answers on port 111 already."""
    if _answers("127.0.0.1", 111):
        yield
        return
    _start_portmapper()
    try:
        yield
    finally:
        _stop_portmapper()


@contextmanager
def no_portmapper() -> Iterator[None]:
    """Port 111 is closed for a while. Raises LookupError when rpcbind belongs to somebody else."""
    if not _OURS:
        raise LookupError("rpcbind runs on this machine already, so it cannot be taken away")
    _stop_portmapper()
    try:
        yield
    finally:
        _start_portmapper()


def _start_portmapper() -> None:
    _OURS.append(subprocess.Popen(["rpcbind", "-f", "-w"]))
    _wait("127.0.0.1", 111, _OURS[0])


def _stop_portmapper() -> None:
    process = _OURS.pop()
    process.terminate()
    process.wait()


@contextmanager
def serving(server: Ganesha) -> Iterator[Ganesha]:
    """While it lasts, the server answers. Raises RuntimeError with its log when it does not come up."""
    file, log = server.folder / "ganesha.conf", server.folder / "ganesha.log"
    file.write_text(server.configuration())
    command = ["ganesha.nfsd", "-F", "-f", str(file), "-L", str(log), "-p", str(server.folder / "pid"), "-N", "WARN"]
    process = subprocess.Popen(command)
    try:
        _wait(server.address, server.port, process, log)
        yield server
    finally:
        process.terminate()
        process.wait()


def _wait(address: str, port: int, process: subprocess.Popen[bytes], log: Path | None = None) -> None:
    end = time.monotonic() + READY_S
    while not _answers(address, port):
        if process.poll() is not None or time.monotonic() > end:
            told = log.read_text()[-2000:] if log and log.exists() else ""
            raise RuntimeError(f"nothing listens on {address}:{port}\n{told}")
        time.sleep(0.05)


def _answers(address: str, port: int) -> bool:
    try:
        with socket.create_connection((address, port), timeout=1.0):
            return True
    except OSError:
        return False
