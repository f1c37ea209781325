"""CP-SAT, where ortools is installed (extra `optimal`): it proves what the heuristics only find.

ortools takes most of a second to import and is 180 MB, so it is imported when a plan has room to improve, and nothing
depends on it.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

SEED = 1


@cache
def cp_sat() -> Any | None:
    """ortools' module `cp_model`; None where ortools is not installed."""
    return import_module("ortools.sat.python.cp_model") if find_spec("ortools") else None


def solve(model: Any, work: float) -> tuple[Any, str]:
    """The solver after so much work at most, and what it says: optimal, found, impossible or open.

    Work is counted in the solver's own seconds, which are alike on every machine, and done by one thread: the same pool
    gives the same plan everywhere.
    """
    cp_model = cp_sat()
    assert cp_model is not None
    solver = cp_model.CpSolver()
    solver.parameters.max_deterministic_time = work
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = SEED
    names = {cp_model.OPTIMAL: "optimal", cp_model.FEASIBLE: "found", cp_model.INFEASIBLE: "impossible"}
    return solver, names.get(solver.solve(model), "open")
