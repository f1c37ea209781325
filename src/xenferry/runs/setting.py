"""What a run is driven with, and how it ended."""

from __future__ import annotations

from msgspec import Struct

from xenferry.plan.schedule.limits import Limits
from xenferry.runs import verify
from xenferry.runs.hearing import Knock
from xenferry.runs.journal import Journal
from xenferry.runs.ledger import Listen
from xenferry.runs.port import Beyond, Dom0, Look, PoolPort


class Report(Struct, frozen=True, kw_only=True):
    """How a run ended."""

    run: str
    state: str
    """done, incomplete or cancelled."""
    proof: verify.Proof | None
    troubles: tuple[str, ...]
    """In words: steps that failed, wait for a person, or were never begun because of those."""
    next: str
    """How to go on; empty when everything is done."""


class Setting(Struct, frozen=True, kw_only=True):
    """What a driver works with."""

    journal: Journal
    pool: PoolPort
    look: Look
    owner: str
    """Unique for this program while it lives, e.g. user, machine and process."""
    dom0: Dom0 | None = None
    knock: Knock | None = None
    """Asks addresses of guests from here, so that the end shows whether they still answer; None: nobody is asked."""
    beyond: Beyond | None = None
    """The way to pools that guests are taken to; needed by plans that do."""
    limits: Limits | None = None
    """How much may happen at once; None: what the plan says."""
    accept: frozenset[str] = frozenset()
    """Keys of steps that may move more bytes than the plan states, because a person said so."""
    listen: Listen | None = None
    """Is told every event as it happens, progress included."""
