"""A class that was not read is no class without objects: what depends on it is unknown, neither refused nor allowed."""

from __future__ import annotations

import pytest

from xenferry.lab.scenario import parse
from xenferry.pool.snapshot import Snapshot
from xenferry.rules import judge, matrix
from xenferry.rules.finding import Severity

POOL = """
pool P
host a
  nic eth0 network=lan
host b
  nic eth0 network=lan
sr nfs nfs
guest web on=a
  disk root sr=nfs
  nic lan
"""
DECIDING = ("host_metrics", "VM_metrics", "VBD", "VDI", "PBD", "VIF", "network", "PIF")


def snapshot(without: str = "") -> Snapshot:
    return Snapshot.from_tables({name: rows for name, rows in parse(POOL).tables.items() if name != without})


def test_the_guest_may_move_when_everything_was_read() -> None:
    s = snapshot()
    assert not s.not_read
    assert s.hosts_in(matrix(s).allowed(s.guests[0])) == (s.hosts[1],)


@pytest.mark.parametrize("name", DECIDING)
def test_without_a_class_that_decides_the_answer_is_unknown(name: str) -> None:
    s = snapshot(name)
    judged, guest = matrix(s), s.guests[0]
    assert s.not_read == {name}
    assert judged.refused(guest) == 0
    assert judged.allowed(guest) == 0
    assert s.hosts[1] in s.hosts_in(judged.unknown(guest))
    found = [each for each in judge(s, judged) if each.severity in (Severity.BLOCKS, Severity.UNKNOWN)]
    assert {each.severity for each in found} == {Severity.UNKNOWN}


def test_a_table_that_is_replaced_was_read() -> None:
    assert not snapshot("PBD").with_tables({"PBD": {}}, 0.0).not_read
