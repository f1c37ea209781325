"""Commands that change a pool: on a lab in process, and on a served one over HTTPS with a journal on disk."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from xenferry import config
from xenferry.cli.demo import stage
from xenferry.cli.demo.stage import Stage
from xenferry.cli.frame.entry import carry_out

LAB = ("--lab", "calm-pair")


@pytest.fixture
def pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """calm-pair, served over HTTPS and known as the pool `home`."""
    monkeypatch.setenv("XENFERRY_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(stage, "SPEED", 500.0)
    with Stage("calm-pair") as served:
        monkeypatch.setenv("LAB_PASSWORD", served.lab.sessions.password)
        place = served.coordinator
        address = f"{place.address}:{place.port}"
        how = ["--fingerprint", place.fingerprint, "--password-env", "LAB_PASSWORD"]
        assert carry_out(["pool", "add", "home", address, *how]) == 0
        yield served


def test_guests_migrate_and_the_end_is_proven(capsys: pytest.CaptureFixture[str]) -> None:
    assert carry_out(["migrate", "mail", "wiki", "--to", "south", "--yes", *LAB]) == 0
    out = capsys.readouterr().out
    assert "Plan: migrate mail, wiki to host south" in out
    assert "mail   north   south  runs on south  never" in out
    assert "Done, and verified on the pool." in out


def test_without_a_yes_nothing_is_done(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("click.confirm", lambda *_, **__: False)
    assert carry_out(["evacuate", "north", *LAB]) == 1
    out = capsys.readouterr().out
    assert out.rstrip().endswith("Nothing was done.")
    assert "begin:" not in out


def test_what_fails_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    share = "nfs-nas.localdomain:/mnt/store/xcpng-vm-disks"
    assert carry_out(["storage", "add", "nfs", share, "--name", "nas", "--yes", "--lab", "first-pool"]) == 1
    out = capsys.readouterr().out
    assert "SR_BACKEND_FAILURE_140" in out
    assert "Cure:" in out
    assert "resume" not in out, "a lab is gone afterwards: there is nothing to go on with"


def test_a_live_pool_is_added_read_maintained_and_forgotten(pool: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    assert carry_out(["check"]) == 0
    assert carry_out(["maintenance", "enter", "north", "--yes"]) == 0
    (run,) = json.loads(last_json(capsys, "runs", "list", "--json"))
    assert (run["state"], run["wish"]) == ("done", "put host north into maintenance")
    assert carry_out(["runs", "show", run["id"][:4], "--history"]) == 0
    out = capsys.readouterr().out
    assert "Seen on the pool afterwards:" in out
    assert "step-started: disable host north" in out
    assert carry_out(["maintenance", "leave", "north", "--yes"]) == 0
    assert carry_out(["pool", "list"]) == 0
    assert "variable LAB_PASSWORD" in capsys.readouterr().out
    assert carry_out(["pool", "remove", "home"]) == 0
    assert config.load().pools == {}


def last_json(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    capsys.readouterr()
    assert carry_out(list(command)) == 0
    return capsys.readouterr().out


def test_a_run_is_resumed_from_the_journal(pool: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    assert carry_out(["migrate", "mail", "--to", "south", "--yes"]) == 0
    (run,) = json.loads(last_json(capsys, "runs", "list", "--json"))
    assert carry_out(["runs", "cancel", run["id"]]) == 2, "it is done"
    assert carry_out(["runs", "resume", run["id"]]) == 0
    assert "Done, and verified on the pool." in capsys.readouterr().out
    assert carry_out(["runs", "resume", "nosuch"]) == 2


def test_another_certificate_than_the_pinned_one_is_status_3(pool: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    entry = config.load().pools["home"]
    config.remove_pool("home")
    config.add_pool("home", config.PoolEntry(entry.address, fingerprints=("00" * 32,), password=entry.password))
    assert carry_out(["check"]) == 3
    assert "Nothing was sent" in " ".join(capsys.readouterr().err.split())
    add = ["pool", "add", "other", entry.address, "--fingerprint", "00" * 32, "--password-env", "LAB_PASSWORD"]
    assert carry_out(add) == 3
    assert "other" not in config.load().pools


def test_a_wrong_password_and_a_silent_address_are_told(
    pool: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LAB_PASSWORD", "wrong-password")
    assert carry_out(["check"]) == 1
    told = capsys.readouterr()
    assert "SESSION_AUTHENTICATION_FAILED" in told.err
    assert "wrong-password" not in told.err + told.out
    with socket.create_server(("127.0.0.1", 0)) as free:
        nobody = f"127.0.0.1:{free.getsockname()[1]}"
    assert carry_out(["pool", "add", "nobody", nobody, "--password-env", "LAB_PASSWORD"]) == 3


def test_a_lab_is_served_until_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    command = [sys.executable, "-u", "-m", "xenferry", "lab", "up", "calm-pair", "--speed", "10"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        for line in served.stdout:
            if line.startswith("Ctrl-C"):
                break
        served.send_signal(signal.SIGINT)
        out, err = served.communicate(timeout=30)
    assert out.endswith("The lab is gone.\n")
    assert "Traceback" not in err
    assert served.returncode in (0, 1)
