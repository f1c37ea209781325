"""Comparing recorded verdicts with the lab's own, kind by kind. A verdict that was not recorded is not compared."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agreement.answers import guest_answers, host_answers, pool_answers
from xenferry.lab.placement.facts import Facts

RECORDED_WITH = (26, 17, 0)
SHOWN = 3


@dataclass
class Tally:
    agreed: int = 0
    asked: int = 0
    differences: list[str] = field(default_factory=list)


@dataclass
class Score:
    tallies: dict[str, Tally] = field(default_factory=dict)

    def add(self, kind: str, where: str, recorded: Any, answered: Any) -> None:
        tally = self.tallies.setdefault(kind, Tally())
        tally.asked += 1
        if recorded == answered:
            tally.agreed += 1
        else:
            tally.differences.append(f"{where}\n      XAPI {recorded}\n      lab  {answered}")

    @property
    def perfect(self) -> bool:
        return all(tally.agreed == tally.asked for tally in self.tallies.values())

    def report(self) -> Iterator[str]:
        for kind, tally in sorted(self.tallies.items()):
            yield f"{kind:28} {tally.agreed:7} of {tally.asked:7}  {100 * tally.agreed / tally.asked:8.3f} %"
            yield from (f"    {text}" for text in tally.differences[:SHOWN])


def pools(path: str | Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def score_file(path: str | Path, score: Score) -> None:
    for pool in pools(path):
        score_pool(pool, score)


def score_pool(pool: dict[str, Any], score: Score) -> None:
    facts = Facts(pool["records"], pool["internal"], RECORDED_WITH, gvt_g=pool["config"]["gvt_g_supported"])
    seed, verdicts = pool["seed"], pool["verdicts"]
    for vm, recorded in verdicts["VM"].items():
        for kind, detail, wanted, answered in guest_answers(facts, vm, recorded):
            score.add(kind, f"pool {seed} guest {vm} {detail}", wanted, answered)
    for host, recorded in verdicts["host"].items():
        for kind, detail, wanted, answered in host_answers(facts, host, recorded):
            score.add(kind, f"pool {seed} host {host} {detail}", wanted, answered)
    for kind, detail, wanted, answered in pool_answers(facts, verdicts):
        score.add(kind, f"pool {seed} {detail}", wanted, answered)
