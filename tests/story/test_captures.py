"""A pool in a file is as good as the pool: it is judged, shown, booted as a lab and captured again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from outside import Place

RECORDED = Path(__file__).resolve().parent.parent / "data/recorded-pool.json.gz"
"""`get_all_records` of every class, as a pool of three real XAPI daemons answered."""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def asked(place: Place, statuses: Sequence[int], *command: str) -> Any:
    """What a command answers as JSON."""
    ended = place.xenferry(*command, "--json")
    assert ended.returncode in statuses, ended.stderr
    assert ended.stderr == ""
    return json.loads(ended.stdout)


def test_a_capture_is_judged_like_the_pool_it_was_taken_from(place: Place) -> None:
    file = str(place.folder / "pool.json.gz")
    with place.lab("first-pool") as pool:
        place.add(pool)
        live = {command: asked(place, (0, 1), command) for command in ("check", "matrix")}
        place.done("capture", file)
    assert live["check"]["findings"]
    for command, answer in live.items():
        assert without_time(asked(place, (0, 1), command, "--capture", file)) == without_time(answer)


def without_time(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key not in ("taken_at", "at")}


def test_a_captured_pool_is_booted_and_captured_again(place: Place) -> None:
    first, second = str(place.folder / "first.json"), str(place.folder / "second.json.gz")
    place.done("capture", first, "--lab", "three-hosts")
    with place.lab("--capture", first) as pool:
        place.add(pool)
        assert pool.where()["ledger"] == ["alpha"]
        place.done("capture", second)
    for command in ("matrix", "check"):
        again, once = (asked(place, (0, 1), command, "--capture", file) for file in (second, first))
        assert unordered(without_time(again)) == unordered(without_time(once))


def unordered(told: Any) -> Any:
    """The same with every list in one order: a captured pool lists its objects by reference, a scenario as written."""
    if isinstance(told, dict):
        return {key: unordered(value) for key, value in told.items()}
    return sorted(map(unordered, told), key=repr) if isinstance(told, list) else told


def test_a_twin_of_a_captured_pool_is_evacuated(place: Place) -> None:
    file = str(place.folder / "pool.json")
    place.done("capture", file, "--lab", "calm-pair")
    with place.lab("--capture", file, speed=100.0) as twin:
        place.add(twin)
        assert "Done, and verified on the pool." in place.done("evacuate", "north", "--yes")
        assert twin.migrations() == {"mail": 1, "wiki": 1}


def test_a_recording_of_a_real_pool_is_judged(place: Place) -> None:
    capture = ("--capture", str(RECORDED))
    matrix = asked(place, (0, 1), "matrix", *capture)
    check = asked(place, (0, 1), "check", *capture)
    assert len(matrix["hosts"]) == 3
    assert matrix["guests"]
    assert all(finding["code"] for finding in check["findings"])


def test_a_recording_of_a_real_pool_is_booted(place: Place) -> None:
    with place.lab("--capture", str(RECORDED)) as pool:
        assert len(pool.addresses) == 3
        place.add(pool)
        before = asked(place, (0, 1), "matrix", "--capture", str(RECORDED))
        now = asked(place, (0, 1), "matrix")
        assert verdicts(now) == verdicts(before), "the twin's answers are the recorded pool's"
        with pool.session() as xapi:
            assert len(xapi.VM.get_all()) == len(records("VM"))


def records(cls: str) -> dict[str, Any]:
    import gzip

    found: dict[str, Any] = json.loads(gzip.decompress(RECORDED.read_bytes()))
    return dict(found.get("records", found)[cls])


def verdicts(matrix: dict[str, Any]) -> Any:
    return matrix["guests"]
