"""A session with the pool's coordinator: logging in, following it when it moves, logging in again when it forgot us.

The password and the session's reference live here and are shown nowhere: not in errors, logs or representations.
"""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from xenferry.xapi import wire
from xenferry.xapi.address import PORT, Address, parse
from xenferry.xapi.error import OutcomeUnknown, Unreachable, XapiError
from xenferry.xapi.transport import Dial, Transport

T = TypeVar("T")

API_VERSION = "1.0"
ORIGINATOR = "xenferry"
REDIRECTS = 3
"""How often a host may send us on to another one before we call it a circle."""
ANSWER_SECONDS = 300.0
"""Patience with a call that answers at once on a healthy host; long work goes through tasks."""
FORGOTTEN = ("SESSION_INVALID", "HOST_IS_SLAVE")
"""Answers that ask for a new login: the toolstack restarted, or another host is the coordinator now."""
BLOTTED_SESSION, BLOTTED_PASSWORD = "OpaqueRef:(session)", "(password)"
SHOWN_BYTES = 80
"""How much of an answer that cannot be read is shown."""


@dataclass
class Login:
    """Who we are. The password is in no representation."""

    username: str
    password: str = field(repr=False)


class Session:
    """The way to a pool's coordinator. One login serves all callers; a lost one is renewed once for all of them."""

    def __init__(self, address: Address, login: Login, dial: Dial) -> None:
        self._door = address
        self._at = address
        self._login = login
        self._dial = dial
        self._wire: Transport | None = None
        self._ref = ""
        self._lock = asyncio.Lock()
        self.logins = 0
        """How often we logged in: a change means that tasks and event tokens of before may be gone."""

    def __repr__(self) -> str:
        return f"<session with {self._at}>"

    @property
    def address(self) -> str:
        """The coordinator, as far as we know."""
        return str(self._at)

    async def open(self) -> None:
        """Log in, unless we are.

        Raises:
            XapiError: SESSION_AUTHENTICATION_FAILED and the like.
            Unreachable, Untrusted
        """
        await self._ready()

    async def close(self) -> None:
        """Log out as far as the pool listens, and close the connection."""
        wire_, ref, self._wire, self._ref = self._wire, self._ref, None, ""
        if wire_ is None:
            return
        try:
            if ref:
                await self._post(wire_, "session.logout", (ref,), Any, 5.0)
        except (XapiError, Unreachable):
            return  # the pool forgets idle sessions by itself
        finally:
            await wire_.aclose()

    async def call(
        self,
        method: str,
        params: tuple[Any, ...],
        kind: type[T],
        timeout: float | None,  # noqa: ASYNC109
        *,
        again: bool = True,
    ) -> T:
        """Send one call under our session and read its answer.

        A call answered by SESSION_INVALID or HOST_IS_SLAVE was not carried out, so it is sent again after a new login,
        unless `again` is false, because its parameters belong to the old session.

        Raises:
            XapiError, Unreachable, OutcomeUnknown, Untrusted
        """
        for _ in range(REDIRECTS):
            transport, ref = await self._ready()
            try:
                return await self._post(transport, method, (ref, *params), kind, timeout)
            except XapiError as error:
                if error.code not in FORGOTTEN:
                    raise
                self._forget(ref)
                if not again:
                    raise
            except Unreachable as error:
                if not isinstance(error, OutcomeUnknown):  # nobody is there: next time look for the coordinator anew
                    self._forget(ref)
                raise
        raise Unreachable(f"{self._at} accepts our login and forgets it at once; is its toolstack restarting?")

    async def _ready(self) -> tuple[Transport, str]:
        """A way to the coordinator and a session there, logging in if needed: once for all who wait."""
        async with self._lock:
            if self._wire is None or not self._ref:
                await self._log_in()
            if self._wire is None:
                raise Unreachable(f"{self._at}: the connection was closed")
            return self._wire, self._ref

    async def _log_in(self) -> None:
        """Knock where the coordinator was last; when nobody answers there, at the address we were given."""
        try:
            await self._knock(self._at)
        except Unreachable:
            if self._at == self._door:
                raise
            await self._knock(self._door)

    async def _knock(self, address: Address) -> None:
        params = (self._login.username, self._login.password, API_VERSION, ORIGINATOR)
        for _ in range(REDIRECTS):
            transport = self._way(address)
            try:
                ref = await self._post(transport, "session.login_with_password", params, str, ANSWER_SECONDS)
            except XapiError as error:
                await self._drop(transport)
                if error.code != "HOST_IS_SLAVE" or not error.params:
                    raise
                address = _elsewhere(error.params[0], address)
            except BaseException:
                await self._drop(transport)
                raise
            else:
                await self._settle(address, transport, ref)
                return
        raise Unreachable(f"{self._door}: its hosts send us round in a circle in search of the coordinator")

    def _way(self, address: Address) -> Transport:
        """The connection we have, when it leads there; else a new one."""
        return self._wire if self._wire is not None and address == self._at else self._dial(str(address))

    async def _drop(self, transport: Transport) -> None:
        if transport is not self._wire:
            await transport.aclose()

    async def _settle(self, address: Address, transport: Transport, ref: str) -> None:
        old, self._wire, self._at, self._ref = self._wire, transport, address, ref
        self.logins += 1
        if old is not None and old is not transport:
            await old.aclose()

    def _forget(self, ref: str) -> None:
        if self._ref == ref:
            self._ref = ""

    async def _post(
        self, transport: Transport, method: str, params: tuple[Any, ...], kind: type[T], patience: float | None
    ) -> T:
        try:
            body = wire.request(method, params)
            reply = await transport.post(wire.PATH, body, content_type=wire.CONTENT_TYPE, timeout=patience)
            return wire.read(reply, kind)
        except XapiError as error:
            told = tuple(self.blot(text, params) for text in error.params)
            raise XapiError(error.code, told) from None
        except ConnectionRefusedError as error:
            raise Unreachable(f"{self._at}: {str(error) or 'the connection was refused'}") from None
        except wire.BadAnswer as error:  # it was sent, and only the answer cannot be read
            begins = _REFERENCE.sub(BLOTTED_SESSION, self.blot(error.body.decode(errors="replace"), params))
            why = f"{error}; it begins with {begins[:SHOWN_BYTES]!r}"
            raise OutcomeUnknown(f"{self._at}: the answer to {method} cannot be read: {why}") from None
        except (OSError, TimeoutError) as error:
            raise OutcomeUnknown(f"{self._at}: no answer to {method}: {str(error) or type(error).__name__}") from None

    def blot(self, text: str, params: tuple[Any, ...] = ()) -> str:
        """A host's text without the password and without sessions: ours, and those in a call's parameters."""
        for session in filter(None, (self._ref, *_sessions(params))):
            text = text.replace(session, BLOTTED_SESSION)
        return _without(self._login.password, _NAMED.sub(rf"\1{BLOTTED_SESSION}", text))


_NAMED = re.compile(r"(session_id\W{1,5})OpaqueRef:[\w-]+")
"""A session in an address, as host.migrate_receive writes it: `.../xenops?session_id=OpaqueRef:...`."""
_REFERENCE = re.compile(r"OpaqueRef:[\w-]+")
"""In an answer that cannot be read any reference may be a session, so none is shown."""


def _sessions(params: tuple[Any, ...]) -> Iterator[str]:
    """The session that a call carried, its first parameter, and the one in a token of host.migrate_receive."""
    if params and str(params[0]).startswith("OpaqueRef:"):
        yield params[0]
    for value in params:
        if isinstance(value, dict) and value.get("session_id"):
            yield value["session_id"]


def _without(password: str, text: str) -> str:
    """The text without the password as a whole word, as it is or as JSON and XML write it.

    Inside longer words it stays: a password such as `lab` would tear every `available` apart.
    """
    forms = {password, msgspec.json.encode(password).decode()[1:-1], html.escape(password)} - {""}
    for form in sorted(forms, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(form)}(?!\w)", BLOTTED_PASSWORD, text)
    return text


def _elsewhere(text: str, here: Address) -> Address:
    """The coordinator's address as a member tells it: without a port, so ours is kept."""
    return parse(text, port=here.port or PORT)
