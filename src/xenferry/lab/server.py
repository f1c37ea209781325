"""Serves every host of a lab on a loopback address of its own, so that other people's clients can use it.

The first host of the pool (its coordinator) gets 127.0.0.1, the others 127.0.1.1, 127.0.1.2 and so on, all on the same
port: a real member answers HOST_IS_SLAVE [address] without a port, and a client that keeps its port can follow it. Port
443 needs root, so the default port is any free one above 1024. While a lab is served, `host.address` and the addresses
of management interfaces in its database are these addresses. Linux answers on the whole of 127.0.0.0/8; elsewhere the
extra addresses must be configured first.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.server import ServerState

from xenferry.lab.clock import real_seconds
from xenferry.lab.faults import SPOILT, Dropped
from xenferry.lab.site import readdress
from xenferry.lab.spoiling import send_spoilt
from xenferry.lab.wire.endpoint import respond

if TYPE_CHECKING:
    from xenferry.lab.certificate import Certificate
    from xenferry.lab.lab import Lab
    from xenferry.lab.world import Fault

BODY_BYTES_MAX = 64 * 2**20
KEEP_ALIVE_S = 600
TLS_HANDSHAKE_S = 60


@dataclass(frozen=True)
class Served:
    """Where a host answers. `fingerprint` is the SHA-256 of its certificate, "" over plain HTTP."""

    host: str
    address: str
    port: int
    fingerprint: str

    @property
    def url(self) -> str:
        return f"{'https' if self.fingerprint else 'http'}://{self.address}:{self.port}"


@asynccontextmanager
async def serve(lab: Lab, *, port: int = 0, tls: bool = True, net: int = 0) -> AsyncIterator[dict[str, Served]]:
    """All hosts of the lab as servers, by reference, coordinator first; they stop at the end of the block.

    `net` is the second number of their addresses (127.net.0.1). Raises OSError when an address and port are taken.
    """
    coordinator = lab.coordinator
    hosts = [coordinator, *(ref for ref in lab.db.all("host") if ref != coordinator)]
    addresses = dict(zip(hosts, _addresses(len(hosts), net), strict=True))
    for host, address in addresses.items():
        readdress(lab, host, address, "255.0.0.0")
    served: dict[str, Served] = {}
    async with AsyncExitStack() as stack:
        for host, address in addresses.items():
            served[host] = await stack.enter_async_context(_serve_host(lab, host, address, port, tls))
            port = served[host].port
        yield served


def _addresses(count: int, net: int) -> Iterable[str]:
    return [f"127.{net}.0.1", *(f"127.{net}.{1 + i // 250}.{1 + i % 250}" for i in range(count - 1))]


@asynccontextmanager
async def _serve_host(lab: Lab, host: str, address: str, port: int, tls: bool) -> AsyncIterator[Served]:
    certificate = lab.certificate(host) if tls else None
    listener = socket.create_server((address, port))
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else answers in two parts wait 40 ms for an ACK
    server = _Listener(lab, host, listener, certificate)
    await server.open()
    try:
        yield Served(host, address, listener.getsockname()[1], certificate.fingerprint if certificate else "")
    finally:
        await server.close()


class _Listener:
    """One host's socket. While the toolstack is dead its port is open (stunnel listens) and leads nowhere."""

    def __init__(self, lab: Lab, host: str, listener: socket.socket, certificate: Certificate | None) -> None:
        self._lab = lab
        self._host = host
        self._listener = listener
        self._certificate = certificate
        self._context = certificate.context() if certificate else None
        self._state = ServerState()
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        if self._context is not None:
            self._context.sni_callback = self._greet
        loop = asyncio.get_running_loop()
        config = uvicorn.Config(
            self._application,
            interface="asgi3",
            proxy_headers=False,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=int(real_seconds(KEEP_ALIVE_S, loop)),
        )
        config.load()
        limit = real_seconds(TLS_HANDSHAKE_S, loop) if self._context else None

        def connection() -> asyncio.Protocol:
            make: Any = config.http_protocol_class
            protocol: asyncio.Protocol = make(config=config, server_state=self._state, app_state={})
            return protocol

        self._server = await loop.create_server(
            connection, sock=self._listener, ssl=self._context, ssl_handshake_timeout=limit
        )
        self._forget = self._lab.toolstacks.connected(self._host, self.reset)

    def _greet(self, hello: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> int | None:
        """Presents the certificate of now. A dead host ends the handshake before a client has sent anything."""
        place = self._lab.place(self._host)
        if place.host in place.lab.toolstacks.dead:
            return ssl.ALERT_DESCRIPTION_INTERNAL_ERROR
        if self._certificate is not None:
            hello.context = self._certificate.context()
        return None

    def reset(self) -> None:
        """Breaks every connection."""
        for connection in list(self._state.connections):
            _abort(connection)

    async def close(self) -> None:
        self._forget()
        if self._server is not None:
            self._server.close()
        self.reset()
        while self._state.tasks or self._state.connections:
            await asyncio.sleep(0)
            for task in list(self._state.tasks):
                task.cancel()
            await asyncio.gather(*self._state.tasks, return_exceptions=True)

    async def _application(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        place = self._lab.place(self._host)
        if not place.lab.toolstacks.answers(place.host):
            await _break_off(receive, send)
            return
        body = await _read(receive)
        path = scope["path"] + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
        with suppress(Dropped):
            given = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
            spoilt: list[Fault] = []
            SPOILT.set(spoilt)
            reply = await self._respond(scope["method"], path, body, given)
            if await send_spoilt(send, reply, spoilt):
                return
        await _break_off(receive, send)

    async def _respond(self, method: str, path: str, body: bytes, given: dict[str, str]) -> Any:
        encrypted = self._context is not None
        return await respond(self._lab, self._host, method, path, body, encrypted=encrypted, headers=given)


async def _break_off(receive: Any, send: Any) -> None:
    """Breaks the connection: uvicorn's `send` is a method of the request, which knows its transport."""
    await asyncio.sleep(0)  # what has been written of a cut answer leaves first
    send.__self__.transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


def _abort(connection: Any) -> None:
    if connection.transport is not None:
        connection.transport.abort()


async def _read(receive: Any) -> bytes:
    parts, size = [], 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > BODY_BYTES_MAX or message["type"] == "http.disconnect":
            raise Dropped("the request is too large or its sender has gone")
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)
