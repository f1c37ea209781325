"""The manual page is that of today's commands, and is shown without complaint."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from xenferry.cli.frame.entry import root
from xenferry.cli.frame.folder import Folder

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "xenferry.1"


def leaves(folder: Folder, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    found = []
    for name in folder.list_commands(click.Context(folder)):
        command = folder.get_command(click.Context(folder), name)
        assert command is not None
        found += leaves(command, (*path, name)) if isinstance(command, Folder) else [((*path, name), command)]
    return found


def test_the_page_is_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import make_man

    assert make_man.page() == PAGE.read_text("utf-8"), "run `make docs`"


@pytest.fixture(scope="module")
def shown() -> str:
    """The page as a terminal of 100 columns shows it."""
    if shutil.which("man") is None:
        pytest.skip("man is not installed (tools/get-servers gets it as root on Debian)")
    ended = subprocess.run(
        ["man", "--warnings", "-P", "cat", "-l", str(PAGE)],
        env=os.environ | {"MANWIDTH": "100", "LC_ALL": "C.UTF-8", "MAN_KEEP_FORMATTING": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ended.stderr == ""
    return re.sub(r".\x08|\x1b\[[0-9;]*m", "", ended.stdout)


def test_every_command_and_every_option_is_shown(shown: str) -> None:
    parts = dict(re.findall(r"^   (\S.*)\n((?:(?: {5,}.*)?\n)+)", shown, re.MULTILINE))
    for path, command in leaves(root):
        text = next(text for head, text in parts.items() if f"{head} ".startswith(f"{' '.join(path)} "))
        for option in (each for each in command.params if isinstance(each, click.Option)):
            assert option.opts[-1] in text, path


def test_examples_are_kept_line_by_line(shown: str) -> None:
    assert re.search(r"^ +xenferry pool add home 192\.0\.2\.11\n +xenferry check$", shown, re.MULTILINE)
    assert re.search(r"^ +xenferry completion zsh > ~/\.zfunc/_xenferry$", shown, re.MULTILINE)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        (".hidden", r"\&.hidden"),
        ("'quoted'", r"\(aqquoted\(aq"),
        (r"C:\new", r"C:\enew"),
        ("`--yes` or ~", r"\fB\-\-yes\fR or \(ti"),
    ],
)
def test_no_text_is_taken_for_a_request(text: str, escaped: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import make_man

    assert make_man.escape(text) == escaped
