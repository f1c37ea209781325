"""`storage check` and `storage move`, on a lab in process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from xenferry.cli.frame.entry import carry_out

POOL = """
pool depot
host north memory=64GiB
host south memory=64GiB
server nas
  export /vol
sr store nfs server=nas path=/vol size=1TiB {store}
sr own lvm on=north size=500GiB
guest mail on=north memory=2GiB
  disk root size=1GiB sr=own
"""


def lab(folder: Path, store: str = "") -> tuple[str, str]:
    path = folder / "depot.txt"
    path.write_text(POOL.format(store=store))
    return "--lab", str(path)


def test_every_sr_is_checked_on_every_host(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert carry_out(["storage", "check", *lab(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "nas:/vol, NFS version 3, mounted soft" in out
    assert out.count("dom0 has it at /run/sr-mount/") == 1
    assert "reads wait" in out
    assert all(len(line) <= 80 for line in out.splitlines())


def test_a_host_without_its_sr_is_an_exit_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert carry_out(["storage", "check", "--json", *lab(tmp_path, "unplugged=south")]) == 1
    told = json.loads(capsys.readouterr().out)
    (store,) = (sr for sr in told["srs"] if sr["sr"]["name"] == "store")
    assert [(side["host"]["name"], side["link"]) for side in store["hosts"]] == [
        ("north", "connected"),
        ("south", "unplugged"),
    ]
    assert "pbd-unplugged" in [finding["code"] for finding in told["report"]["findings"]]


def test_latency_is_told_by_the_hosts_and_not_by_a_capture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert carry_out(["storage", "check", "--json", *lab(tmp_path)]) == 0
    own = next(sr for sr in json.loads(capsys.readouterr().out)["srs"] if sr["sr"]["name"] == "own")
    waits = {side["host"]["name"]: side["latency"] for side in own["hosts"]}
    assert waits["south"] is None
    assert waits["north"]["write"] > 0
    capture = str(tmp_path / "depot.zip")
    assert carry_out(["capture", capture, *lab(tmp_path)]) == 0
    capsys.readouterr()
    assert carry_out(["storage", "check", "--json", "--capture", capture]) == 0
    srs = json.loads(capsys.readouterr().out)["srs"]
    assert {str(side["latency"]) for sr in srs for side in sr["hosts"]} == {"None"}


def test_nobody_is_moved_from_an_sr_without_guests(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert carry_out(["storage", "move", "--from", "store", "--to", "own", *lab(tmp_path)]) == 2
    assert "No guest has a disk on SR store" in capsys.readouterr().err


def test_what_cannot_be_asked_is_refused_before_anybody_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    probe = ["storage", "probe", "nfs", "nas:/vol", *lab(tmp_path)]
    assert carry_out([*probe, "--nfs-version", "5"]) == 2
    assert carry_out([*probe, "--dom0"]) == 2
    assert carry_out(["storage", "probe", "nfs", "nas", "--try", *lab(tmp_path)]) == 2
    assert "XAPI's driver takes 3" in capsys.readouterr().err


def test_disks_move_while_the_guest_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert carry_out(["storage", "move", "mail", "--to", "store", "--yes", *lab(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "Plan: move disks of mail to SR store" in out
    assert "come to it" in out
    assert "Done, and verified on the pool." in out


def test_guests_are_named_or_their_sr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert carry_out(["storage", "move", "--to", "store", *lab(tmp_path)]) == 2
    assert carry_out(["storage", "move", "mail", "--from", "own", "--to", "store", *lab(tmp_path)]) == 2
    assert "give --from SR" in capsys.readouterr().err
    assert carry_out(["storage", "move", "--from", "own", "--to", "store", "--plan-only", *lab(tmp_path)]) == 0
    assert "move disks of mail to SR store" in capsys.readouterr().out


def test_a_step_that_fails_is_told_with_the_line_that_cures_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "kept-out.txt"
    place.write_text(POOL.format(store="").replace("export /vol\n", "export /vol\n  export /closed to=192.0.2.0/30\n"))
    probe = ["storage", "probe", "nfs", "nas:/closed", "--lab", str(place)]
    assert carry_out(probe) == 1
    out = capsys.readouterr().out
    assert "in /etc/exports: /closed " in out
    assert "exportfs -ra" in out
    assert carry_out([*probe, "--nas", "synology"]) == 1
    assert "No mapping" in capsys.readouterr().out
    assert carry_out([*probe, "--nas", "abacus"]) == 2
    assert "truenas-core" in capsys.readouterr().err
