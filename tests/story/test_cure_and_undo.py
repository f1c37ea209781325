"""What `check` finds is cured by name, and a cure can be taken back, on a served pool."""

from __future__ import annotations

import re
from pathlib import Path

from outside import Place

SCENARIO = """\
pool ailing
host alpha
host beta
sr pool-disks nfs default unplugged=beta
guest web on=alpha block=pool_migrate:backup
  disk root
guest db on=alpha
  disk root
"""


def test_findings_are_cured_and_a_cure_is_taken_back(tmp_path: Path) -> None:
    place = Place(tmp_path)
    (tmp_path / "ailing.txt").write_text(SCENARIO)
    with place.lab(str(tmp_path / "ailing.txt")) as pool:
        place.add(pool)
        assert "operation-blocked blocks 1 0" in place.done("cure")
        plan = place.done("cure", "operation-blocked", "--plan-only")
        assert "take out of blocked_operations of guest web: pool_migrate (now 'backup')" in plan
        cured = place.done("cure", "operation-blocked", "web", "--yes")
        assert "Judged again: operation-blocked is gone for web." in cured
        assert "Judged again: pbd-unplugged is gone for pool-disks." in place.done("cure", "pbd-unplugged", "-y")
        assert "There is no finding pbd-unplugged here" in place.done("cure", "pbd-unplugged", "-y")
        found = re.search(r"Run (\w+): Done", cured)
        assert found
        assert "blocked_operations of guest web: pool_migrate to 'backup'" in place.done("runs", "undo", found[1], "-y")
        assert "operation-blocked" in place.xenferry("check", "web").stdout


def test_what_only_a_person_can_cure_is_told(tmp_path: Path) -> None:
    place = Place(tmp_path)
    ended = place.xenferry("cure", "pci-attached", "--lab", "first-pool", "--yes")
    assert ended.returncode == 1
    assert "Cannot be put right by a program" in ended.stdout
    mistyped = place.xenferry("cure", "pci-atached", "--lab", "first-pool")
    assert mistyped.returncode == 2
    assert "Did you mean pci-attached" in mistyped.stderr


def test_a_silenced_finding_no_longer_makes_the_pool_not_ready(tmp_path: Path) -> None:
    place = Place(tmp_path)
    (tmp_path / "ailing.txt").write_text(SCENARIO)
    with place.lab(str(tmp_path / "ailing.txt")) as pool:
        place.add(pool)
        assert place.xenferry("check").returncode == 1
        assert place.xenferry("silence", "operation-blocked", "web", "-y").returncode == 2
        reason = ("--reason", "the weekly backup needs it")
        place.done("silence", "operation-blocked", "web", *reason, "-y")
        for code in ("disk-not-on-host", "host-cannot-be-emptied"):
            place.done("silence", code, *reason, "--yes")
        said = place.done("check")
        assert "Silenced: disk-not-on-host (web, db): the weekly backup needs it" in said
        assert "operation-blocked (web): the weekly backup needs it" in said
        place.done("silence", "operation-blocked", "web", "--lift", "-y")
        assert place.xenferry("check").returncode == 1
