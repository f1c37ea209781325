"""From moves that were timed to the formula for those to come.

The coefficients make the mean error in percent smallest (least absolute deviations of seconds over forecast, found by
weighting squares anew), because a few moves that took three times as long shall not spoil the rest. The interval is
where the middle nine tenths of the measured moves were, each forecast without the group it belongs to.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from xenferry.plan.forecast.model import ASSUMED, Measurement, Model

ENOUGH = 12
"""Measurements from which on all coefficients are learnt; fewer only say how much the assumptions are off."""
ROUNDS = 12
TINY = 1e-3
SHARE = 0.9
"""Of the moves that shall end within the interval."""

Row = tuple[float, ...]


def fit(groups: Sequence[Sequence[Measurement]], assumed: Model = ASSUMED) -> Model:
    """The model of what was measured; the assumptions where nothing was.

    Args:
        groups: measurements that belong together (of one run, of one scenario): the interval comes from forecasting
            each group from all others.
        assumed: what holds until something is known.
    """
    everything = [each for group in groups for each in group]
    if not everything:
        return assumed
    model = coefficients(everything, assumed)
    low, high = _interval([group for group in groups if group], assumed)
    return Model(
        fixed=model.fixed, copied=model.copied, shared=model.shared, low=low, high=high, learnt=len(everything)
    )


def coefficients(measured: Sequence[Measurement], assumed: Model = ASSUMED) -> Model:
    """The three coefficients alone; with few measurements the assumed ones, scaled."""
    if len(measured) < ENOUGH or len({round(each.ideal, 3) for each in measured}) < 3:
        return _scaled(measured, assumed)
    for chosen in ((0, 1, 2), (0, 1), (1, 2), (1,)):
        found = _least_deviations(measured, chosen)
        if found is not None and min(found) >= 0:
            values = dict(zip(chosen, found, strict=True))
            fixed, copied, shared = (values.get(place, 0.0) for place in range(3))
            return Model(fixed=fixed, copied=copied, shared=shared, low=assumed.low, high=assumed.high)
    return _scaled(measured, assumed)


def _scaled(measured: Sequence[Measurement], assumed: Model) -> Model:
    """The fewer there are, the closer to what was assumed."""
    off = [each.seconds / assumed.seconds(each.ideal, each.sharing) for each in measured if each.seconds > 0]
    weight = len(off) / (len(off) + 2)
    scale = math.exp(weight * math.log(statistics.median(off))) if off else 1.0
    return Model(
        fixed=assumed.fixed * scale,
        copied=assumed.copied * scale,
        shared=assumed.shared * scale,
        low=assumed.low,
        high=assumed.high,
    )


def _least_deviations(measured: Sequence[Measurement], chosen: Sequence[int]) -> list[float] | None:
    """Coefficients of the chosen terms; None where the measurements do not tell them apart."""
    rows = []
    for each in measured:
        terms = (1.0, each.ideal, each.ideal * each.sharing)
        rows.append(tuple(terms[place] / each.seconds for place in chosen))
    weights = [1.0] * len(rows)
    found: list[float] | None = None
    for _ in range(ROUNDS):
        found = _least_squares(rows, weights)
        if found is None:
            return None
        weights = [1 / max(TINY, abs(_product(row, found) - 1)) for row in rows]
    return found


def _least_squares(rows: Sequence[Row], weights: Sequence[float]) -> list[float] | None:
    """Solve for rows x found = 1 by the normal equations."""
    places = range(len(rows[0]))
    matrix = [
        [math.fsum(weight * row[i] * row[j] for row, weight in zip(rows, weights, strict=True)) for j in places]
        + [math.fsum(weight * row[i] for row, weight in zip(rows, weights, strict=True))]
        for i in places
    ]
    for column in places:
        pivot = max(range(column, len(matrix)), key=lambda line: abs(matrix[line][column]))
        if abs(matrix[pivot][column]) < 1e-9 * max(abs(line[column]) for line in matrix) + 1e-12:
            return None
        matrix[column], matrix[pivot] = matrix[pivot], matrix[column]
        for line in places:
            if line != column:
                factor = matrix[line][column] / matrix[column][column]
                matrix[line] = [a - factor * b for a, b in zip(matrix[line], matrix[column], strict=True)]
    return [matrix[place][-1] / matrix[place][place] for place in places]


def _product(row: Row, found: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(row, found, strict=True))


FOLDS = 10


def _interval(groups: Sequence[Sequence[Measurement]], assumed: Model) -> tuple[float, float]:
    """The shares of the forecast between which nine of ten moves ended, each forecast without its own group."""
    if sum(map(len, groups)) < ENOUGH:
        return assumed.low, assumed.high
    parts = groups if len(groups) > 1 else [[each] for each in groups[0]]
    folds = min(FOLDS, len(parts))
    ratios: list[float] = []
    for fold in range(folds):
        known = [each for place, part in enumerate(parts) if place % folds != fold for each in part]
        model = coefficients(known, assumed)
        asked = [each for place, part in enumerate(parts) if place % folds == fold for each in part]
        ratios += [each.seconds / model.seconds(each.ideal, each.sharing) for each in asked]
    ratios.sort()
    tail = len(ratios) * (1 - SHARE) / 2
    aside = max(0, int(tail - math.sqrt(tail)))  # one standard deviation fewer: chance may have been kind to these
    return ratios[aside], ratios[-1 - aside]
