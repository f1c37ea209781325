"""The laws of disks can be broken: a disk that is lost, left over, not where it was promised, or had by two guests."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from trial import disks
from trial.mischief import Mischief

from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.plan.move_storage import move_storage
from xenferry.plan.steps import Plan
from xenferry.pool.snapshot import Snapshot
from xenferry.runs.journal import Run

POOL = """
pool P
host xcp1
sr shared nfs default
sr second nfs
guest a on=xcp1
  disk root sr=shared
guest b on=xcp1
  disk root sr=shared
"""
TABLES = parse(POOL).tables
SNAPSHOT = Snapshot.from_tables(TABLES)


def plan() -> Plan:
    (second,) = [sr.ref for sr in SNAPSHOT.SR.values() if sr.name_label == "second"]
    (a,) = [vm.ref for vm in SNAPSHOT.guests if vm.name_label == "a"]
    return move_storage(SNAPSHOT, [a], second)


def broken(lab: Lab, before: disks.Held, loose: frozenset[str], state: str = "incomplete") -> list[str]:
    run = Run(id="r", pool="p", pool_name="P", wish="w", owner="o", state=state, created=0.0, changed=0.0, cancel="")
    return list(disks.laws(lab, Mischief(lab, Random(0)), plan(), run, before, loose))  # noqa: S311 (nothing is drawn)


def drive(lab: Lab, guest: str) -> str:
    (ref,) = lab.db.find("VM", name_label=guest)
    return next(vbd for vbd in lab.db.get("VM", ref)["VBDs"] if lab.db.get("VBD", vbd)["type"] == "Disk")


def lose(lab: Lab) -> None:
    lab.db.update("VBD", drive(lab, "b"), VDI="OpaqueRef:NULL", empty=True)


def share(lab: Lab) -> None:
    lab.db.update("VBD", drive(lab, "b"), VDI=lab.db.get("VBD", drive(lab, "a"))["VDI"])


def misplace(lab: Lab) -> None:
    (second,) = lab.db.find("SR", name_label="second")
    lab.db.update("VDI", lab.db.get("VBD", drive(lab, "b"))["VDI"], SR=second)


@pytest.mark.parametrize(("deed", "told"), [(lose, "is on SR nowhere"), (share, "2 drives"), (misplace, "is on SR")])
def test_each_law_speaks_when_it_is_broken(deed: Callable[[Lab], None], told: str) -> None:
    lab = Lab.from_scenario(parse(POOL))
    before, loose = disks.held(lab), disks.loose(lab)
    assert broken(lab, before, loose) == []
    deed(lab)
    assert any(told in each for each in broken(lab, before, loose))


def test_what_nobody_has_any_more_is_left_over() -> None:
    lab = Lab.from_scenario(parse(POOL))
    before, loose = disks.held(lab), disks.loose(lab)
    lose(lab)
    assert any("is left over on SR shared" in each for each in broken(lab, before, loose))


def test_a_run_that_is_done_has_kept_its_promise() -> None:
    lab = Lab.from_scenario(parse(POOL))
    before, loose = disks.held(lab), disks.loose(lab)
    assert len(broken(lab, before, loose, state="done")) == 1, "the disk of a was to be on the second SR"
