"""Every kind of step has words, a way to see it done, a way to do it, and survives a file."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from pools import pool, ref

from xenferry.plan import file
from xenferry.plan import steps as s
from xenferry.plan.done import done, visible
from xenferry.plan.evacuate import evacuate
from xenferry.plan.recheck import recheck
from xenferry.plan.undo import undo
from xenferry.plan.words import cost, size, span, summary

KINDS = get_args(s.AnyStep)
HOST, OTHER = s.Thing("host", "h1", "xcp1"), s.Thing("host", "h2", "xcp2")
GUEST, SR = s.Thing("VM", "v1", "web"), s.Thing("SR", "s1", "nfs")
DISK = s.Disk(
    disk=s.Thing("VDI", "d1", "root"), device="0", source=SR, target=s.Thing("SR", "s2", "new"), bytes=1 << 30
)
VALUES = {
    "key": "k",
    "guest": GUEST,
    "source": HOST,
    "target": OTHER,
    "disks": (DISK,),
    "disk": DISK,
    "host": HOST,
    "booted": "1",
    "command": "update",
    "drive": s.Thing("VBD", "b1", "drive 3"),
    "pbd": s.Thing("PBD", "p1", "pbd"),
    "sr": SR,
    "former": s.Thing("SR", "s0", "old"),
    "name": "fresh",
    "kind": "nfs",
    "device_config": (("server", "nas"),),
    "names": (("00:16:3e:00:00:01", "eth1"),),
    "vif": s.Thing("VIF", "i1", "0"),
    "network": s.Thing("network", "n1", "lan"),
    "pif": s.Thing("PIF", "f1", "eth4"),
    "like": s.Thing("PBD", "p2", "pbd of xcp2"),
    "what": GUEST,
    "field": "blocked_operations",
    "value": "v",
    "before": "w",
    "low": 1 << 30,
    "high": 2 << 30,
    "on": True,
    "was": (1 << 30, 1 << 30),
    "vdi": s.Thing("VDI", "d1", "root"),
    "nic": "00:16:3e:00:00:01",
    "members": ("00:16:3e:00:00:01", "00:16:3e:00:00:02"),
    "vlan": 7,
    "there": s.Destination(configured="west", pool=s.Thing("pool", "p2", "West"), host=s.Thing("host", "h9", "upper")),
    "cargo": (s.Cargo(disk=s.Thing("VDI", "d1", "root"), device="0", source=SR, target=s.Thing("SR", "s9", "far")),),
    "links": (),
}


def example(kind: type[s.AnyStep]) -> s.AnyStep:
    fields = {each.name: each for each in msgspec.structs.fields(kind)}
    needed = [name for name, each in fields.items() if each.required]
    return kind(**{name: VALUES[name] for name in needed})


NOTHING_THERE = s.DropVLAN | s.DropBond | s.DropTunnel | s.FollowNIC
STEPS = [pytest.param(example(kind), id=kind.__name__) for kind in KINDS]


@pytest.mark.parametrize("step", STEPS)
def test_every_step_has_words_that_name_whom_it_is_about(step: s.AnyStep) -> None:
    text = summary(step)
    whom = (SR.name,) if isinstance(step, s.SetDefaultSR) else (GUEST.name, HOST.name, "fresh")
    assert any(name in text for name in whom)
    assert not text.endswith(".")


@pytest.mark.parametrize("step", STEPS)
def test_no_step_is_done_in_a_pool_that_knows_nothing_of_it(step: s.AnyStep) -> None:
    snapshot = pool("pool P\nhost xcp9\n")
    gone_is_done = isinstance(step, s.Eject | s.ForgetPIF | s.ClearTicket | s.MoveVIF | NOTHING_THERE)
    assert done(step, snapshot) is gone_is_done


@pytest.mark.parametrize("step", STEPS)
def test_every_step_survives_a_file(step: s.AnyStep, tmp_path: Path) -> None:
    plan = s.Plan(wish="w", pool=s.Thing("pool", "p", "P"), made_at=1.0, steps=(step,))
    file.save(plan, tmp_path / "plan.json")
    assert file.load(tmp_path / "plan.json") == plan


@pytest.mark.parametrize("step", STEPS)
def test_undoing_twice_leads_back(step: s.AnyStep) -> None:
    back = undo(step)
    if back is not None and not isinstance(step, s.SetTicket):
        again = undo(back)
        assert again is not None
        assert msgspec.structs.replace(again, key=step.key) == msgspec.structs.replace(step, forecast=s.Forecast())


@pytest.mark.parametrize("step", STEPS)
def test_every_step_is_carried_out_by_name(step: s.AnyStep) -> None:
    from xenferry.runs import do

    assert f"s.{type(step).__name__}(" in inspect.getsource(do)


BOOTED = "pool P\nhost xcp1\n"


@pytest.mark.parametrize(
    ("before", "now", "rebooted"),
    [("1.", "2.", True), ("1.", "1.", False), ("1.", "", False), ("", "2.", False), ("", "", False)],
)
def test_only_another_boot_time_proves_a_reboot(before: str, now: str, rebooted: bool) -> None:
    made = pool(BOOTED)
    host = msgspec.structs.replace(made.hosts[0], other_config={"boot_time": now} if now else {})
    step = s.Reboot(key="k", host=s.Thing("host", host.uuid, "xcp1"), booted=before)
    assert done(step, made.with_tables({"host": {host.ref: host}}, 0.0)) is rebooted


def test_a_host_rebooted_since_the_plan_was_made_needs_another_plan() -> None:
    made = pool(BOOTED)
    step = s.Reboot(key="k", host=s.Thing("host", made.hosts[0].uuid, "xcp1"), booted="1.")
    plan = s.Plan(wish="w", pool=s.Thing("pool", made.pool.uuid, "P"), made_at=1.0, steps=(step,))
    (difference,) = recheck(plan, made)
    assert difference.fatal
    assert "xcp1 was rebooted since" in difference.text


def test_only_what_dom0_or_a_person_keeps_to_itself_is_not_visible() -> None:
    hidden = {type(example(kind)) for kind in KINDS if not visible(example(kind))}
    assert hidden == {s.RenameNics, s.ScanPIFs, s.Hook}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "this is not JSON"),
        ("[]", "no plan of xenferry"),
        ('{"format": 7}', "the plan has format 7, this xenferry knows format 1"),
        ('{"wish": "w"}', "missing required field `pool`"),
        (
            '{"wish":"w","pool":{"kind":"pool","uuid":"u","name":"P"},"made_at":0,"steps":[{"step":"fly","key":"k"}]}',
            "Invalid value 'fly'",
        ),
    ],
)
def test_a_malformed_file_is_refused_with_its_name_and_the_place(text: str, says: str) -> None:
    with pytest.raises(file.BadPlan, match=r"my\.json: ") as refused:
        file.parse(text, "my.json")
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("key", "value"),
    [("cifspassword", "hunter2"), ("chappassword", "hunter2"), ("location", "//bob:hunter2@nas/isos")],
)
def test_a_password_is_in_no_plan_file_and_no_journal(key: str, value: str) -> None:
    step = s.CreateSR(key="sr", host=HOST, name="isos", kind="iso", device_config=((key, value),))
    plan = s.Plan(wish="w", pool=s.Thing("pool", "p", "P"), made_at=1.0, steps=(step,))
    with pytest.raises(file.BadPlan, match=f"secret in device_config:{key}") as caught:
        file.dump(plan)
    assert "hunter2" not in str(caught.value)
    with pytest.raises(file.BadPlan, match="secret"):
        file.parse(msgspec.json.encode(plan))


def test_steps_that_contradict_each_other_are_no_plan() -> None:
    one = s.Enable(key="a", host=HOST)
    for steps, says in (((one, one), "two steps"), ((s.Enable(key="b", after=("c",), host=HOST),), "no earlier step")):
        plan = s.Plan(wish="w", pool=s.Thing("pool", "p", "P"), made_at=1.0, steps=steps)
        with pytest.raises(file.BadPlan, match=says):
            file.parse(file.dump(plan))


POOL = """
pool P
host xcp1
host xcp2
host xcp3
sr shared nfs
guest a on=xcp1 memory=2GiB
guest b on=xcp1 memory=2GiB
"""


def test_a_plan_fits_the_pool_it_was_made_for() -> None:
    snapshot = pool(POOL)
    assert recheck(evacuate(snapshot, ref(snapshot, "host", "xcp1")), snapshot) == ()


def test_what_changed_since_the_plan_was_made_is_said() -> None:
    snapshot = pool(POOL)
    plan = evacuate(snapshot, ref(snapshot, "host", "xcp1"))
    later = {key: vm for key, vm in snapshot.VM.items() if vm.name_label != "b"}
    found = recheck(plan, snapshot.with_tables({"VM": later}, 1.0))
    assert [(each.text, each.fatal) for each in found] == [("VM b is not in the pool any more", True)]


def test_a_plan_for_another_pool_is_refused() -> None:
    snapshot = pool(POOL)
    plan = evacuate(snapshot, ref(snapshot, "host", "xcp1"))
    (found,) = recheck(plan, pool("pool Q\nhost xcp1\n"))
    assert found.fatal
    assert "this is pool Q" in found.text


def test_sizes_and_spans_are_for_people() -> None:
    assert [size(n) for n in (0, 512, 1536, 3 << 30, 200 << 30)] == ["0 B", "512 B", "1.5 KiB", "3.0 GiB", "200 GiB"]
    assert [span(n) for n in (0.3, 45, 600, 12000)] == ["0.3 s", "45 s", "10 min", "3 h 20 min"]
    assert cost(s.Forecast()) == "a few seconds"
