"""README and the pages on the command line say what the program does today."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from msgspec import Struct

from xenferry.cli.frame import findings
from xenferry.cli.frame import matrices as matrix
from xenferry.cli.frame.entry import root
from xenferry.plan.steps import Forecast, Left, Plan

ROOT = Path(__file__).parent.parent.parent


def test_the_picture_in_the_readme_is_real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import make_picture

    text = (ROOT / "README.md").read_text("utf-8")
    assert make_picture.PICTURE.search(text)
    assert make_picture.paint(text) == text, f"run {sys.executable} tools/make_picture.py"


def test_the_readme_names_only_commands_that_exist() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    code = "\n".join([*re.findall(r"```\n(.*?)```", text, re.DOTALL), *re.findall(r"`([^`\n]+)`", text)])
    named = set(re.findall(r"^(?:\$ )?xenferry ([a-z]+)", code, re.MULTILINE))
    assert len(named) >= 6
    assert named - set(root.short_helps) == set()


@pytest.mark.parametrize(
    "kind",
    [findings.Report, findings.Item, findings.Named, matrix.Table, matrix.Row, matrix.Cell, Plan, Left, Forecast],
)
def test_every_field_of_the_json_is_documented(kind: type[Struct]) -> None:
    text = (ROOT / "docs/json.md").read_text("utf-8")
    missing = [name for name in kind.__struct_fields__ if not re.search(rf"\b{name}\b", text)]
    assert missing == []
