"""Many trials, on all processors of the machine."""

from __future__ import annotations

import multiprocessing
import os
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trial.scene import Trial, trial

CHUNK = 5


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
    """One trial; a program that ends with an error nobody foresaw has broken a law, too."""
    try:
        return outcome(trial(seed))
    except Exception:  # noqa: BLE001 (whatever it is, it is reported with its seed)
        return Outcome(seed, "", (), (), (traceback.format_exc(limit=-4),))


def tried(seeds: Sequence[int]) -> Iterator[Outcome]:
    """The outcomes in the order of the seeds."""
    with multiprocessing.get_context("spawn").Pool(len(os.sched_getaffinity(0))) as pool:
        yield from pool.imap(attempt, seeds, CHUNK)
