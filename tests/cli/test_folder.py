"""Commands are found by their files' names and imported only when called."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from xenferry.cli.frame.entry import carry_out, root
from xenferry.cli.frame.folder import Folder


def every_command(folder: Folder, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    found = []
    for name in folder.list_commands(click.Context(folder)):
        command = folder.get_command(click.Context(folder), name)
        assert command is not None
        found.append(((*path, name), command))
        if isinstance(command, Folder):
            found += every_command(command, (*path, name))
    return found


COMMANDS = every_command(root)


def test_help_of_the_program_imports_no_command() -> None:
    program = (
        "import sys\nfrom xenferry.cli.frame.entry import carry_out\nstatus = carry_out(['--help'])\n"
        "print(status, [m for m in sys.modules if m.startswith('xenferry.') and not m.startswith('xenferry.cli')"
        " and m != 'xenferry.text'],"
        " [m for m in sys.modules if m.startswith('xenferry.cli.') and '.frame' not in m],"
        " {'rich', 'httpx2', 'asyncio', 'msgspec', 'sqlalchemy'} & set(sys.modules), file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert ended.stderr.strip() == "0 [] [] set()"


def test_explaining_a_code_imports_nothing_that_a_pool_needs() -> None:
    program = (
        "import sys\nfrom xenferry.cli.frame.entry import carry_out\n"
        "status = carry_out(['explain', 'VM_REQUIRES_SR'])\n"
        "heavy = {'rich', 'httpx2', 'asyncio', 'ssl', 'sqlalchemy', 'xenferry.config', 'xenferry.pool.snapshot'}\n"
        "print(status, heavy & set(sys.modules), file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert ended.stderr.strip() == "0 set()"


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[" ".join(path) for path, _ in COMMANDS])
def test_every_command_has_help_and_a_line_in_the_list(
    path: tuple[str, ...], command: click.Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert carry_out([*path, "--help"]) == 0
    assert command.help
    assert "Usage: xenferry " + " ".join(path) in capsys.readouterr().out


def test_every_command_has_a_short_help() -> None:
    folders = [root, *(command for _, command in COMMANDS if isinstance(command, Folder))]
    lines = {name: line for folder in folders for name, line in folder.short_helps.items()}
    assert [name for name, line in lines.items() if not line.endswith((".", "?", ":"))] == []
    assert [name for name, line in lines.items() if len(line) > 110] == []


def test_a_mistyped_command_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert carry_out(["chekc"]) == 2
    assert "Did you mean check?" in capsys.readouterr().err


def test_without_arguments_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert carry_out([]) == 2
    assert "Move guests:" in "".join(capsys.readouterr())


def test_every_command_stands_under_one_heading(capsys: pytest.CaptureFixture[str]) -> None:
    placed = [name for names in root.shelves.values() for name in names]
    assert sorted(placed) == sorted(root.short_helps)
    assert carry_out(["--help"]) == 0
    assert "Others" not in capsys.readouterr().out


def test_a_module_without_command_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "made_up_commands"
    (package / "part").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "part" / "__init__.py").write_text('"""Not one."""\n')
    (package / "shared.py").write_text('"""Not one either: a command is mentioned."""\n')
    (package / "do_it.py").write_text('"""Does it."""\nimport click\n@click.command()\ndef command():\n    return 0\n')
    monkeypatch.syspath_prepend(str(tmp_path))
    assert Folder("made_up_commands").short_helps == {"do-it": "Does it."}


@pytest.mark.parametrize("folder", ["runs", "pool"])
def test_a_folder_without_a_command_lists(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XENFERRY_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert carry_out([folder]) == 0
    bare = capsys.readouterr().out
    assert carry_out([folder, "list"]) == 0
    assert bare == capsys.readouterr().out != ""
    assert carry_out([folder, "--json"]) == 0
    assert carry_out([folder, "--help"]) == 0
    assert "Commands:" in capsys.readouterr().out
