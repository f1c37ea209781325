"""The certificate is judged before a byte of ours is sent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest

from xenferry.lab.certificate import Certificate
from xenferry.xapi import Address, Unreachable, Untrusted, connect, look


class Recorder:
    """A TLS server that notes every decrypted byte it is sent, and never answers."""

    def __init__(self) -> None:
        self.heard = b""

    async def listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while chunk := await reader.read(4096):
                self.heard += chunk
        except OSError:
            pass  # the client went away, which is what is expected of it
        finally:
            writer.close()


def with_server(work: Callable[[Address, Recorder], Awaitable[None]]) -> None:
    async def main() -> None:
        recorder = Recorder()
        server = await asyncio.start_server(
            recorder.listen, "127.0.0.1", 0, ssl=Certificate("xcp1", "127.0.0.1").context()
        )
        async with server:
            port = server.sockets[0].getsockname()[1]
            await work(Address("127.0.0.1", port), recorder)
            await asyncio.sleep(0.1)

    asyncio.run(main())


async def log_in(address: Address, pin: str | None) -> None:
    async with connect(str(address), "root", "secret-password", pin=pin):
        raise AssertionError("a silent server let us in")


def test_a_wrong_certificate_gets_not_one_byte() -> None:
    async def work(address: Address, recorder: Recorder) -> None:
        with pytest.raises(Untrusted, match="pinned is 0000"):
            await log_in(address, "00" * 32)
        await asyncio.sleep(0.1)
        assert recorder.heard == b""

    with_server(work)


def test_without_a_pin_nothing_is_sent_and_the_fingerprint_told() -> None:
    async def work(address: Address, recorder: Recorder) -> None:
        with pytest.raises(Untrusted) as caught:
            await log_in(address, None)
        assert caught.value.fingerprint == await look(address)
        assert caught.value.fingerprint in str(caught.value)
        assert recorder.heard == b""

    with_server(work)


def test_the_pinned_certificate_is_spoken_to() -> None:
    async def work(address: Address, recorder: Recorder) -> None:
        pin = await look(address)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(log_in(address, ":".join(pin[i : i + 2] for i in range(0, 64, 2)).upper()), 0.7)
        assert b"session.login_with_password" in recorder.heard

    with_server(work)


def test_the_http_clients_own_log_tells_no_password(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def work(address: Address, recorder: Recorder) -> None:
        pin = await look(address)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(log_in(address, pin), 0.5)
        assert b"secret-password" in recorder.heard

    with_server(work)
    assert "httpcore" in caplog.text
    assert "secret-password" not in caplog.text


def test_nobody_there_is_unreachable() -> None:
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:9"):
        asyncio.run(log_in(Address("127.0.0.1", 9), "00"))


def test_a_wrong_certificate_ends_at_once_and_asyncio_reports_no_defect(caplog: pytest.LogCaptureFixture) -> None:
    async def work(address: Address, recorder: Recorder) -> None:
        with pytest.raises(Untrusted):
            await asyncio.wait_for(log_in(address, "00"), 5)
        assert recorder.heard == b""

    with_server(work)
    assert not [each for each in caplog.records if each.name == "asyncio" and each.levelno >= logging.WARNING]


def test_a_name_with_other_letters_is_looked_for_too() -> None:
    with pytest.raises(Unreachable, match=r"bücher\.invalid"):
        asyncio.run(log_in(Address("bücher.invalid", 443), "00"))
