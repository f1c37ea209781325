"""The rules agree with what the real XAPI decided about recorded pools, and the comparison notices when they do not."""

from __future__ import annotations

import io
import json
from pathlib import Path

import oracle
import pytest

DATA = Path(__file__).parents[1] / "data"
CORPUS = DATA / "verdicts-every-code.jsonl.gz"
"""A few pools that show every error code of every kind of verdict."""


KINDS = {
    *oracle.PAIRS,
    *("lifecycle", "memory_required", "memory_overhead", "memory_ha_planner", "agile", "possible_hosts"),
    *("free_memory", "ha_disable"),
}
LATER = {"prevent_evacuation", "evacuation_plan", "can_evacuate", "migrate_same_sr", "migrate_other_sr"}
"""Kinds of which only the larger recording has some."""


@pytest.mark.parametrize(
    ("corpus", "kinds"), [(CORPUS, KINDS), (DATA / "verdicts-25-pools.jsonl.gz", KINDS | LATER)], ids=["codes", "25"]
)
def test_every_recorded_verdict_is_ours_too(corpus: Path, kinds: set[str]) -> None:
    out = io.StringIO()
    assert oracle.main([str(corpus)], out) == 0, out.getvalue()
    assert {line.split()[0] for line in out.getvalue().splitlines()} == kinds


def test_a_wrong_verdict_is_noticed_and_shown(tmp_path: Path) -> None:
    pool = next(oracle.pools(CORPUS))
    vm, verdicts = next((ref, each) for ref, each in pool["verdicts"]["VM"].items() if each["hosts"])
    host = next(iter(verdicts["hosts"]))
    verdicts["hosts"][host]["core"] = ["SOMETHING_ELSE", vm]
    changed, out = tmp_path / "changed.jsonl", io.StringIO()
    changed.write_text(json.dumps(pool) + "\n")
    assert oracle.main([str(changed)], out) == 1
    assert "SOMETHING_ELSE" in out.getvalue()
    assert vm in out.getvalue()
    assert host in out.getvalue()


def test_nothing_compared_is_no_agreement(tmp_path: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    assert oracle.main([str(empty)], io.StringIO()) == 1
