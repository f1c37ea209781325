"""Whether an address answers this machine: an ICMP echo, and where that is lost a TCP connection that is taken or
refused, for either proves that somebody is there.

The address of a guest is what its agent says, so it may be anything: addresses that mean this machine, or a group of
machines, are not asked. Simplification: who answers is not looked at; another machine with the same address counts.
"""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import os
import socket
import struct
from weakref import WeakKeyDictionary

SECONDS = 2.0
"""How long to wait for an answer to each kind of knock."""
PORTS = (22, 3389, 445, 443, 80)
"""Where guests often listen; a closed port answers, too, unless a firewall is silent."""
AT_ONCE = 50
_LIMITS: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()
ECHO = {socket.AF_INET: 8, socket.AF_INET6: 128}
"""The type of an ICMP echo request."""


def worth_asking(address: str) -> bool:
    """Is it the address of another machine?"""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not (ip.is_loopback or ip.is_multicast or ip.is_unspecified or ip.is_link_local or ip.is_reserved)


async def knock(address: str, *, seconds: float = SECONDS, ports: tuple[int, ...] = PORTS) -> bool:
    """Does the address answer this machine?"""
    if not worth_asking(address):
        return False
    async with _at_once():
        return await answers(address, seconds=seconds, ports=ports)


def _at_once() -> asyncio.Semaphore:
    """Bounds the addresses asked at a time, of all that go on in this loop: each takes several sockets."""
    return _LIMITS.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))


async def answers(address: str, *, seconds: float = SECONDS, ports: tuple[int, ...] = PORTS) -> bool:
    """The same, whatever the address."""
    if await _timed(_echo(address), seconds):
        return True
    tries = [asyncio.create_task(_timed(_connect(address, port), seconds)) for port in ports]
    try:
        for done in asyncio.as_completed(tries):
            if await done:
                return True
        return False
    finally:
        for each in tries:
            each.cancel()


async def _timed(attempt: object, seconds: float) -> bool:
    try:
        return await asyncio.wait_for(attempt, seconds)  # type: ignore[arg-type]
    except TimeoutError:
        return False


async def _connect(address: str, port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(address, port)
    except OSError as error:
        return error.errno == errno.ECONNREFUSED
    writer.close()
    return True


async def _echo(address: str) -> bool:
    """An echo that may be sent without being root, where the system lets this user (net.ipv4.ping_group_range)."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    protocol = socket.IPPROTO_ICMPV6 if family == socket.AF_INET6 else socket.IPPROTO_ICMP
    try:
        sender = socket.socket(family, socket.SOCK_DGRAM, protocol)
    except OSError:
        return False
    with sender:
        sender.setblocking(False)
        loop, cookie = asyncio.get_running_loop(), os.urandom(16)
        try:
            await loop.sock_sendto(sender, _request(ECHO[family], cookie), (address, 0))
            while cookie not in await loop.sock_recv(sender, 1024):
                pass
        except OSError:
            return False
        return True


def _request(kind: int, cookie: bytes) -> bytes:
    """The packet. The kernel writes identifier and, for IPv6, checksum itself."""
    bare = struct.pack("!BBHHH", kind, 0, 0, 0, 1) + cookie
    total = sum(struct.unpack(f"!{len(bare) // 2}H", bare))
    total = (total >> 16) + (total & 0xFFFF)
    checksum = ~(total + (total >> 16)) & 0xFFFF
    return struct.pack("!BBHHH", kind, 0, checksum, 0, 1) + cookie
