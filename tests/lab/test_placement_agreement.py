"""The lab answers as the real XAPI did: 25 recorded pools, every kind of verdict, parameters and all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from agreement.answers import guest_answers
from agreement.compare import RECORDED_WITH, Score, pools, score_pool

from xenferry.lab.placement.facts import Facts

RECORDING = Path(__file__).parents[1] / "data" / "verdicts-25-pools.jsonl.gz"


@pytest.fixture(scope="module")
def recorded() -> list[dict[str, Any]]:
    return list(pools(RECORDING))


def test_every_recorded_verdict_is_the_labs(recorded: list[dict[str, Any]]) -> None:
    score = Score()
    for pool in recorded:
        score_pool(pool, score)
    assert score.perfect, "\n".join(score.report())
    assert len(score.tallies) == 26
    assert all(tally.asked >= 15 for tally in score.tallies.values()), "a kind of verdict was hardly asked for"


@pytest.mark.parametrize(
    ("version", "kinds"),
    [
        ((26, 2), {"core", "pool_migrate", "memory_required", "memory_overhead"}),
        ((25, 26), {"lifecycle"}),
        ((25, 30), {"migrate_same_sr"}),
        ((25, 23), {"pool_migrate", "lifecycle"}),
    ],
)
def test_an_older_xapi_answers_otherwise(
    recorded: list[dict[str, Any]], version: tuple[int, ...], kinds: set[str]
) -> None:
    """Each change of behaviour that the lab knows of shows in the recording, and only from its version on."""
    assert kinds <= _differing(recorded, version)
    assert not _differing(recorded, RECORDED_WITH)


def _differing(recorded: list[dict[str, Any]], version: tuple[int, ...]) -> set[str]:
    found = set()
    for pool in recorded:
        facts = Facts(pool["records"], pool["internal"], version, gvt_g=pool["config"]["gvt_g_supported"])
        for vm, verdicts in pool["verdicts"]["VM"].items():
            found |= {kind for kind, _, wanted, ours in guest_answers(facts, vm, verdicts) if wanted != ours}
    return found
