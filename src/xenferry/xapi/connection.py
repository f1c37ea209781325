"""A pool to call: reads are repeated when a connection breaks, changing calls are never sent twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from xenferry.xapi.address import parse
from xenferry.xapi.error import OutcomeUnknown, Unreachable, XapiError
from xenferry.xapi.events import Batch, Broken, follow
from xenferry.xapi.session import ANSWER_SECONDS, Login, Session
from xenferry.xapi.task import Task
from xenferry.xapi.transport import Dial, https
from xenferry.xapi.trust import fingerprints

T = TypeVar("T")

READS = ("get_", "assert_", "compute_", "retrieve_")
"""Calls whose last part begins so change nothing, and may be repeated."""
PAUSES_SECONDS = (0.5, 2.0, 5.0)
"""Before the second, third and fourth try of a read."""


@asynccontextmanager
async def connect(
    address: str,
    username: str,
    password: str,
    *,
    pin: str | Iterable[str] | None = None,
    dial: Dial | None = None,
) -> AsyncIterator[Connection]:
    """Log in to a pool, by the address of any of its hosts.

    Args:
        address: name or IP address, with `:PORT` if it is not 443. A member sends us on to the coordinator.
        username: usually root.
        password: its password.
        pin: SHA-256 fingerprints of the certificates that are trusted; see `look` for a first contact.
        dial: another way to a host than HTTPS, e.g. a lab in this process; it does not ask for pins.

    Raises:
        Unreachable, Untrusted
        XapiError: e.g. SESSION_AUTHENTICATION_FAILED.
    """
    session = Session(parse(address), Login(username, password), dial or https(fingerprints(pin)))
    try:
        await session.open()
        yield Connection(session)
    finally:
        await session.close()


class Connection:
    """A pool that one may call."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __repr__(self) -> str:
        return f"<connection to {self._session.address}>"

    @property
    def address(self) -> str:
        """The coordinator's address."""
        return self._session.address

    async def call(self, method: str, *params: Any) -> Any:
        """Call XenAPI, e.g. `call("VM.get_power_state", ref)`; the session is added. Plain Python values come back.

        Raises:
            XapiError: XAPI's refusal.
            OutcomeUnknown: the connection broke after a changing call was sent.
            Unreachable, Untrusted
        """
        return await self.typed(Any, method, *params)

    async def typed(self, kind: type[T], method: str, *params: Any) -> T:
        """The same, decoded straight into `kind`; fields it does not know are skipped."""
        patience: float | None = ANSWER_SECONDS
        if not method.rpartition(".")[2].startswith(READS):
            return await self._session.call(method, params, kind, patience)
        for pause in PAUSES_SECONDS:
            try:
                return await self._session.call(method, params, kind, patience)
            except Unreachable:
                await asyncio.sleep(pause)
        return await self._session.call(method, params, kind, patience)

    async def start(self, method: str, *params: Any, tags: Mapping[str, str] | None = None) -> Task:
        """Start the asynchronous form of a call; its task carries `tags` in other_config, so that it is found again.

        A task that cannot be tagged is given back all the same, because its work has begun.

        Raises:
            XapiError: the call was refused at once (wrong parameters, unknown method).
            OutcomeUnknown: whether it was started is not known.
        """
        task = self.task(await self._session.call(f"Async.{method}", params, str, ANSWER_SECONDS))
        for key, value in (tags or {}).items():
            try:
                await self.call("task.add_to_other_config", task.ref, key, value)
            except (Unreachable, XapiError):
                break  # the work has begun: whoever looks for it finds it by what the guest is doing
        return task

    def task(self, ref: str) -> Task:
        """Take up a task that exists already."""
        return Task(self, ref, self._session.blot)

    def events(
        self, classes: Iterable[str], token: str = "", broken: Broken | None = None
    ) -> AsyncGenerator[Batch, None]:
        """Changes of these classes for ever, whatever happens to the connection; see `xenferry.xapi.events`."""
        return follow(self._wait_for_events, lambda: self._session.logins, tuple(classes), token, broken=broken)

    async def _wait_for_events(self, classes: tuple[str, ...], token: str, seconds: float, kind: type[T]) -> T:
        # A dead peer must be noticed some time, a busy pool may be late: twice the wait and a minute.
        return await self._session.call("event.from", (classes, token, seconds), kind, 2 * seconds + 60, again=False)


__all__ = ["Connection", "OutcomeUnknown", "connect"]
