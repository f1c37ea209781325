"""Tells other programs what becomes of runs: a POST of JSON to each configured address (`[[webhooks]]`).

A run never waits for a webhook and never fails because of one: what cannot be delivered is said once and left. An event
is delivered at least once, in the order in which it happened; its `id` is the same when it is sent again.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx2
import msgspec
from msgspec import Struct

from xenferry.config import ConfigError, Webhook, read_secret
from xenferry.plan.steps import Plan, Thing
from xenferry.runs.journal import Entry

PAUSES_SECONDS = (1.0, 5.0)
"""How long is waited before each further try."""
ANSWER_SECONDS = 10.0
LEAVE_SECONDS = 10.0
"""At the end of a run: how long what is still under way may take."""

EVENTS = {"step-failed": "failed", "step-person": "person", "unreachable": "unreachable"}
"""Kind of the journal's entry -> the event that webhooks know it by; `started` and `ended` are of the run itself."""


class News(Struct, frozen=True, kw_only=True):
    """The body of a request. Texts hold names from the pool: escape them before showing."""

    id: str
    event: str
    """`started`, `failed` (a step), `person` (a step waits for somebody), `unreachable`, or `ended`."""
    run: str
    wish: str
    pool: Thing
    state: str = ""
    """With `ended`: `done`, `incomplete`, `cancelled`, or `left` (the program had to leave the run)."""
    text: str
    """All of it in one line; chat servers show this field."""
    format: int = 1


class Ended(Protocol):
    """What of a run's report is told."""

    @property
    def state(self) -> str:
        """How it ended."""

    @property
    def next(self) -> str:
        """How to go on."""


class Addressee(Struct, frozen=True):
    """A webhook with its secrets read."""

    hook: Webhook
    url: str
    secret: str = ""

    @property
    def name(self) -> str:
        """For messages: the rest of an address often is a secret."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname or '?'}"


class Bell:
    """Rings for one run."""

    def __init__(self, run: str, plan: Plan, addressees: Sequence[Addressee], complain: Callable[[str], None]) -> None:
        self._run, self._plan, self._complain = run, plan, complain
        self._count = 0
        self._waiting = [(each, asyncio.Queue[News]()) for each in addressees]

    def hear(self, entry: Entry) -> None:
        """An event of the run, as the engine tells it."""
        if event := EVENTS.get(entry.kind):
            parts = (entry.text.get("text", ""), entry.text.get("reason", ""))
            self._ring(event, ": ".join(str(part) for part in parts if part))

    def start(self) -> None:
        """The run begins, or goes on."""
        self._ring("started", "")

    def end(self, report: Ended) -> None:
        """The run is over, for now."""
        self._ring("ended", report.next, report.state)

    def leave(self) -> None:
        """The program cannot go on with it."""
        self._ring("ended", f"`xenferry runs resume {self._run}` goes on with it", "left")

    def _ring(self, event: str, said: str, state: str = "") -> None:
        self._count += 1
        what = f"{self._plan.pool.name}: {self._plan.wish}: {state or event}"
        news = News(
            id=f"{self._run}-{self._count}",
            event=event,
            run=self._run,
            wish=self._plan.wish,
            pool=self._plan.pool,
            state=state,
            text=f"{what}. {said}" if said else what,
        )
        for each, queue in self._waiting:
            if event in each.hook.events and (not each.hook.pools or self._plan.pool.name in each.hook.pools):
                queue.put_nowait(news)

    async def deliver(self) -> None:
        """Send what there is, for ever; each addressee has a line of its own."""
        client = httpx2.AsyncClient(timeout=ANSWER_SECONDS, follow_redirects=False)
        async with client, asyncio.TaskGroup() as lines:
            for each, queue in self._waiting:
                lines.create_task(self._line(client, each, queue))

    async def drained(self) -> None:
        """Until everything is sent or given up."""
        for _, queue in self._waiting:
            await queue.join()

    async def _line(self, client: httpx2.AsyncClient, each: Addressee, queue: asyncio.Queue[News]) -> None:
        while True:
            news = await queue.get()
            if trouble := await _send(client, each, msgspec.json.encode(news)):
                self._complain(f"The webhook at {each.name} was not told that the run has {news.event}: {trouble}.")
            queue.task_done()


async def _send(client: httpx2.AsyncClient, each: Addressee, body: bytes) -> str:
    """Why it could not be delivered; empty if it was."""
    trouble = ""
    for pause in (0.0, *PAUSES_SECONDS):
        await asyncio.sleep(pause)
        try:
            answer = await client.post(each.url, content=body, headers=headers(each.secret, body))
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            trouble = type(error).__name__  # its text may hold the address
            continue
        if answer.is_success:
            return ""
        trouble = f"it answered {answer.status_code}"
        if answer.status_code < 500 and answer.status_code != 429:
            break
    return trouble


def headers(secret: str, body: bytes) -> dict[str, str]:
    """With a secret, the body's HMAC-SHA256 goes along, so that the receiver knows who speaks."""
    found = {"Content-Type": "application/json"}
    if secret:
        found["X-Xenferry-Signature"] = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return found


def addressees(hooks: Sequence[Webhook]) -> tuple[Addressee, ...]:
    """The webhooks with their secrets read.

    Raises:
        ConfigError: a secret is not where the configuration says, or an address is none.
    """
    found = []
    for number, hook in enumerate(hooks, 1):
        url = hook.url if isinstance(hook.url, str) else read_secret(f"the address of webhook {number}", hook.url, "")
        if not url.startswith(("https://", "http://")):
            raise ConfigError(f"the address of webhook {number} must begin with https:// or http://")
        secret = read_secret(f"the secret of webhook {number}", hook.secret, "") if hook.secret else ""
        found.append(Addressee(hook, url, secret))
    return tuple(found)


@asynccontextmanager
async def ringing(
    run: str, plan: Plan, addressees: Sequence[Addressee], complain: Callable[[str], None]
) -> AsyncIterator[Bell]:
    """A bell for a run that is about to be driven. What is under way at the end of the block gets a moment to arrive.

    Args:
        run: the run's id.
        plan: what it carries out.
        addressees: whom to tell.
        complain: is told, in a sentence, what could not be delivered.
    """
    bell = Bell(run, plan, addressees, complain)
    delivery = asyncio.create_task(bell.deliver())
    bell.start()
    try:
        yield bell
    except BaseException:
        bell.leave()
        raise
    finally:
        await _leave(bell, delivery, complain)


async def _leave(bell: Bell, delivery: asyncio.Task[Any], complain: Callable[[str], None]) -> None:
    try:
        async with asyncio.timeout(LEAVE_SECONDS):
            await bell.drained()
    except TimeoutError:
        complain(f"Not every webhook could be told within {LEAVE_SECONDS:.0f} s.")
    finally:
        delivery.cancel()
        await asyncio.wait([delivery])
