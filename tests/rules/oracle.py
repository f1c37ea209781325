"""Compare the rules with recordings of what the real XAPI decided, and print how well they agree.

    python tests/rules/oracle.py FILE...

Each file holds one pool per line, gzipped or not: `records` in XenAPI's shape, `internal` fields that the API hides,
and `verdicts` (`null` is yes, a list is XAPI's error). A verdict that is missing was not recorded. Exits 0 only if all
that was compared agrees.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Observation, Snapshot
from xenferry.rules import storage_motion
from xenferry.rules.evacuation import evacuation
from xenferry.rules.facts import agility, ha, memory
from xenferry.rules.matrix import Matrix, matrix

PAIRS = {
    "pool_migrate": "forward",
    "pool_migrate_force": "forward-force",
    "boot_here": "boot",
    "core": "core",
    "core_nocpu": "core-without-cpu",
    "core_evac": "core-without-memory",
    "core_nosr": "core-without-sr",
    "cpu": "cpu",
}
"""Verdict about a guest and a host -> what we are asked."""

DECIDER = "26.17.0"
"""The xapi whose code decided, whatever versions the made-up hosts claim to have."""

SHOWN = 5
"""Disagreements printed per kind."""


@dataclass
class Score:
    """Agreements, comparisons and the first disagreements, per kind of verdict."""

    right: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def compare(self, kind: str, where: str, ours: Any, theirs: Any) -> None:
        """Count one verdict; `where` says which pool, guest and host it is about."""
        self.total[kind] += 1
        if ours == theirs:
            self.right[kind] += 1
        elif self.total[kind] - self.right[kind] <= SHOWN:
            self.wrong.append(f"{kind}: {where}\n    XAPI said {theirs}\n    we say    {ours}")

    @property
    def perfect(self) -> bool:
        """Whether something was compared and all of it agreed."""
        return bool(self.total) and self.right == self.total


def pools(path: Path) -> Iterator[dict[str, Any]]:
    """The recorded pools of a file."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
        yield from map(json.loads, lines)


def snapshot_of(pool: dict[str, Any]) -> Snapshot:
    """The snapshot of a recorded pool, with the hidden fields as observations."""
    hidden = [
        Observation(kind="internal", subject=Ref(ref), value=fields)
        for table in pool["internal"].values()
        for ref, fields in table.items()
    ]
    told = {**pool["config"], "deciding_xapi": DECIDER}
    switches = [Observation(kind="internal", subject=Ref(ref), value=told) for ref in pool["records"]["pool"]]
    return Snapshot.from_tables(pool["records"], observations=(*hidden, *switches))


def judge_pool(pool: dict[str, Any], score: Score) -> None:
    """Compare everything recorded of one pool."""
    s = snapshot_of(pool)
    judged = matrix(s, tuple(s.VM.values()))
    for ref, verdicts in pool["verdicts"]["VM"].items():
        vm, where = s.VM[Ref(ref)], f"pool {pool['seed']}, {s.VM[Ref(ref)].name_label} {ref}"
        _compare_pairs(judged, vm, verdicts.get("hosts", {}), where, score)
        _compare_guest(judged, vm, verdicts, where, score)
    for ref, verdicts in pool["verdicts"]["host"].items():
        if "ha_disable_preserves_plan" in verdicts:
            answer = list(ha.disable_refusal(s, s.host[Ref(ref)])) or None
            score.compare(
                "ha_disable", f"pool {pool['seed']}, host {ref}", answer, verdicts["ha_disable_preserves_plan"]
            )
        if "free_memory" in verdicts:
            score.compare(
                "free_memory", f"pool {pool['seed']}, host {ref}", memory.free(s, Ref(ref)), verdicts["free_memory"]
            )
        _compare_evacuation(judged, s.host[Ref(ref)], verdicts, f"pool {pool['seed']}, host {ref}", score)


def _compare_evacuation(judged: Matrix, host: Host, verdicts: dict[str, Any], where: str, score: Score) -> None:
    ours = evacuation(judged.snapshot, host, judged)
    blockers = {ref: list(error) for ref, error in ours.blockers.items()}
    answers: dict[str, Any] = {
        "prevent_evacuation": blockers,
        "evacuation_plan": {**ours.moves, **blockers},
        "can_evacuate": _as_set(ours.refusal),
    }
    for name, answer in answers.items():
        if name in verdicts:
            theirs = verdicts[name]
            score.compare(name, where, answer, _as_set(theirs) if name == "can_evacuate" else theirs)


def _as_set(error: Sequence[str] | None) -> set[str] | None:
    """XAPI joins the errors in the order of a hash table."""
    return set(error[1].split("|")) if error else None


def _compare_pairs(judged: Matrix, vm: VM, hosts: dict[str, Any], where: str, score: Score) -> None:
    for ref, verdicts in hosts.items():
        host = judged.snapshot.host[Ref(ref)]
        for name, kind in PAIRS.items():
            if name in verdicts:
                ours = judged.first(vm, host, kind)
                score.compare(name, f"{where} to {host.name_label} {ref}", ours and list(ours), verdicts[name])
        _compare_motion(judged, vm, host, verdicts, f"{where} to {host.name_label} {ref}", score)


def _compare_motion(judged: Matrix, vm: VM, host: Host, verdicts: dict[str, Any], where: str, score: Score) -> None:
    s = judged.snapshot
    if "migrate_same_sr" in verdicts:
        drives = [s.VBD[ref] for ref in vm.VBDs]
        same = {each.VDI: s.VDI[each.VDI].SR for each in drives if not each.empty and each.type != "CD"}
        ours = storage_motion.refusal(judged, vm, host, same)
        score.compare("migrate_same_sr", where, list(ours) or None, verdicts["migrate_same_sr"])
    if "migrate_other_sr" in verdicts:
        asked = verdicts["migrate_other_sr"]
        other = storage_motion.refusal(judged, vm, host, asked["vdi_map"])
        score.compare("migrate_other_sr", where, list(other) or None, asked["verdict"])


def _compare_guest(judged: Matrix, vm: VM, verdicts: dict[str, Any], where: str, score: Score) -> None:
    s = judged.snapshot
    answers = {
        "memory_required": memory.needed(s, vm),
        "memory_overhead": memory.overhead(s, vm),
        "memory_ha_planner": memory.planned(s, vm),
        "agile": list(agility.refusal(s, vm)) or None,
        "possible_hosts": [host.ref for host in s.hosts_in(judged.possible_hosts(vm))],
    }
    for name, ours in answers.items():
        if name in verdicts:
            score.compare(name, where, ours, verdicts[name])
    if "pool_migrate" in verdicts.get("lifecycle", {}):
        anywhere = judged.first(vm, s.hosts[0], "lifecycle")
        score.compare("lifecycle", where, anywhere and list(anywhere), verdicts["lifecycle"]["pool_migrate"])


def main(paths: list[str], out: TextIO) -> int:
    """Judge the files and print the agreement; the exit status."""
    score = Score()
    for path in paths:
        for pool in pools(Path(path)):
            judge_pool(pool, score)
    for kind in score.total:
        share = 100 * score.right[kind] / score.total[kind]
        out.write(f"{kind:20} {score.right[kind]:7} of {score.total[kind]:7}  {share:7.3f} %\n")
    out.writelines(f"\n{wrong}\n" for wrong in score.wrong)
    return 0 if score.perfect else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdout))
