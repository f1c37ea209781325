"""Performance data: the archive that answers, the times in it, and values that follow from the pool."""

from __future__ import annotations

import math

import pytest
from stage import PAIR, Stage, play

from xenferry.lab.metrics import archive, document, sources
from xenferry.lab.metrics.gauge import Gauge

NOW = 1_795_392_123.4
STEADY = [("host:x:", Gauge("steady", 7.0, "count"))]


@pytest.mark.parametrize(("step", "points"), [(5, 120), (60, 120), (3600, 168), (86400, 366)])
def test_a_graph_gets_the_resolution_it_asks_for(step: int, points: int) -> None:
    """Xen Orchestra asks for one step less than an archive holds, and takes no other resolution."""
    found = archive.updates(STEADY, int(NOW) - step * points + step, step, NOW)
    assert (found.step, found.end % step, len(found.rows)) == (step, 0, points - 1)


@pytest.mark.parametrize(
    ("start", "step"), [(-60, 5), (-599, 5), (-610, 60), (-7210, 3600), (-700_000, 86400), (1, 86400)]
)
def test_the_finest_archive_that_reaches_back_answers(start: int, step: int) -> None:
    assert archive.updates(STEADY, start, 0, NOW).step == step


def test_rows_are_newest_first_and_none_is_before_the_start() -> None:
    found = archive.updates(STEADY, -20, 5, NOW)
    assert [time for time, _ in found.rows] == [1_795_392_120, 1_795_392_115, 1_795_392_110, 1_795_392_105]
    assert found.legend == ("AVERAGE:host:x:steady",)


def test_nothing_is_known_from_before_a_guest_started() -> None:
    gauge = Gauge("young", 1.0, "count", since=NOW - 7)
    found = archive.updates([("vm:x:", gauge)], -20, 5, NOW)
    assert [math.isnan(values[0]) for _, values in found.rows] == [False, True, True, True]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0.0"), (math.nan, "NaN"), (math.inf, "Infinity"), (1 / 3, "0.333333333333333"), (2.0**34, "17179869184")],
)
def test_numbers_are_written_as_xcp_rrdd_writes_them(value: float, text: str) -> None:
    assert document.number(value) == text


def test_a_guest_takes_its_memory_and_load_along() -> None:
    async def scene(stage: Stage) -> list[dict[str, float]]:
        before = levels(stage, "south")
        await stage.outcome(await stage.migrate("mail", "south"))
        return [before, levels(stage, "south")]

    stage, (before, after) = play(PAIR, scene)
    taken = before["memory_free_kib"] - after["memory_free_kib"]
    mail = stage.guest("mail")
    assert taken * 1024 == mail["memory_target"] + mail["memory_overhead"]
    assert after["running_domains"] == before["running_domains"] + 1
    assert after["hostload"] > before["hostload"]


def levels(stage: Stage, host: str) -> dict[str, float]:
    return {gauge.name: gauge.level for gauge in sources.of_host(stage.lab, stage.host(host))}
