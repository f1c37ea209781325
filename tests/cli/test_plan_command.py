"""A plan that was kept has its picture beside it and can be looked at again without any pool."""

from __future__ import annotations

import os
import re
from pathlib import Path
from xml.etree.ElementTree import parse

import msgspec
import pytest

from xenferry.cli.frame.entry import carry_out
from xenferry.plan.timeline.rows import Row, Timeline, Took


@pytest.fixture
def kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    file = tmp_path / "plan.json"
    arguments = ["evacuate", "north", "--lab", "calm-pair", "--plan-only", "--save", str(file)]
    assert carry_out(arguments) == 0
    assert "Its timeline is drawn in" in capsys.readouterr().out.replace("\n", " ")
    return file


def test_its_picture_lies_beside_it(kept: Path) -> None:
    text = kept.with_name("plan.json.svg").read_text("utf-8")
    parse(kept.with_name("plan.json.svg"))  # noqa: S314 (our own)
    assert "mail, 8.0 GiB" in text
    assert "prefers-color-scheme: dark" in text


def test_it_is_shown_in_words_and_drawn_anew(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = kept.with_name("other.svg")
    assert carry_out(["plan", "show", str(kept), "--svg", str(other)]) == 0
    assert "move guest mail from north to south" in capsys.readouterr().out
    assert other.read_text("utf-8") == kept.with_name("plan.json.svg").read_text("utf-8")


def test_its_timeline_is_data_too(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert carry_out(["plan", "show", str(kept), "--json"]) == 0
    known = msgspec.json.decode(capsys.readouterr().out, type=Timeline)
    assert known.wish == "evacuate host north"
    assert {row.guest for row in known.rows} == {"", "mail", "wiki"}


def test_what_is_no_plan_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "no.json"
    file.write_text("{}")
    assert carry_out(["plan", "show", str(file)]) == 2
    assert "no plan of xenferry" in capsys.readouterr().err


def test_a_plan_that_goes_into_a_pipe_has_no_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert carry_out(["evacuate", "north", "--lab", "calm-pair", "--plan-only", "--save", str(pipe)]) == 0
    os.close(reader)
    assert list(tmp_path.iterdir()) == [pipe]
    assert "timeline" not in capsys.readouterr().out


@pytest.mark.parametrize("kind", [Timeline, Row, Took])
def test_every_field_of_a_timeline_is_documented(kind: type[msgspec.Struct]) -> None:
    text = (Path(__file__).parent.parent.parent / "docs/json.md").read_text("utf-8")
    assert [name for name in kind.__struct_fields__ if not re.search(rf"\b{name}\b(\[\])?`", text)] == []


def test_a_run_is_drawn_with_what_it_took(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from xenferry.cli.demo.stage import Stage

    monkeypatch.setenv("XENFERRY_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with Stage("calm-pair") as served:
        monkeypatch.setenv("LAB_PASSWORD", served.lab.sessions.password)
        place = served.coordinator
        how = ["--fingerprint", place.fingerprint, "--password-env", "LAB_PASSWORD"]
        assert carry_out(["pool", "add", "home", f"{place.address}:{place.port}", *how]) == 0
        assert carry_out(["migrate", "wiki", "--to", "south", "--yes"]) == 0
    capsys.readouterr()
    assert carry_out(["runs", "list", "--json"]) == 0
    (run,) = msgspec.json.decode(capsys.readouterr().out)
    picture = tmp_path / "run.svg"
    assert carry_out(["runs", "show", run["id"], "--svg", str(picture)]) == 0
    assert "is drawn in" in capsys.readouterr().out
    text = picture.read_text("utf-8")
    assert "really from 0.0 s to" in text
    assert "(done)" in text
