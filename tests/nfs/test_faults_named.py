"""Of everything that can be wrong with a real server, the true step is named on each of three hosts."""

from __future__ import annotations

from pathlib import Path

import pytest
from faults import FAULTS, Fault, seen
from hosts import SOURCES


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_the_true_step_is_named(fault: Fault, tmp_path: Path) -> None:
    try:
        views = seen(fault, tmp_path)
    except LookupError as why:
        pytest.skip(str(why))
    told = [view.doubtful.name if view.doubtful else "" for view in (views[name] for name in SOURCES)]
    assert tuple(told) == fault.true
    assert not list(tmp_path.glob("vol/.xenferry*")), "looking leaves nothing behind"


def test_there_are_enough_of_them() -> None:
    assert len([fault for fault in FAULTS if any(fault.true)]) >= 14
