"""Port 111: at which port a program listens (RFC 1833, version 2)."""

from __future__ import annotations

from xenferry.onc.rpc import LIMIT_S, Client
from xenferry.onc.xdr import number

PORT, PROGRAM, VERSION = 111, 100000, 2
GETPORT, DUMP = 3, 4
TCP = 6
NFS, MOUNTD = 100003, 100005


async def programs(address: str, source: str = "", limit: float = LIMIT_S) -> dict[tuple[int, int], int]:
    """(program, version) -> TCP port, as `rpcinfo -p` lists them. Raises OSError, TimeoutError."""
    found: dict[tuple[int, int], int] = {}
    async with Client.open(address, PORT, PROGRAM, VERSION, source, limit) as client:
        answer = await client.call(DUMP, limit=limit)
        while answer.number():
            program, version, protocol, port = (answer.number() for _ in range(4))
            if protocol == TCP:
                found[program, version] = port
    return found


async def port_of(address: str, program: int, version: int, source: str = "") -> int:
    """0 when nobody offers the program. Raises OSError, TimeoutError."""
    async with Client.open(address, PORT, PROGRAM, VERSION, source) as client:
        asked = b"".join(map(number, (program, version, TCP, 0)))
        return (await client.call(GETPORT, asked)).number()
