"""`storage add` looks before it makes, and attaches what lies in the share already; on a lab served over HTTPS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from xenferry.cli.demo import stage
from xenferry.cli.demo.stage import Stage
from xenferry.cli.frame.entry import carry_out
from xenferry.lab.lab import Lab
from xenferry.lab.world import Export

OLD, OLDER = "6f1c2f6e-0a3b-4c55-9d2e-3b1a0c9d8e7f", "11111111-0a3b-4c55-9d2e-3b1a0c9d8e7f"
ADD = ["storage", "add", "nfs", "nas:/more", "--name", "more", "--yes"]


@pytest.fixture
def pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """calm-pair, whose NAS has another directory, `/more`."""
    monkeypatch.setenv("XENFERRY_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(stage, "SPEED", 500.0)
    with Stage("calm-pair") as served:
        served.ask(lambda lab: lab.world.servers["nas"].exports.setdefault("/more", Export("/more")))
        monkeypatch.setenv("LAB_PASSWORD", served.lab.sessions.password)
        place = served.coordinator
        how = ["--fingerprint", place.fingerprint, "--password-env", "LAB_PASSWORD"]
        assert carry_out(["pool", "add", "home", f"{place.address}:{place.port}", *how]) == 0
        yield served


def pin_keys(pool: Stage) -> None:
    """As a person does who has compared them."""
    place = pool.coordinator
    how = ["--fingerprint", place.fingerprint, "--password-env", "LAB_PASSWORD"]
    for ref, at in pool.dom0.items():
        how += ["--dom0", f"{pool.served[ref].address}={at.address}:{at.port},{at.fingerprint}"]
    assert carry_out(["pool", "add", "--replace", "home", f"{place.address}:{place.port}", *how]) == 0


def untouched(pool: Stage) -> bool:
    """Is nothing of a trial in the share, or in a dom0?"""
    places = [each for host in pool.lab.world.dom0.values() for each in (*host.mounts, *host.directories)]
    return not pool.lab.world.servers["nas"].exports["/more"].directories and not any("trial" in at for at in places)


def test_every_dom0_mounts_and_writes_where_that_is_asked_for(pool: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    pin_keys(pool)
    probe = ["storage", "probe", "nfs", "nas:/more", "--dom0", "--try"]
    assert carry_out(probe) == 0
    assert capsys.readouterr().out.count("files can have hard links: dom0 did it") == len(pool.dom0)
    pool.ask(lambda lab: setattr(lab.world.servers["nas"].exports["/more"], "subdirs", False))
    assert carry_out(probe) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert out.count("FAILED that directory can be mounted: dom0 tried it: mount.nfs: access denied") == len(pool.dom0)
    assert untouched(pool)


def test_a_squashed_root_is_told_before_anything_is_made(pool: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    pool.ask(lambda lab: setattr(lab.world.servers["nas"].exports["/more"], "root_squash", True))
    assert carry_out(ADD) == 1
    assert "--dom0 --try" in " ".join(capsys.readouterr().out.split()), "how to be told before"
    pin_keys(pool)
    capsys.readouterr()
    assert carry_out(ADD) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert "not so: root may make a directory there. dom0 tried it: mkdir:" in out
    assert "Nothing was made" in out
    assert untouched(pool)


def test_dom0_is_asked_over_ssh(pool: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    pool.ask(lambda lab: setattr(lab.world.servers["nas"], "mtu", 1400))
    probe = ["storage", "probe", "nfs", "nas:/more", "--dom0"]
    assert carry_out(probe) == 0, "an ssh key that nobody confirmed: what dom0 would tell is not known"
    assert "port 22" in capsys.readouterr().out
    pin_keys(pool)
    capsys.readouterr()
    assert carry_out(probe) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert out.count("FAILED full-size packets get through (MTU)") == len(pool.dom0)
    assert "storage manager 4.1.12-1" in out
    assert "One MTU everywhere" in out


def holds(pool: Stage, *uuids: str) -> None:
    def put(lab: Lab) -> None:
        for uuid in uuids:
            lab.world.servers["nas"].exports["/more"].directories[uuid] = {"disk.vhd"}

    pool.ask(put)


def test_a_share_is_made_and_its_path_in_dom0_is_told(pool: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    assert carry_out(ADD) == 0
    (sr,) = pool.lab.db.find("SR", name_label="more")
    out = " ".join(capsys.readouterr().out.split())
    assert f"dom0 of every host has it at /run/sr-mount/{pool.lab.db.get('SR', sr)['uuid']}" in out


def test_an_sr_in_the_share_is_attached_with_what_is_in_it(pool: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    holds(pool, OLD)
    assert carry_out(ADD) == 0
    assert "nothing in it is overwritten" in " ".join(capsys.readouterr().out.split())
    assert pool.lab.db.find("SR", uuid=OLD)
    assert set(pool.lab.world.servers["nas"].exports["/more"].directories) == {OLD}


def test_of_several_srs_in_the_share_a_person_chooses(pool: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    holds(pool, OLD, OLDER)
    assert carry_out(ADD) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert OLD in told
    assert OLDER in told
    assert carry_out([*ADD, "--attach", OLDER, "--new"]) == 2
    assert carry_out([*ADD, "--attach", OLDER]) == 0
    assert pool.lab.db.find("SR", uuid=OLDER)
    assert not pool.lab.db.find("SR", uuid=OLD)


def test_nothing_is_made_while_one_host_does_not_see_the_share(pool: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    south = pool.lab.db.find("host", name_label="south")[0]
    pool.ask(lambda lab: lab.world.servers["nas"].unreachable.add(south))
    assert carry_out(ADD) == 1
    out = capsys.readouterr().out
    assert "SR_BACKEND_FAILURE_108" in out
    assert "systemctl enable --now nfs-server" in out
    assert "Nothing was made" in out
    assert not pool.lab.db.find("SR", name_label="more")
