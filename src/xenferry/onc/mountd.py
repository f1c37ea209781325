"""The mount daemon of NFSv3 (RFC 1813, appendix I): what is exported, and the handle of an exported directory."""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.onc.rpc import LIMIT_S, Client
from xenferry.onc.xdr import Reader, text

PROGRAM, VERSION = 100005, 3
MOUNT, UNMOUNT, EXPORTS = 1, 3, 5
REASONS = {1: "EPERM", 2: "ENOENT", 5: "EIO", 13: "EACCES", 20: "ENOTDIR", 22: "EINVAL", 63: "ENAMETOOLONG"}


class MountError(OSError):
    """The daemon's status, `errno`: 13 this client may not, 2 there is no such path, and so on."""

    def __init__(self, status: int) -> None:
        super().__init__(status, f"the mount daemon answers {REASONS.get(status, str(status))}")


async def exports(address: str, port: int, source: str = "", limit: float = LIMIT_S) -> list[tuple[str, list[str]]]:
    """(path, clients) as `showmount -e` prints them; no clients: everybody. Raises OSError, TimeoutError."""
    async with Client.open(address, port, PROGRAM, VERSION, source, limit) as client:
        return list(_exports(await client.call(EXPORTS, limit=limit)))


def _exports(answer: Reader) -> Iterator[tuple[str, list[str]]]:
    while answer.number():
        path, clients = answer.text(), []
        while answer.number():
            clients.append(answer.text())
        yield path, clients


async def handle(address: str, port: int, path: str, source: str = "") -> bytes:
    """The directory's handle; nothing on this machine is mounted. Raises MountError, OSError, TimeoutError."""
    async with Client.open(address, port, PROGRAM, VERSION, source) as client:
        answer = await client.call(MOUNT, text(path))
        status = answer.number()
        if status:
            raise MountError(status)
        found = answer.opaque()
        await client.call(UNMOUNT, text(path))
        return found
