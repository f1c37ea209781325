"""Real sockets: other people's clients log in over HTTPS, follow members, lose connections when a toolstack dies."""

from __future__ import annotations

import asyncio
import hashlib
import http.client
import json
import ssl
from typing import Any

import pytest
import XenAPI
from test_kernel import GUEST, HOST, MEMBER, small_pool

from xenferry.lab.clock import ScaledLoop
from xenferry.lab.server import Served


class Client:
    """A JSON-RPC client on one keep-alive HTTPS connection that trusts exactly one certificate."""

    def __init__(self, served: Served) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self.connection = http.client.HTTPSConnection(served.address, served.port, context=context, timeout=20)
        self.connection.connect()
        seen = self.connection.sock.getpeercert(binary_form=True)
        assert hashlib.sha256(seen).hexdigest() == served.fingerprint
        try:
            self.session = self.call("session.login_with_password", "root", "lab", "1.0", "test", session=False)
        except BaseException:
            self.close()
            raise

    def call(self, method: str, *params: Any, session: bool = True) -> Any:
        given = [self.session, *params] if session else list(params)
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": given, "id": 1})
        self.connection.request("POST", "/jsonrpc", body, {"content-type": "application/json"})
        reply = self.connection.getresponse()
        assert reply.headers["content-type"] == "application/json"
        answer = json.loads(reply.read())
        return answer["result"] if "result" in answer else answer["error"]

    def close(self) -> None:
        self.connection.close()


def run_client(work: Any, *, loop: Any = None) -> Any:
    """Serves the small pool and runs `work(lab, served by reference)` in a thread."""

    async def main() -> Any:
        lab = small_pool()
        async with lab.serve() as served:
            return await asyncio.to_thread(work, lab, served)

    with asyncio.Runner(loop_factory=loop) as runner:
        return runner.run(main())


def test_the_python_client_of_xenserver_believes_it() -> None:
    def work(_lab: Any, served: dict[str, Served]) -> None:
        session = XenAPI.Session(served[HOST].url, ignore_ssl=True)
        session.xenapi.login_with_password("root", "lab", "1.0", "test")
        guests = session.xenapi.VM.get_all_records()
        assert guests[GUEST]["name_label"] == "web"
        assert guests[GUEST]["memory_static_max"] == "0"
        assert session.xenapi.VM.get_by_name_label("web") == [GUEST]
        with pytest.raises(XenAPI.Failure) as refusal:
            session.xenapi.VM.get_record("OpaqueRef:none")
        assert refusal.value.details == ["HANDLE_INVALID", "VM", "OpaqueRef:none"]
        session.xenapi.session.logout()
        session("close")()

    run_client(work)


def test_a_member_names_the_coordinator_and_the_port_stays_the_same() -> None:
    def work(_lab: Any, served: dict[str, Served]) -> None:
        assert (served[HOST].address, served[MEMBER].address) == ("127.0.0.1", "127.0.1.1")
        assert served[HOST].port == served[MEMBER].port
        client = Client(served[MEMBER])
        assert client.session["message"] == "HOST_IS_SLAVE"
        assert client.session["data"] == ["127.0.0.1"]
        client.close()

    run_client(work)


def test_a_connection_serves_many_calls_and_work_outlives_it() -> None:
    def work(lab: Any, served: dict[str, Served]) -> None:
        client = Client(served[HOST])
        for _ in range(5):
            assert client.call("host.get_all") == [HOST, MEMBER]
        client.call("VM.set_name_label", GUEST, "<b>\u00e9</b>")
        assert client.call("VM.get_name_label", GUEST) == "<b>\u00e9</b>"
        client.close()

    run_client(work)


def test_a_dead_toolstack_breaks_connections_and_forgets_sessions() -> None:
    async def main() -> None:
        lab = small_pool()
        async with lab.serve() as served:
            client = await asyncio.to_thread(Client, served[HOST])
            blocked = asyncio.ensure_future(asyncio.to_thread(client.call, "event.from", ["vm"], "", -1.0))
            first = await blocked
            blocked = asyncio.ensure_future(asyncio.to_thread(client.call, "event.from", ["vm"], first["token"], -1.0))
            await asyncio.sleep(0.2)
            await lab.crash(HOST)
            with pytest.raises((ConnectionError, http.client.HTTPException, ssl.SSLError)):
                await blocked
            with pytest.raises((ConnectionError, http.client.HTTPException, ssl.SSLError)):
                await asyncio.to_thread(Client, served[HOST])
            lab.revive(HOST)
            again = await asyncio.to_thread(Client, served[HOST])
            error = await asyncio.to_thread(again.call, "host.get_all_records", session=False)
            assert error["message"] == "MESSAGE_PARAMETER_COUNT_MISMATCH"
            again.session = client.session
            assert (await asyncio.to_thread(again.call, "host.get_all"))["message"] == "SESSION_INVALID"
            client.close()
            again.close()

    asyncio.run(main())


def test_it_serves_in_accelerated_time() -> None:
    def work(_lab: Any, served: dict[str, Served]) -> None:
        client = Client(served[HOST])
        token = client.call("event.from", ["vm"], "", 1.0)["token"]
        assert client.call("event.from", ["vm"], token, 100.0)["events"] == []
        client.close()

    run_client(work, loop=lambda: ScaledLoop(500))


def test_plain_http_is_served_too_and_other_methods_get_the_pages_of_xapi() -> None:
    def work(served: Served) -> list[tuple[int, str | None]]:
        connection = http.client.HTTPConnection(served.address, served.port, timeout=20)
        seen = []
        for method in ("GET", "HEAD", "OPTIONS", "DELETE", "PUT"):
            connection.request(method, "/jsonrpc")
            reply = connection.getresponse()
            reply.read()
            seen.append((reply.status, reply.headers["connection"]))
        connection.close()
        return seen

    async def main() -> list[tuple[int, str | None]]:
        lab = small_pool()
        async with lab.serve(tls=False) as served:
            assert served[HOST].url.startswith("http://")
            return await asyncio.to_thread(work, served[HOST])

    pages = asyncio.run(main())
    assert pages == [(403, "close"), (501, "close"), (200, "keep-alive"), (501, "close"), (403, "close")]
