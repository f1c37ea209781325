"""How soon a schedule ends, against mVM's published plans for the same migrations, and against the optimum.

    XENFERRY_DATA=FOLDER python benchmarks/schedule.py

FOLDER holds `migration-scenarios.csv`: who goes where, at which bandwidth, and when mVM had planned it. Durations and
bandwidths are mVM's own, so that only the order differs. What a node's link carries is what the fastest migration over
it was given. The optimum is proven by ortools where that is installed; the lower bound is printed in any case.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence

from measured import Goal, Measured

import data
from xenferry.plan.schedule.bound import bound
from xenferry.plan.schedule.exact import improve
from xenferry.plan.schedule.limits import Limits
from xenferry.plan.schedule.load import End, Job
from xenferry.plan.schedule.order import order
from xenferry.plan.schedule.play import length, play
from xenferry.plan.solver import cp_sat

EXACT = 20.0
"""How long the solver may prove, in its own seconds."""


def scenarios(rows: Sequence[data.Row]) -> dict[str, list[Job]]:
    """Scenario -> its migrations with mVM's durations."""
    found: dict[str, list[Job]] = defaultdict(list)
    for row in rows:
        found[row["scenario"]].append(
            Job(
                key=row["vm"],
                seconds=float(row["mvm_end_s"]) - float(row["mvm_start_s"]),
                ends=(End("out of", row["from_node"]), End("into", row["to_node"])),
                bits=float(row["planned_bandwidth_mbit_s"]) * 1e6,
            )
        )
    return found


def links(rows: Sequence[data.Row]) -> Limits:
    """What each node's link carries: the fastest migration over it."""
    found: dict[str, float] = defaultdict(float)
    for row in rows:
        for node in (row["from_node"], row["to_node"]):
            found[node] = max(found[node], float(row["planned_bandwidth_mbit_s"]) * 1e6)
    return Limits(links=dict(found), most_per_host=10**6)


def main() -> None:
    """Print, for each way to make the schedule, how far it ends above the optimum (else the bound)."""
    rows = data.rows("migration-scenarios.csv")
    limits, jobs = links(rows), scenarios(rows)
    theirs = {name: max(float(row["mvm_end_s"]) for row in rows if row["scenario"] == name) for name in jobs}
    begin = time.perf_counter()
    ours = {name: length(play(order(each, limits), limits)) for name, each in jobs.items()}
    seconds = (time.perf_counter() - begin) / len(jobs)
    least = {name: bound(each, limits) for name, each in jobs.items()}
    best, what = least, "lower bound"
    proven = {name: improve(order(each, limits), limits, least[name], EXACT, gap=1e-6) for name, each in jobs.items()}
    best = {name: each.at_least for name, each in proven.items()}
    solved = {name: length(play(each.jobs, limits)) for name, each in proven.items()}
    lines = [_line("mVM", theirs, best, None), _line("xenferry, rules of thumb and tries", ours, best, seconds)]
    plain = {name: length(play(order(each, limits, work=0), limits)) for name, each in jobs.items()}
    lines.insert(1, _line("xenferry, rules of thumb alone", plain, best, None))
    if cp_sat() is not None:
        lines.append(_line("xenferry, with ortools", solved, best, None))
    what = "proven bound" if cp_sat() is not None else "lower bound (no ortools)"
    data.table(("schedule", f"above the {what}", "worst", "equal", "seconds each"), lines)
    sys.stdout.write(f"{len(jobs)} scenarios, {len(rows)} migrations\n")


def _line(name: str, ends: dict[str, float], best: dict[str, float], seconds: float | None) -> tuple[str, ...]:
    above = [ends[key] / best[key] - 1 for key in best]
    equal = sum(each < 1e-6 for each in above)
    took = "" if seconds is None else f"{seconds:.3f}"
    return (name, f"{statistics.mean(above):.2%}", f"{max(above):.1%}", f"{equal} of {len(best)}", took)


def measure(quick: bool) -> Iterator[Measured]:
    """How far our schedules of mVM's migrations end above the proven optimum (without ortools: the lower bound)."""
    rows = data.rows("migration-scenarios.csv")
    limits, jobs = links(rows), scenarios(rows)
    mvm = {name: max(float(row["mvm_end_s"]) for row in rows if row["scenario"] == name) for name in jobs}
    ours = {name: order(each, limits) for name, each in jobs.items()}
    least = {name: bound(each, limits) for name, each in jobs.items()}
    proof = 0.5 if quick else EXACT
    best = {name: improve(ours[name], limits, least[name], proof, gap=1e-6).at_least for name in jobs}
    yield Measured(
        what="end of the schedule, above the " + ("proven optimum" if cp_sat() else "lower bound"),
        size=f"{len(jobs)} scenarios, {len(rows)} migrations",
        ours=statistics.mean(length(play(ours[name], limits)) / best[name] - 1 for name in jobs),
        unit="%",
        against="mVM's published schedules",
        theirs=statistics.mean(mvm[name] / best[name] - 1 for name in jobs),
        goal=Goal(0.01, "ours"),
    )


if __name__ == "__main__":
    main()
