"""The demo ends only if everything it shows was verified."""

from __future__ import annotations

import re

import pytest

from xenferry.cli.demo import nas, stage, story
from xenferry.cli.frame.entry import carry_out
from xenferry.plan.forecast.figures import PAUSE_SECONDS


def test_the_demo_shows_every_error_and_proves_its_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stage, "SPEED", 400.0)
    assert carry_out(["demo", "--yes"]) == 0
    out = capsys.readouterr().out
    for code in ("SR_BACKEND_FAILURE_140", "SR_BACKEND_FAILURE_88", "SR_BACKEND_FAILURE_73", "SR_BACKEND_FAILURE_47"):
        assert f"\n  {code}(" in out
    assert "\n  VM_REQUIRES_NETWORK(" in out
    assert "nobody ran twice, nobody stopped unasked" in out
    assert "Not as promised" not in out
    proof = out[out.index("== The proof") :]
    pauses = dict(re.findall(r"^(\w+) .*? (\d+\.\d\d) s ", proof, re.MULTILINE))
    longer = {guest for guest, seconds in pauses.items() if float(seconds) > PAUSE_SECONDS}
    assert len(pauses) == 7
    assert longer == {"database"}, "every other guest stands still as long as promised, or shorter"
    assert "database stood still for" in proof


def test_a_story_that_goes_astray_is_not_called_a_success(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(story, "SCENES", (nas.cure,))
    monkeypatch.setattr(nas, "_allow_root", lambda lab: None)
    assert carry_out(["demo", "--yes"]) == 1
    assert "The demo did not end as it should" in capsys.readouterr().err
