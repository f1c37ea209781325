"""The matrix: every reason, what is unknown, who may go where, and how older XAPIs put it."""

from __future__ import annotations

import copy
from typing import Any

from xenferry.lab.scenario import parse
from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Observation, Snapshot
from xenferry.rules import judge, matrix
from xenferry.rules.facts import memory
from xenferry.rules.finding import Severity

TWO = """
pool p
host xcp1
host xcp2
sr nfs nfs
sr "Local storage" lvm on=xcp1
guest web on=xcp1
  disk root sr="Local storage"
  cd guest-tools.iso
guest free on=xcp1
  disk root2 sr=nfs
guest off halted
"""


def made(text: str, **changes: Any) -> Snapshot:
    """The snapshot of a scenario; `changes` replaces whole tables, None leaves one out."""
    scenario = parse(text)
    tables = {**copy.deepcopy(scenario.tables), **changes}
    hidden = [(Ref(ref), value) for table in scenario.internal.values() for ref, value in table.items()]
    seen = tuple(Observation(kind="internal", subject=ref, value=value) for ref, value in hidden)
    return Snapshot.from_tables({name: t for name, t in tables.items() if t is not None}, observations=seen)


def vm_of(s: Snapshot, name: str) -> VM:
    return next(vm for vm in s.guests if vm.name_label == name)


def host_of(s: Snapshot, name: str) -> Host:
    return next(host for host in s.hosts if host.name_label == name)


def test_a_guest_may_go_where_nothing_refuses_it_but_not_where_it_is() -> None:
    s = made(TWO)
    judged = matrix(s)
    assert [host.name_label for host in s.hosts_in(judged.allowed(vm_of(s, "free")))] == ["xcp2"]
    assert not judged.allowed(vm_of(s, "web"))
    assert len(judged.allowed(vm_of(s, "off"))) == 2


def test_every_reason_is_told_in_xapis_order_and_the_first_is_xapis_answer() -> None:
    s = made(TWO.replace("guest web on=xcp1", "guest web on=xcp1 block=pool_migrate:no memory=400GiB"))
    judged, web, xcp2 = matrix(s), vm_of(s, "web"), host_of(s, "xcp2")
    assert [why.code for why in judged.why(web, xcp2)] == ["operation-blocked", "disk-not-on-host", "not-enough-memory"]
    assert judged.first(web, xcp2) == ("OPERATION_BLOCKED", web.ref, "no")
    assert judged.first(web, xcp2, "core") == ("VM_REQUIRES_SR", web.ref, judged.why(web, xcp2)[1].error[2])
    assert judged.first(vm_of(s, "free"), xcp2) is None


def test_a_paused_guest_is_refused_everywhere() -> None:
    s = made(TWO.replace("guest free on=xcp1", "guest free on=xcp1 paused"))
    free = vm_of(s, "free")
    assert not matrix(s).allowed(free)
    assert {matrix(s).first(free, host) for host in s.hosts} == {("VM_BAD_POWER_STATE", free.ref, "running", "paused")}


def test_what_was_not_captured_is_unknown_and_never_fine() -> None:
    for table in ("host_metrics", "VM_metrics", "VBD", "VDI"):
        s = made(TWO, **{table: None})
        judged, free, xcp2 = matrix(s), vm_of(s, "free"), host_of(s, "xcp2")
        assert not judged.allowed(free), table
        told = judged.unknown(free) | judged.refused(free)
        assert s.place[xcp2.ref] in told, table
        severities = {finding.severity for finding in judge(s) if free.ref == finding.subject or not finding.error}
        assert Severity.UNKNOWN in severities, table


def test_virtual_functions_are_unknown_to_a_client_that_cannot_see_them() -> None:
    text = """
pool p
host xcp1
  nic eth0 management
  nic eth1
  sriov eth1 vfs=2 network=fast
guest web halted
  nic fast
"""
    seen = made(text)
    assert len(matrix(seen).allowed(vm_of(seen, "web"))) == 1
    blind = Snapshot.from_tables(parse(text).tables)
    assert not matrix(blind).allowed(vm_of(blind, "web"))
    assert len(matrix(blind).unknown(vm_of(blind, "web"))) == 1
    assert [finding.severity for finding in judge(blind) if finding.code == "sriov-full"] == [Severity.UNKNOWN]
    told = [Observation(kind="internal", subject=ref, value={"remaining_capacity": 0}) for ref in blind.network_sriov]
    asked = Snapshot.from_tables(parse(text).tables, observations=tuple(told))
    assert not matrix(asked).unknown(vm_of(asked, "web"))
    assert len(matrix(asked).refused(vm_of(asked, "web"))) == 1


def busy_pool(xapi: str) -> Snapshot:
    hosts = f"host xcp1 xapi={xapi}\nhost xcp2 xapi={xapi} busy=evacuate\n"
    return made(f"pool p xapi={xapi}\n{hosts}guest web busy=snapshot cpus=2\nguest idle\n")


def test_older_xapis_put_it_in_their_own_words() -> None:
    old, new = busy_pool("25.6.0"), busy_pool("26.17.0")
    web, xcp2 = vm_of(old, "web"), host_of(old, "xcp2")
    task, evacuation = next(iter(web.current_operations)), next(iter(xcp2.current_operations))
    busy = "OTHER_OPERATION_IN_PROGRESS"
    assert matrix(old).first(web, xcp2) == (busy, "VM.snapshot", web.ref)
    assert matrix(new).first(web, xcp2) == (busy, "VM", web.ref, "snapshot", task)
    idle = vm_of(old, "idle")
    assert matrix(old).first(idle, xcp2) == (busy, "host", xcp2.ref, "evacuate")
    assert matrix(new).first(idle, xcp2) == (busy, "host", xcp2.ref, "evacuate", evacuation)


def test_memory_for_virtual_cpus_counts_since_26_3() -> None:
    old, new = busy_pool("26.2.0"), busy_pool("26.3.0")
    assert memory.needed(new, vm_of(new, "web")) - memory.needed(old, vm_of(old, "web")) == 1 << 20


def test_a_disabled_host_is_one_finding_however_many_guests_it_concerns() -> None:
    s = made(TWO.replace("host xcp2", "host xcp2 disabled"))
    told = [finding for finding in judge(s) if finding.code == "host-disabled"]
    assert len(told) == 1
    assert told[0].subject == host_of(s, "xcp2").ref
    assert told[0].error == ("HOST_DISABLED", told[0].subject)
    assert told[0].seen == "3 guests cannot go to xcp2: the host is disabled."


def test_the_words_tell_unplugged_missing_and_local_storage_apart() -> None:
    text = "pool p\nhost a\nhost b\nsr nfs nfs {}\nguest web on=a\n  disk root sr=nfs\n"
    unplugged = next(f for f in judge(made(text.format("unplugged=b"))) if f.code == "disk-not-on-host")
    missing = next(f for f in judge(made(text.format("on=a"))) if f.code == "disk-not-on-host")
    local = next(f for f in judge(made(TWO)) if f.code == "disk-not-on-host")
    assert "unplugged on b" in unplugged.seen
    assert "xe pbd-plug" in unplugged.cures[0]
    assert "no connection (PBD) to b" in missing.seen
    assert "xe pbd-create" in missing.cures[0]
    assert "which only xcp1 reaches" in local.seen
    assert local.cures == (
        "Bring the disks to shared storage: `xenferry storage move --from 'Local storage' --to nfs` brings all its "
        "disks there while their guests run; name guests to bring only theirs.",
    )


def test_nics_crossed_between_hosts_explain_the_missing_network() -> None:
    text = """
pool p
host xcp1
  nic eth0 management ip=192.0.2.11/24
host xcp2
  nic eth4 management ip=192.0.2.12/24
guest web on=xcp1
  nic eth0
"""
    s = made(text)
    told = {finding.code: finding for finding in judge(s)}
    assert told["network-not-on-host"].error[0] == "VM_REQUIRES_NETWORK"
    assert "xcp2 has that cable as eth4" in told["network-not-on-host"].seen
    assert "xenferry nics plan" in told["network-not-on-host"].cures[0]
    assert "eth0 on xcp1 and eth4 on xcp2" in told["nic-names-differ"].seen
