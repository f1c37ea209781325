"""What real shells offer when somebody presses the tab key."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from xenferry.cli.frame import remembered
from xenferry.cli.frame.candidates import Offered, dress
from xenferry.cli.frame.driving import open_journal
from xenferry.cli.frame.entry import carry_out, root
from xenferry.cli.frame.source import Source
from xenferry.errors import shelf
from xenferry.lab.scenario import parse
from xenferry.plan.steps import Plan, Thing
from xenferry.pool.snapshot import Snapshot
from xenferry.rules import catalogue

CONFIG = (
    '[pools.home]\naddress = "192.0.2.11"\n[pools.house]\naddress = "192.0.2.12"\n[pools."a b; rm"]\naddress = "x"\n'
)

BASH = """
source <(xenferry completion bash)
COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 ))
compopt() { echo "compopt $1 $2"; }
_xenferry_completion xenferry
printf '%s\\n' "${COMPREPLY[@]}"
"""

ZSH = """
compdef() { }
compadd() { print -rl -- "${(@P)@[-1]}" }
_describe() { local one; for one in "${(@P)3}"; do print -r -- "${one%%:*}"; done }
_path_files() { print files }
source <(xenferry completion zsh)
words=("$@"); CURRENT=$#
_xenferry_completion
"""

FISH = """
xenferry completion fish | source
complete --do-complete "$argv"
"""


def offered_by_bash(*words: str) -> list[str]:
    return run("bash", "--norc", "-c", BASH, "bash", *words)


def offered_by_zsh(*words: str) -> list[str]:
    return run("zsh", "-f", "-c", ZSH, "zsh", *words)


def offered_by_fish(*words: str) -> list[str]:
    return [line.partition("\t")[0] for line in run("fish", "--no-config", "-c", FISH, " ".join(words))]


def run(shell: str, *arguments: str) -> list[str]:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed (tools/get-servers gets it as root on Debian)")
    paths = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        [shell, *arguments], env=os.environ | {"PATH": paths}, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.stderr == ""
    return [line for line in ended.stdout.splitlines() if line]


@pytest.fixture(autouse=True)
def _configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG)
    path.chmod(0o600)
    monkeypatch.setenv("XENFERRY_CONFIG", str(path))
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.parametrize("offered", [offered_by_bash, offered_by_zsh, offered_by_fish])
def test_every_shell_offers_commands_options_and_pools(offered: Callable[..., list[str]]) -> None:
    assert offered("xenferry", "che") == ["check"]
    assert "--to-pool" in offered("xenferry", "check", "--to")
    assert offered("xenferry", "check", "-p", "") == ["home", "house"]
    assert offered("xenferry", "cure", "network-n") == ["network-not-on-host"]


def test_files_are_left_to_the_shell() -> None:
    assert "compopt -o default" in offered_by_bash("xenferry", "check", "--capture", "")
    assert "compopt -o default" in offered_by_bash("xenferry", "run", "pl")


def offers(*words: str) -> list[str]:
    from click.shell_completion import ShellComplete

    found = ShellComplete(root, {}, "xenferry", "_XENFERRY_COMPLETE").get_completions(list(words[:-1]), words[-1])
    return [item.value for item in found if item.type == "plain"]


def test_what_is_offered_is_what_there_is() -> None:
    assert set(offers("cure", "")) == set(catalogue.modules())
    assert set(offers("explain", "")) == set(shelf.codes())
    assert set(offers("manual", "")) == set(shelf.codes()) | set(catalogue.modules())
    assert "first-pool" in offers("lab", "up", "")
    assert offers("pool", "remove", "ho") == ["home", "house"]
    assert offers("pool", "add", "ho") == []


def test_a_configuration_that_cannot_be_read_tears_no_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.toml").write_text("pools = 3")
    assert offers("check", "-p", "") == []
    assert capfd.readouterr() == ("", "")


def test_completing_imports_nothing_that_a_pool_needs() -> None:
    program = (
        "import sys\nfrom xenferry.cli.frame.entry import carry_out\n"
        "try: carry_out([])\nexcept SystemExit: pass\n"
        "print({'rich', 'httpx2', 'asyncio', 'sqlalchemy', 'xenferry.lab', 'xenferry.rules'} & set(sys.modules),"
        " file=sys.stderr)"
    )
    asked = {"_XENFERRY_COMPLETE": "bash_complete", "COMP_WORDS": "xenferry explain -p ", "COMP_CWORD": "3"}
    ended = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | asked, capture_output=True, text=True, timeout=60, check=True
    )
    assert ended.stdout.split() == ["plain,home", "plain,house"]
    assert ended.stderr.strip() == "set()"


def test_names_are_those_of_the_last_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert offers("evacuate", "") == []
    remembered.keep("home", seen("guest web on=xcp1\n", 'guest "a b" on=xcp1\n'))
    remembered.keep("house", seen("guest weird on=xcp1\n", host="other"))
    assert offers("evacuate", "") == ["xcp1", "xcp2", "other"]
    assert offers("maintenance", "enter", "o") == ["other"]
    assert offers("migrate", "we") == ["web", "weird"]
    assert offers("migrate", "-p", "home", "we") == ["web"], "only of the pool that was typed before"
    assert offers("migrate", "a") == [], "a name that a shell takes apart is not offered"
    assert offers("check", "x") == ["xcp1", "xcp2"]
    assert offers("storage", "move", "web", "--to", "n") == ["nfs"]
    folder = tmp_path / "state" / "xenferry" / "seen"
    assert {path.stat().st_mode & 0o077 for path in folder.iterdir()} == {0}
    (folder / "home.json").write_text("{torn")
    assert offers("migrate", "we") == ["weird"]


def seen(*guests: str, host: str = "xcp2") -> Snapshot:
    return Snapshot.from_tables(parse(f"pool P\nhost xcp1\nhost {host}\nsr nfs nfs\n" + "".join(guests)).tables)


def test_runs_are_offered_from_the_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert offers("runs", "show", "") == []
    journal = open_journal(Source())
    plan = Plan(wish="evacuate host a", pool=Thing("pool", "u-1", "west"), made_at=0.0, steps=())
    run = journal.create(plan, "ann on desk, process 1")
    journal.close()
    assert offers("runs", "show", "") == offers("runs", "resume", run[:3]) == [run]


def test_an_offer_changes_nothing_about_what_is_accepted() -> None:
    command = click.Command("remove", params=[click.Argument(["name"])])
    dress(command, "remove")
    (name,) = command.params
    assert isinstance(name.type, Offered)
    assert name.type.convert("no such pool; at all", name, None) == "no such pool; at all"


def test_an_unknown_shell_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert carry_out(["completion", "tcsh"]) == 2
    assert "bash" in capsys.readouterr().err
