"""Many trials, on all processors of the machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trial.scene import Trial, trial

CHUNK = 5
LONGEST_S = 60
"""Seconds of a processor after which a trial is taken for one that goes round in circles."""


class Endless(KeyboardInterrupt):
    """A trial does not end; asyncio lets this one through."""


def _endless(*_: object) -> None:
    raise Endless


@dataclass(frozen=True)
class Outcome:
    """What came of one seed; small, for it travels between processes."""

    seed: int
    wish: str
    ends: tuple[str, ...]
    """How each person's stretch of the run ended."""
    met: tuple[str, ...]
    """The kinds of mishaps."""
    faults: tuple[str, ...]
    """The laws that were broken."""


def outcome(made: Trial) -> Outcome:
    return Outcome(made.seed, made.wish, tuple(made.ends), tuple(made.met), tuple(made.faults))


def attempt(seed: int) -> Outcome:
    """One trial; a program that ends with an error nobody foresaw, or never, has broken a law, too."""
    signal.signal(signal.SIGALRM, _endless)
    signal.alarm(LONGEST_S)
    try:
        return outcome(trial(seed))
    except (Exception, Endless):  # noqa: BLE001 (whatever it is, it is reported with its seed)
        return Outcome(seed, "", (), (), (traceback.format_exc(limit=-4),))
    finally:
        signal.alarm(0)


def tried(seeds: Sequence[int]) -> Iterator[Outcome]:
    """The outcomes in the order of the seeds."""
    with multiprocessing.get_context("spawn").Pool(len(os.sched_getaffinity(0))) as pool:
        yield from pool.imap(attempt, seeds, CHUNK)
