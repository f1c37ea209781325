"""How far forecasts of live moves are off, on scenarios that were not learnt from, and how many end in the interval.

    XENFERRY_DATA=FOLDER python benchmarks/forecast.py

FOLDER holds `measured-migrations.csv` (real migrations, timed) and `migration-scenarios.csv` (who went where, and the
bandwidth and times that mVM had planned for them). Each scenario is forecast from all others: the model is fitted
without it. Which moves share a link is taken from the plan, as a forecast has to, not from what happened.
"""

from __future__ import annotations

import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence

from measured import Goal, Measured
from schedule import scenarios

import data
from xenferry.plan.forecast.fit import fit
from xenferry.plan.forecast.model import Measurement, Model
from xenferry.plan.schedule.play import Times, sharing

MEGABIT = 1e6
MIB = 1 << 20


def measurements() -> dict[str, list[Measurement]]:
    """Scenario -> its timed moves, each with what a plan knows of it."""
    planned = data.rows("migration-scenarios.csv")
    others: dict[tuple[str, str], float] = {}
    for name, jobs in scenarios(planned).items():
        rows = [row for row in planned if row["scenario"] == name]
        times: Times = {row["vm"]: (float(row["mvm_start_s"]), float(row["mvm_end_s"])) for row in rows}
        others |= {(name, key): count for key, count in sharing(jobs, times).items()}
    found: dict[str, list[Measurement]] = defaultdict(list)
    for row in data.rows("measured-migrations.csv"):
        found[row["scenario"]].append(_measurement(row, others))
    return found


def _measurement(row: data.Row, others: dict[tuple[str, str], float]) -> Measurement:
    bits = float(row["memory_used_mib"]) * MIB * 8
    return Measurement(
        seconds=float(row["end_s"]) - float(row["start_s"]),
        ideal=bits / (float(row["bandwidth_mbit_s"]) * MEGABIT),
        sharing=others.get((row["scenario"], row["vm"]), 0.0),
    )


def crossed(groups: dict[str, list[Measurement]]) -> list[tuple[Measurement, Model]]:
    """Each measurement with the model that knows nothing of its scenario."""
    found = []
    for name, asked in groups.items():
        model = fit([each for other, each in groups.items() if other != name])
        found += [(each, model) for each in asked]
    return found


def planned_errors() -> list[float]:
    """How far mVM's own planned durations were off."""
    planned = {(row["scenario"], row["vm"]): row for row in data.rows("migration-scenarios.csv")}
    found = []
    for row in data.rows("measured-migrations.csv"):
        plan = planned.get((row["scenario"], row["vm"]))
        if plan is not None:
            took = float(row["end_s"]) - float(row["start_s"])
            found.append(abs(float(plan["mvm_end_s"]) - float(plan["mvm_start_s"]) - took) / took)
    return found


def main() -> None:
    """Print the mean error of each way to forecast, and how many moves ended within the interval."""
    groups = measurements()
    pairs = crossed(groups)
    ours = [(model.seconds(each.ideal, each.sharing), each.seconds) for each, model in pairs]
    plain = [(each.ideal, each.seconds) for each, _ in pairs]
    held = [
        model.low <= took / expected <= model.high for (expected, took), (_, model) in zip(ours, pairs, strict=True)
    ]
    wide = statistics.mean((model.high - model.low) for _, model in pairs)
    lines = [
        ("mVM's planned durations", f"{statistics.mean(planned_errors()):.2%}", ""),
        ("memory / bandwidth", f"{_error(plain):.2%}", ""),
        ("xenferry, cross-validated", f"{_error(ours):.2%}", f"{statistics.mean(held):.1%} (width {wide:.0%})"),
    ]
    data.table(("forecast", "mean error", "ended within the interval"), lines)
    model = fit(list(groups.values()))
    sys.stdout.write(
        f"{len(pairs)} moves of {len(groups)} scenarios; from all: {model.fixed:.2f} s + ideal x "
        f"({model.copied:.3f} + {model.shared:.3f} x sharing), interval {model.low:.2f} to {model.high:.2f}\n"
    )


def _error(pairs: Sequence[tuple[float, float]]) -> float:
    return statistics.mean(abs(expected - took) / took for expected, took in pairs)


def measure(quick: bool) -> Iterator[Measured]:
    """The mean error on scenarios that were not learnt from, and how many moves end outside the interval."""
    groups = measurements()
    pairs = crossed(dict(list(groups.items())[:4]) if quick else groups)
    ours = [(model.seconds(each.ideal, each.sharing), each.seconds) for each, model in pairs]
    size = f"{len(pairs):,} measured moves"
    outside = [
        not model.low <= took / expected <= model.high for (expected, took), (_, model) in zip(ours, pairs, strict=True)
    ]
    plain = _error([(each.ideal, each.seconds) for each, _ in pairs])
    for against, theirs in (("mVM's forecasts", statistics.mean(planned_errors())), ("memory / bandwidth", plain)):
        yield Measured(
            what="mean error of a forecast", size=size, ours=_error(ours), unit="%", against=against, theirs=theirs,
            goal=Goal(0.053, "ours"),
        )  # fmt: skip
    yield Measured(
        what="moves that end outside the interval", size=size, ours=statistics.mean(outside), unit="%",
        against="one in ten, as promised", theirs=0.1, goal=Goal(1.0),
    )  # fmt: skip


if __name__ == "__main__":
    main()
