"""What became of a step, as a value: done, to be tried later, a person is needed, failed. And which error is which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec
from msgspec import Struct

from xenferry.pool.secrets import blot


class Done(Struct, frozen=True, tag="done"):
    """The pool shows it."""

    how: str = "the pool shows it"


class RetryLater(Struct, frozen=True, tag="later"):
    """Not now. `counted`: it was a failed try, of which there are only so many; else somebody else is busy."""

    reason: str
    seconds: float
    counted: bool = True
    for_room: bool = False
    """Memory was short, which other steps of the run may still change."""
    error: tuple[str, ...] = ()
    """XAPI's answer, where there was one."""


class NeedsPerson(Struct, frozen=True, tag="person"):
    """Nothing is wrong with the pool, but somebody has to decide."""

    reason: str


class Failed(Struct, frozen=True, tag="failed"):
    """It cannot be done as it is."""

    text: str
    error: tuple[str, ...] = ()


class Stopped(Struct, frozen=True, tag="stopped"):
    """It was begun and stopped because the run was cancelled; it is as if never begun."""


Outcome = Done | RetryLater | NeedsPerson | Failed | Stopped

BUSY = frozenset(
    {
        "OTHER_OPERATION_IN_PROGRESS",
        "HOST_STILL_BOOTING",
        "HOST_EVACUATE_IN_PROGRESS",
        "TOO_MANY_STORAGE_MIGRATES",
        "TOO_MANY_PENDING_TASKS",
    }
)
"""Somebody else is at work; the call was refused without harm."""

TEMPORARY = frozenset(
    {
        "CANNOT_CONTACT_HOST",
        "HOST_OFFLINE",
        "HOST_NOT_LIVE",
        "TLS_CONNECTION_FAILED",
        "VM_MIGRATE_CONTACT_REMOTE_SERVICE_FAILED",
        "VM_MIGRATE_FAILED",
        "VM_FAILED_SUSPEND_ACKNOWLEDGMENT",
        "BALLOONING_TIMEOUT_BEFORE_MIGRATION",
        "VMS_FAILED_TO_COOPERATE",
        "HANDLE_INVALID",
        "INTERNAL_ERROR",
        "MIRROR_FAILED",
        "SR_HAS_NO_PBDS",
        "VM_REQUIRES_SR",
        "SESSION_INVALID",
    }
)
"""May well succeed the next time: a host that has just booted still connects its SRs. Where a guest is after such an
error is looked up first."""

SILENT = frozenset({"CANNOT_CONTACT_HOST", "HOST_OFFLINE"})
"""A host did not answer; the first parameter names it. XAPI goes on believing in its guests for ten minutes."""

SESSION = "SESSION_INVALID"
"""Its parameter is a session: of a task, the one that let us into another host or pool."""

MEMORY = "HOST_NOT_ENOUGH_FREE_MEMORY"
BUSY_SECONDS = 5.0
FIRST_SECONDS = 5.0
LONGEST_SECONDS = 120.0


class Names(Protocol):
    """Whoever knows what people call an object, e.g. a snapshot."""

    def name(self, ref: str) -> str:
        """The object's name, else the reference."""


def sort_error(code: str, params: Sequence[str], tries: int, snapshot: Names, where: str = "") -> Outcome:
    """What an error of XAPI means for the step; `tries`: how often it was tried, this time included."""
    params = (
        () if code == SESSION else tuple(map(blot, params))
    )  # drivers repeat their mount options, and the journal is a file
    text = (f"{where}: " if where else "") + in_words(code, params, snapshot)
    if code in BUSY:
        return RetryLater(text, BUSY_SECONDS, counted=False)
    if code == MEMORY:
        return RetryLater(text, back_off(tries), for_room=True)
    if code in TEMPORARY:
        return RetryLater(text, back_off(tries), error=(code, *params))
    return Failed(text, (code, *params))


def back_off(tries: int) -> float:
    """Seconds to wait after so many tries: 5, 10, 20, ... up to two minutes."""
    return float(min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** max(0, tries - 1)))


def in_words(code: str, params: Sequence[str], snapshot: Names) -> str:
    """The error with names in place of references."""
    named = [snapshot.name(each) if each.startswith("OpaqueRef:") else each for each in params if each]
    return f"{code} ({', '.join(named)})" if named else code


def said(outcome: Outcome | None) -> str:
    """The outcome in words; empty for none."""
    match outcome:
        case Done():
            return outcome.how
        case RetryLater() | NeedsPerson():
            return outcome.reason
        case Failed():
            return outcome.text
        case Stopped():
            return "stopped because the run was cancelled"
        case _:
            return ""


def encode(outcome: Outcome) -> str:
    """As the journal keeps it."""
    return msgspec.json.encode(outcome).decode()


def decode(text: str) -> Outcome | None:
    """What `encode` wrote; None for a step that has no outcome yet."""
    return msgspec.json.decode(text, type=Outcome) if text else None
