"""Whatever goes wrong on random pools: no guest is lost or moved twice, no host forgotten, no run without an end."""

from __future__ import annotations

import os
from collections import Counter

from trial.kinds import KINDS
from trial.many import tried

SEEDS = int(os.environ.get("SEEDS", "500"))
FIRST = int(os.environ.get("FIRST_SEED", "0"))


def test_no_run_loses_a_guest() -> None:
    outcomes = list(tried(range(FIRST, FIRST + SEEDS)))
    broken = [f"seed {each.seed} ({each.wish}): {fault}" for each in outcomes for fault in each.faults]
    assert not broken, "\n".join([*broken, "one alone: PYTHONPATH=tests/simulation python -m trial SEED"])
    _assert_eventful([end for each in outcomes for end in each.ends], [kind for each in outcomes for kind in each.met])


def _assert_eventful(ends: list[str], met: list[str]) -> None:
    """The trials were worth it: programs died, runs were cancelled and went on, everything that can go wrong did."""
    counted = Counter(ends)
    assert counted["done"] > SEEDS // 2
    assert min(counted["killed"], counted["incomplete"]) > SEEDS // 50, counted
    assert set(met) == {kind.__name__.replace("_", " ") for kind in KINDS}
