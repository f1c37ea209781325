"""check --probe: guests that run where nobody reaches them are told; those that were not asked are not called fine."""

from __future__ import annotations

from pathlib import Path

import pytest

from xenferry.cli.frame.entry import carry_out

POOL = """
pool p
host a
  nic eth0 ip=10.0.0.1/24 management
  nic eth1 ip=10.7.0.1/24 network=lan
host b
  nic eth0 ip=10.0.0.2/24 management
  nic eth1 cable=elsewhere
sr shared nfs
guest web on=a memory=1GiB
  disk root sr=shared
  nic lan ip=10.7.0.20
guest lost on=b memory=1GiB
  disk root sr=shared
  nic lan ip=10.7.0.21
guest mute on=a memory=1GiB
  disk root sr=shared
  nic lan
"""


@pytest.fixture
def pool(tmp_path: Path) -> str:
    path = tmp_path / "pool.txt"
    path.write_text(POOL)
    return str(path)


def test_a_guest_that_nobody_reaches_is_told_with_those_that_answer(
    pool: str, capsys: pytest.CaptureFixture[str]
) -> None:
    carry_out(["check", "--probe", "--lab", pool])
    out = " ".join(capsys.readouterr().out.split())
    assert "lost runs on b and does not answer on 10.7.0.21; web on the same network and another host does" in out
    assert "Of 3 running guests 2 have a known address that could be asked; 1 of these answer." in out


def test_nobody_is_asked_without_a_wish(pool: str, capsys: pytest.CaptureFixture[str]) -> None:
    carry_out(["check", "--lab", pool])
    out = capsys.readouterr().out
    assert "does not answer" not in out
    assert "could be asked" not in out


def test_a_capture_answers_nobody(pool: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tmp_path / "p.capture")
    assert carry_out(["capture", file, "--lab", pool]) == 0
    assert carry_out(["check", "--probe", "--capture", file]) == 2
    assert "not a capture" in capsys.readouterr().err
