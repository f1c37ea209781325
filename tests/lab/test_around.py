"""A lab booted from tables alone behaves as the pool they were taken from: its storage stays in reach."""

from xenferry.lab.around import world_around
from xenferry.lab.clock import virtual_run
from xenferry.lab.lab import Lab
from xenferry.lab.network.boot import boot_nics
from xenferry.lab.scenario import load, parse


def test_the_world_around_a_scenarios_tables_is_the_scenarios_own():
    for name in ("calm-pair", "three-hosts"):
        scenario = load(name)
        found = world_around(scenario.tables)
        assert {ref: dom0.mounts for ref, dom0 in found.dom0.items()} == {
            ref: dom0.mounts for ref, dom0 in scenario.world.dom0.items()
        }
        for ref, dom0 in scenario.world.dom0.items():
            assert [(nic.mac, nic.name, nic.pci) for nic in found.dom0[ref].nics] == [
                (nic.mac, nic.name, nic.pci) for nic in dom0.nics
            ]


def test_management_nics_of_one_subnet_are_on_one_cable():
    tables = load("first-pool").tables
    found = world_around(tables)
    management = [pif for pif in tables["PIF"].values() if pif["management"]]
    cables = {nic.cable for pif in management for nic in found.dom0[pif["host"]].nics if nic.mac == pif["MAC"]}
    assert cables == {"192.168.1.0/24"}


def test_a_twin_can_scan_unplug_and_plug_its_storage_and_boot():
    tables = parse(
        "server nas\n  export /srv\n  export /isos\nhost a\nhost b sm=3.2.12 xapi=25.6.0\n"
        "sr disks nfs server=nas path=/srv\nsr isos iso server=nas path=/isos\n  image debian.iso\n"
    ).tables
    lab = Lab.from_capture(tables, world=world_around(tables))
    for name in ("disks", "isos"):
        sr = lab.db.find("SR", name_label=name)[0]
        images = list(lab.db.get("SR", sr)["VDIs"])
        virtual_run(lab.call("SR.scan", sr))
        for pbd in list(lab.db.get("SR", sr)["PBDs"]):
            virtual_run(lab.call("PBD.unplug", pbd))
            virtual_run(lab.call("PBD.plug", pbd))
            assert lab.db.get("PBD", pbd)["currently_attached"]
        assert lab.db.get("SR", sr)["VDIs"] == images
    for host in lab.db.all("host"):
        assert boot_nics(lab, host)
