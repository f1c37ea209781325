"""What a scenario builds is a pool that XAPI could have: whole records, both ends of every relation, exact memory."""

import ipaddress

import pytest

from xenferry.lab import relations
from xenferry.lab.datamodel import datamodel
from xenferry.lab.scenario import generate, load, parse, shipped
from xenferry.lab.scenario.generate import fleet, named
from xenferry.lab.scenario.memory import overhead
from xenferry.pool.snapshot import Snapshot
from xenferry.rules import matrix

NULL = "OpaqueRef:NULL"
RICH = """
pool rich ha
host a memory=128GiB cpus=32
  nic eth0 ip=192.0.2.11/24 management
  nic eth1
  nic eth2
  bond bond0 of=eth1,eth2 network=guests
  vlan bond0 42 network=backups
  sriov eth0 vfs=4 network=fast
  pci 0a:00.0 "Vendor Card"
  gpu 0b:00.0 "NVIDIA Tesla" types=grid-a
  usb dongle
host b vendor=AuthenticAMD
  nic eth0
network inside internal
sr shared nfs
sr isos iso
  image debian.iso
guest one on=a pvh tag=x,y ha=restart group=spread
  disk root size=5GiB cbt
  disk data on-boot=reset
  cd debian.iso
  cd
  nic guests
  nic inside unplugged
  pci 0a:00.0
  usb dongle
  vtpm
  snapshot before
guest two on=a suspended drivers=old
  disk root
guest three on=a
  vgpu 0b:00.0 type=grid-a
guest four on=b halted busy=export group=spread
fault VM.pool_migrate on=one error=INTERNAL_ERROR,boom after=1 times=0 slow=2s
"""


def pools():
    return [*[load(name) for name in shipped()], parse(RICH), generate(hosts=4, guests=30, seed=3)]


@pytest.fixture(params=range(len(shipped()) + 2), scope="module")
def scenario(request):
    return pools()[request.param]


def test_every_record_has_exactly_the_fields_of_the_datamodel(scenario):
    for kind, table in scenario.tables.items():
        fields = set(datamodel().classes[kind].new_record())
        for record in table.values():
            assert set(record) == fields


def test_every_reference_leads_somewhere_and_back(scenario):
    for (kind, field), (other, back) in relations.forward().items():
        for ref, record in scenario.tables.get(kind, {}).items():
            if isinstance(record.get(field), str) and record[field] != NULL:
                assert ref in scenario.tables[other][record[field]][back], (kind, field)


def test_the_lists_hold_nothing_that_does_not_point_back(scenario):
    for (kind, field), (other, back) in relations.forward().items():
        for ref, record in scenario.tables.get(other, {}).items():
            for member in record.get(back, []):
                if isinstance(scenario.tables[kind][member].get(field), str):
                    assert scenario.tables[kind][member][field] == ref, (other, back)


def test_uuids_are_unique(scenario):
    uuids = [record["uuid"] for table in scenario.tables.values() for record in table.values()]
    assert len(uuids) == len(set(uuids))


def test_it_is_a_snapshot(scenario):
    snapshot = Snapshot.from_tables(scenario.tables, taken_at=0.0)
    assert snapshot.pool.master in snapshot.host
    dom0s = [vm.resident_on for vm in snapshot.VM.values() if vm.is_control_domain]
    assert sorted(dom0s) == sorted(host.ref for host in snapshot.hosts)


def test_every_host_has_one_management_pif_with_its_address(scenario):
    for ref, host in scenario.tables["host"].items():
        pifs = [pif for pif in scenario.tables["PIF"].values() if pif["host"] == ref and pif["management"]]
        assert [pif["IP"] for pif in pifs] == [host["address"]]
        ipaddress.ip_address(host["address"])


def test_nics_of_the_same_name_are_in_the_same_network_and_others_are_not():
    scenario = load("first-pool")
    bridges = {}
    for pif in scenario.tables["PIF"].values():
        network = scenario.tables["network"][pif["network"]]
        bridges.setdefault(pif["device"], set()).add(network["bridge"])
    assert bridges == {f"eth{n}": {f"xenbr{n}"} for n in (0, 1, 2, 4)}


def test_the_story_has_management_on_one_cable_and_two_networks():
    scenario = load("first-pool")
    management = [pif for pif in scenario.tables["PIF"].values() if pif["management"]]
    assert len({pif["network"] for pif in management}) == 2
    cables = {nic.cable for pif in management for nic in scenario.world.dom0[pif["host"]].nics if nic.mac == pif["MAC"]}
    assert cables == {"192.168.1.0/24"}
    (server,) = scenario.world.servers.values()
    assert server.unresolvable == set(scenario.tables["host"])
    assert server.exports["/mnt/store/xcpng-vm-disks"].root_squash


@pytest.mark.parametrize(
    ("kind", "mib", "vcpus", "xapi", "expected"),
    [
        ("hvm", 1024, 1, (26, 17), 12),  # recorded: 12582912 for 1 GiB and 1 vCPU
        ("hvm", 40960, 2, (26, 17), 325),  # recorded: 43290460160 needed for 40 GiB and 2 vCPUs
        ("hvm", 1024, 1, (25, 6), 11),
        ("pv", 512, 4, (26, 17), 10),  # recorded: dom0 with 512 MiB and 4 vCPUs has 10485760
    ],
)
def test_memory_overhead_is_what_xapi_computed(kind, mib, vcpus, xapi, expected):
    assert overhead(kind, mib * 2**20, vcpus, 1.0, xapi) == expected * 2**20


def test_a_guest_runs_at_the_level_of_the_whole_pool():
    scenario = parse("host a features=0000000f-0000000f\nhost b features=00000007-0000000e\nguest g on=a\n")
    guest = next(vm for vm in scenario.tables["VM"].values() if vm["name_label"] == "g")
    assert guest["last_boot_CPU_flags"]["features"] == "00000007-0000000e"


def test_a_host_without_hvm_does_not_lower_the_level_of_hvm_guests():
    scenario = parse("host a features=0000000f\nhost b features=00000001 no-hvm\n")
    (pool,) = scenario.tables["pool"].values()
    assert (pool["cpu_info"]["features_hvm_host"], pool["cpu_info"]["features_pv_host"]) == ("0000000f", "00000001")


def test_a_passed_through_card_is_attached_only_while_the_guest_runs():
    text = "host a\n  pci 0a:00.0\nguest g{}\n  pci 0a:00.0\n"
    running, halted = parse(text.format("")), parse(text.format(" halted"))
    for scenario, count in ((running, 1), (halted, 0)):
        guest = next(vm for vm in scenario.tables["VM"].values() if vm["name_label"] == "g")
        assert len(guest["attached_PCIs"]) == count
        assert guest["other_config"]["pci"] == "0/0000:0a:00.0"


def test_generated_pools_depend_on_size_and_seed_only():
    assert generate(3, 20, 7).tables == generate(3, 20, 7).tables
    assert generate(3, 20, 7).tables != generate(3, 20, 8).tables
    made = generate(40, 100, 1).tables
    assert len(made["host"]) == 40
    assert len([vm for vm in made["VM"].values() if vm["name_label"].startswith("guest")]) == 100


def refusals(name):
    snapshot = Snapshot.from_tables(load(name).tables, taken_at=0.0)
    found = matrix(snapshot)
    return {
        (guest.name_label, host.name_label): {refusal.code for refusal in found.why(guest, host)}
        for guest in snapshot.guests
        for host in snapshot.hosts
        if guest.resident_on != host.ref
    }


def test_in_a_calm_pair_everybody_may_go_everywhere():
    assert set().union(*refusals("calm-pair").values()) == set()


def test_in_three_hosts_only_the_internal_network_and_memory_stand_in_the_way():
    found = refusals("three-hosts")
    assert found["engine", "beta"] == found["front", "gamma"] == {"internal-network"}
    assert found["ci", "alpha"] == {"not-enough-memory"}
    assert found["monitor", "alpha"] == found["mail", "gamma"] == set()


def test_in_the_first_pool_each_guest_has_troubles_of_its_own():
    found = refusals("first-pool")
    shared = {"disk-not-on-host", "network-not-on-host"}
    assert found["web", "xcp2"] == found["database", "xcp2"] == found["oldweb", "xcp2"] == shared
    assert found["accounting", "xcp2"] == {*shared, "cd-not-on-host"}
    assert found["firewall", "xcp2"] == {*shared, "pci-attached"}
    assert found["legacy", "xcp2"] == {*shared, "guest-without-drivers"}
    assert found["monitor", "xcp1"] == found["cache", "xcp1"] == shared
    assert found["kiosk", "xcp2"] == {"network-not-on-host"}


def guest_of(scenario, name):
    return next((ref, vm) for ref, vm in scenario.tables["VM"].items() if vm["name_label"] == name)


def test_a_running_guest_in_an_sriov_network_holds_a_virtual_function():
    scenario = parse(
        "host a\n  nic eth0\n  sriov eth0 vfs=2 network=fast\nguest g\n  nic fast\nguest h halted\n  nic fast\n"
    )
    held = [fields["attached_VMs"] for fields in scenario.internal["PCI"].values() if fields["attached_VMs"]]
    ref, vm = guest_of(scenario, "g")
    assert held == [[ref]]
    assert len(vm["attached_PCIs"]) == 1
    assert guest_of(scenario, "h")[1]["attached_PCIs"] == []


def test_power_state_decides_where_a_guest_is_and_what_is_attached():
    scenario = parse(
        "host a\nhost b\nguest up on=b\n  disk d\nguest off on=b halted\n  disk d\n"
        "guest asleep on=b suspended memory=3GiB\n  disk d\nguest still on=b paused\n  disk d\n"
    )
    b = next(ref for ref, host in scenario.tables["host"].items() if host["name_label"] == "b")
    residents = {name: guest_of(scenario, name)[1]["resident_on"] == b for name in ("up", "off", "asleep", "still")}
    assert residents == {"up": True, "off": False, "asleep": False, "still": True}
    attached = {
        scenario.tables["VM"][vbd["VM"]]["name_label"]: vbd["currently_attached"]
        for vbd in scenario.tables["VBD"].values()
    }
    assert attached == residents
    image = scenario.tables["VDI"][guest_of(scenario, "asleep")[1]["suspend_VDI"]]
    assert (image["type"], image["virtual_size"]) == ("suspend", 3 * 2**30)
    assert guest_of(scenario, "off")[1]["last_boot_CPU_flags"] == {}
    assert guest_of(scenario, "up")[1]["domid"] > 0


def test_drivers_say_whether_a_guest_can_be_suspended():
    scenario = parse(
        "host a\nguest new\nguest old drivers=old\nguest none drivers=no\nguest stuck cannot-suspend=nvme\n"
    )

    def metrics(name):
        return scenario.tables["VM_guest_metrics"].get(guest_of(scenario, name)[1]["guest_metrics"])

    assert metrics("none") is None
    assert [metrics(name)["PV_drivers_up_to_date"] for name in ("new", "old")] == [True, False]
    assert metrics("stuck")["other"]["data-cant-suspend-reason"] == "nvme"


def test_faults_name_the_call_the_object_and_what_happens():
    scenario = parse("host a\nguest g\nfault VM.pool_migrate on=g error=INTERNAL_ERROR,boom after=1 times=0 slow=2s\n")
    (fault,) = scenario.world.faults
    assert fault.on == guest_of(scenario, "g")[0]
    assert (fault.error, fault.after, fault.times, fault.slow) == (("INTERNAL_ERROR", "boom"), 1, 0, 2.0)


def test_a_disk_without_an_sr_is_on_shared_storage_if_there_is_any_else_on_its_host():
    local = parse("host a\nhost b\nguest g on=b\n  disk d\n")
    (disk,) = [vdi for vdi in local.tables["VDI"].values() if vdi["name_label"] == "g d"]
    sr = local.tables["SR"][disk["SR"]]
    assert (sr["name_label"], sr["shared"], len(sr["PBDs"])) == ("Local storage on b", False, 1)
    shared = parse("host a\nhost b\nsr pool nfs unplugged=a\nguest g on=b\n  disk d\n")
    (disk,) = [vdi for vdi in shared.tables["VDI"].values() if vdi["name_label"] == "g d"]
    assert shared.tables["SR"][disk["SR"]]["name_label"] == "pool"


def test_a_generated_pool_has_a_name_and_a_fleet_has_many_pools():
    assert parse(named("generated-3x20-7")).tables == generate(3, 20, 7).tables
    assert named("generated-3x20") == named("generated-3x20-1")
    assert named("calm-pair") is None
    first, second = fleet(2, 2, 4)
    assert not first.tables["host"].keys() & second.tables["host"].keys()
