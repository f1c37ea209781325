"""`matrix` and `check` with the hosts of another pool: from captures, labs, and what was wrongly asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from xenferry.cli.frame.entry import carry_out

EAST = """
pool east
host north
  nic eth0 management
  nic eth1 network=Mail
host south
guest mail on=north
  disk root size=20GiB
  nic Mail
guest legacy on=north drivers=no
  disk root size=10GiB
  nic eth0
guest wiki on=south halted
  disk root
"""
WEST = """
pool west
host upper
  nic eth0 management
  nic eth1 network=Post
host lower
sr store nfs default
sr other nfs
"""


@pytest.fixture
def pools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    (tmp_path / "east.txt").write_text(EAST)
    (tmp_path / "west.txt").write_text(WEST)
    monkeypatch.chdir(tmp_path)
    return ("--lab", "east.txt", "--to-lab", "west.txt")


def answer(capsys: pytest.CaptureFixture[str], status: int, *arguments: str) -> str:
    assert carry_out(list(arguments)) == status
    told = capsys.readouterr()
    assert told.err == ""
    return told.out


def cells(table: Any, guest: str) -> Any:
    (row,) = [row for row in table["guests"] if row["guest"]["name"] == guest]
    return row["cells"]


def test_each_guest_may_go_may_not_or_only_when_it_is_shut_down(
    pools: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    out = answer(capsys, 1, "matrix", *pools)
    rows = {line.split()[0]: line.split()[1:] for line in out.splitlines()[:4]}
    assert rows["guest"] == ["upper", "lower"]
    assert rows["mail"] == ["1", "1"]
    assert rows["legacy"] == ["cold", "(2)", "cold", "(2)"]
    assert rows["wiki"] == ["yes", "yes"]
    assert "1 of 3 guests can go to no host of pool west." in out


def test_the_same_as_json(pools: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    table = json.loads(answer(capsys, 1, "matrix", *pools, "--json"))
    assert (table["to"]["name"], [host["name"] for host in table["hosts"]]) == ("west", ["upper", "lower"])
    assert cells(table, "mail")[0]["error"][0] == "VIF_NOT_IN_MAP"
    assert cells(table, "legacy")[0]["cold"] is True
    assert cells(table, "wiki") == [{"host": host["uuid"]} for host in table["hosts"]]
    assert {row["guest"]["name"]: row["disk_bytes"] > 0 for row in table["guests"]}["mail"]


def test_a_network_there_is_chosen_by_name_or_said(pools: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    table = json.loads(answer(capsys, 0, "matrix", *pools, "--net", "Mail=Post", "--json"))
    upper, lower = cells(table, "mail")
    assert "reasons" not in upper
    assert lower["risks"] == ["network-out-of-reach-there"]
    assert " yes !" in answer(capsys, 0, "matrix", "mail", *pools, "--net", "Mail=Post")


def test_check_says_what_keeps_a_guest_and_how_it_is_cured(
    pools: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    out = answer(capsys, 1, "check", "mail", "legacy", *pools)
    assert "From pool east to the 2 hosts of pool west: 2 guests." in out
    assert "mail: no host of pool west takes it." in out
    assert "legacy: shut down to upper or lower, copying " in out
    assert "Choose one: `--net Mail=NETWORK`." in out
    found = json.loads(answer(capsys, 1, "check", "legacy", *pools, "--to", "lower", "--json"))
    assert [(one["code"], one["cold"], [host["name"] for host in one["hosts"]]) for one in found["findings"]] == [
        ("guest-without-drivers", True, ["lower"])
    ]
    (way,) = found["ways"]
    assert (way["live"], [host["name"] for host in way["cold"]]) == ([], ["lower"])


def test_a_guest_is_judged_as_if_it_were_shut_down(pools: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    out = answer(capsys, 0, "check", "legacy", *pools, "--cold")
    assert "legacy: shut down to upper or lower, copying " in out
    assert "Ready: nothing blocks" in out


def test_captures_answer_as_the_pools_themselves(
    pools: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("east", "west"):
        assert carry_out(["capture", str(tmp_path / f"{name}.json.gz"), "--lab", f"{name}.txt"]) == 0
    capsys.readouterr()
    kept = answer(capsys, 1, "matrix", "--capture", "east.json.gz", "--to-capture", "west.json.gz", "--json")
    assert json.loads(kept)["guests"] == json.loads(answer(capsys, 1, "matrix", *pools, "--json"))["guests"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--lab", "east.txt", "--to-lab", "east.txt"), "Both are the same pool, east"),
        (("--lab", "east.txt", "--cold"), "are about another pool"),
        (("--lab", "east.txt", "--to-lab", "west.txt", "--to-capture", "x"), "Give one of --to-pool"),
        (("--lab", "east.txt", "--to-lab", "west.txt", "--net", "Post"), "--net HERE=Post"),
        (("--lab", "east.txt", "--to-lab", "west.txt", "--sr", "stor"), ""),
        (("--lab", "east.txt", "--to-lab", "west.txt", "--sr", "nowhere"), "There is no SR 'nowhere'"),
    ],
)
def test_what_was_wrongly_asked_is_said(
    pools: tuple[str, ...], given: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert carry_out(["matrix", *given]) == (2 if said else 1)
    assert said in capsys.readouterr().err
