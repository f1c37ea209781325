"""`migrate --to-pool` and its kin as they are typed: what is shown, asked, done and refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from xenferry.cli.frame.entry import carry_out

EAST = """
pool East
host north
  nic eth0 management
  nic eth1 network=LAN
sr disks nfs default
guest web on=north memory=1GiB
  disk root size=1GiB
  nic LAN
guest wiki halted
  disk data size=1GiB
"""
WEST = """
pool West
host upper
  nic eth0 management
  nic eth1 network=Campus
sr store nfs default
sr fast nfs
"""


@pytest.fixture
def pools(tmp_path: Path) -> tuple[str, ...]:
    for name, text in (("east", EAST), ("west", WEST)):
        (tmp_path / f"{name}.txt").write_text(text)
    return ("--lab", str(tmp_path / "east.txt"), "--to-lab", str(tmp_path / "west.txt"))


def flat(text: str) -> str:
    return " ".join(text.split())


def test_two_embedded_pools_are_one_site(pools: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    wish = ("migrate", "web", "wiki", *pools, "--network", "LAN=Campus", "--sr", "disks=fast", "--yes")
    assert carry_out(wish) == 0
    said = flat(capsys.readouterr().out)
    assert "disk web root from disks to fast (at most" in said
    assert "NIC 0 from LAN to Campus" in said
    assert "done: move guest web from north to upper in pool West" in said
    assert "Seen on both pools afterwards:" in said
    assert "web north upper runs on upper, pool West never" in said
    assert "wiki halted halted in pool West" in said
    assert "Done, and verified on both pools." in said


def test_an_interface_without_a_namesake_there_keeps_its_guest_and_only_it(
    pools: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert carry_out(("migrate", "--all", *pools, "--plan-only")) == 1
    said = flat(capsys.readouterr().out)
    assert "Plan: migrate all 2 guests to pool West (pool East)" in said
    assert "move guest wiki (not running) to upper" in said
    assert "Cannot be moved: web cannot go to upper in pool West: its interface 0 is on network 'LAN'" in said
    assert "Cure: Choose one: `--net LAN=NETWORK`." in said


def test_the_plan_as_data_names_the_other_pool_and_holds_no_secret(
    pools: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert carry_out(("migrate", "wiki", *pools, "--plan-only", "--json")) == 0
    text = capsys.readouterr().out
    (step,) = json.loads(text)["steps"]
    assert (step["step"], step["there"]["pool"]["name"], step["there"]["configured"]) == ("cross", "West", "")
    assert "session" not in text


def test_an_sr_may_be_named_for_a_single_disk(pools: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    wish = ("migrate", "web", "wiki", *pools, "--net", "LAN=Campus", "--sr", "web root=fast", "--plan-only")
    assert carry_out(wish) == 0
    said = flat(capsys.readouterr().out)
    assert "disk web root from disks to fast" in said
    assert "disk wiki data from disks to store" in said
    assert carry_out((*wish[:-2], "nothing=fast", "--plan-only")) == 2
    assert "There is no SR or disk 'nothing' in this pool." in flat(capsys.readouterr().err)


@pytest.mark.parametrize(
    ("options", "status", "says"),
    [
        (("migrate", "web", "--all"), 2, "Name the guests to move, or give --all with --to-pool; not both."),
        (("migrate",), 2, "Name the guests to move, or give --all"),
        (("migrate", "web", "--net", "LAN=Nowhere"), 2, "There is no network 'Nowhere' in pool West."),
        (("migrate", "web", "--net", "LAN"), 2, "For an interface give both networks, HERE=THERE."),
        (("migrate", "web", "--net", "Nowhere=Campus"), 2, "There is no network 'Nowhere' in this pool."),
        (("migrate", "web", "--net", "a", "--via", "b"), 2, "Name one network for the migrations, not several."),
        (("migrate", "web", "--sr", "disks=gone"), 2, "There is no SR 'gone' in pool West."),
        (("migrate", "web", "--to", "north"), 2, "There is no host 'north' in pool West."),
    ],
)
def test_wrong_wishes_are_answered_with_the_pool_they_are_about(
    pools: tuple[str, ...], options: tuple[str, ...], status: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert carry_out((*options, *pools)) == status
    assert says in flat(capsys.readouterr().err)


def test_options_about_another_pool_need_one(pools: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    here = pools[:2]
    for options in (("--all",), ("web", "--net", "a=b"), ("web", "--sr", "a", "--sr", "b")):
        assert carry_out(("migrate", *options, *here)) == 2
        assert "are about another pool: give --to-pool NAME" in flat(capsys.readouterr().err)
    assert carry_out(("migrate", "web", *here, "--to-lab", here[1], "--plan-only")) == 2
    assert "Both are the same pool" in capsys.readouterr().err
    assert carry_out(("migrate", "web", *here, "--to-pool", "unknown", "--yes")) == 2


def test_a_password_that_is_typed_is_asked_for_once_by_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    from xenferry.cli.frame import source
    from xenferry.config import PasswordSource, PoolEntry

    asked: list[str] = []
    monkeypatch.setattr(source, "_TYPED", {})
    monkeypatch.setattr("click.prompt", lambda question, **_: asked.append(question) or f"secret {len(asked)}")
    west, east = (PoolEntry(address=address, password=PasswordSource(prompt=True)) for address in ("192.0.2.1", "b"))
    typed = [source.ask_password(name, entry) for name, entry in (("west", west), ("east", east), ("west", west))]
    assert typed == ["secret 1", "secret 2", "secret 1"]
    assert len(asked) == 2
