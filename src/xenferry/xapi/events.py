"""The pool's changes as an endless stream over `event.from`.

Each loop has one reason to go round: a token that is no longer understood or a new login begins again with everything;
a broken connection waits and goes on where it was; anything else is the caller's business.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import msgspec
from msgspec import Struct, field

from xenferry.xapi.error import Unreachable, XapiError

WAIT_SECONDS = 30.0
"""How long XAPI holds an `event.from` without news."""
BACK_OFF_SECONDS = (0.5, 30.0)
"""The first pause after a broken connection, and the longest."""
LOST = ("EVENTS_LOST", "EVENT_FROM_TOKEN_PARSE_FAILURE", "SESSION_INVALID", "HOST_IS_SLAVE")
"""The token is worth nothing any more: it was not understood, or belongs to a session before a new login."""


class Event(Struct, frozen=True):
    """One object changed."""

    cls: str = field(name="class")
    """XenAPI's class in lower case, as event.from spells it: `vm`, `host_metrics`."""
    operation: str
    """`add`, `mod` or `del`."""
    ref: str
    snapshot: msgspec.Raw = msgspec.Raw(b"null")
    """The record as JSON; nothing for `del`."""

    def record(self) -> Any:
        """The record as plain Python values; None for `del`."""
        return msgspec.json.decode(self.snapshot)


class Batch(Struct, frozen=True):
    """What changed since the batch before."""

    events: tuple[Event, ...]
    token: str
    valid_ref_counts: dict[str, int] = {}
    """Class in lower case -> how many objects it has now: the only sign of deletions that were missed."""
    resync: bool = False
    """The batch holds everything there is: what it does not name is gone."""


Broken = Callable[[Unreachable], None]
"""Told of every attempt that got no answer."""

Wait = Callable[[tuple[str, ...], str, float, type[Batch]], Awaitable[Batch]]


async def follow(
    wait: Wait,
    logins: Callable[[], int],
    classes: tuple[str, ...],
    token: str = "",
    dice: random.Random | None = None,
    broken: Broken | None = None,
) -> AsyncGenerator[Batch, None]:
    """Batches of events, for ever. An empty batch says that nothing changed for half a minute.

    Args:
        wait: one `event.from`.
        logins: how often we logged in; a coordinator that restarted knows our token no more.
        classes: XenAPI classes, or `*`.
        token: where to go on; empty: begin with everything.
        dice: spreads reconnections of many clients.
        broken: told of every attempt without an answer.

    Raises:
        XapiError: what a new login or a new token does not cure.
        Untrusted
    """
    chance = dice or random.Random()  # noqa: S311  # spreads load, guards nothing
    known = logins()
    pause = BACK_OFF_SECONDS[0]
    while True:
        try:
            batch = await wait(classes, token, WAIT_SECONDS, Batch)
        except XapiError as error:
            if error.code not in LOST:
                raise
            token = ""
            continue
        except Unreachable as error:
            if broken is not None:
                broken(error)
            await asyncio.sleep(pause * (0.5 + chance.random()))
            pause = min(2 * pause, BACK_OFF_SECONDS[1])
            continue
        pause = BACK_OFF_SECONDS[0]
        if logins() != known and token:
            known, token = logins(), ""
            continue
        known = logins()
        yield msgspec.structs.replace(batch, resync=not token)
        token = batch.token
