"""Names of NICs: what dom0 decides at boot, and what XAPI makes of it."""

import pytest

from xenferry.lab.clock import virtual_run
from xenferry.lab.error import LabError
from xenferry.lab.lab import Lab
from xenferry.lab.network import names
from xenferry.lab.network.boot import RESET, boot_nics
from xenferry.lab.scenario import load, parse
from xenferry.lab.world import Dom0, Nic, NicRule

A, B, C = "3c:ec:ef:00:00:0a", "3c:ec:ef:00:00:0b", "3c:ec:ef:00:00:0c"


def card(mac, name, slot):
    return Nic(mac, name, pci=f"0000:{slot:02x}:00.0", label=f"p{slot}p1")


def dom0(*nics):
    made = Dom0("h", nics=list(nics))
    made.last_boot = names.state_of(nics)
    return made


def booted(machine):
    names.boot(machine)
    return {nic.mac: nic.name for nic in machine.nics}


def test_names_stay_as_long_as_nothing_changes():
    machine = dom0(card(A, "eth0", 1), card(B, "eth5", 2))
    assert booted(machine) == {A: "eth0", B: "eth5"}


def test_an_update_changes_nothing_before_the_boot_and_everything_at_it():
    machine = dom0(card(A, "eth0", 1), card(B, "eth4", 2))
    names.update(machine, {"eth0": B, "eth4": A})
    assert [nic.name for nic in machine.nics] == ["eth0", "eth4"]
    assert booted(machine) == {A: "eth4", B: "eth0"}


def test_a_nic_that_loses_its_name_gets_a_number_beyond_the_highest():
    machine = dom0(card(A, "eth0", 1), card(B, "eth4", 2))
    names.update(machine, {"eth0": B})
    assert booted(machine) == {A: "eth5", B: "eth0"}


def test_static_rules_win_over_everything():
    machine = dom0(card(A, "eth0", 1), card(B, "eth1", 2))
    machine.static_rules = [NicRule("eth0", "pci", "0000:02:00.0")]
    names.update(machine, {"eth0": A})
    assert booted(machine)[B] == "eth0"


def test_a_card_in_another_slot_takes_its_name_along():
    machine = dom0(card(A, "eth0", 1), card(B, "eth1", 2))
    machine.nics[0].pci = "0000:09:00.0"
    machine.nics[0].name = "eth7"
    assert booted(machine) == {A: "eth0", B: "eth1"}


def test_a_replacement_in_the_same_slot_inherits_the_name():
    machine = dom0(card(A, "eth0", 1), card(B, "eth1", 2))
    machine.nics[0] = card(C, "eth9", 1)
    assert booted(machine) == {C: "eth0", B: "eth1"}
    assert machine.old == [(A, "0000:01:00.0", "eth0")]


def test_a_nic_that_returns_gets_its_old_name_only_if_that_is_free():
    machine = dom0(card(A, "eth0", 1), card(B, "eth1", 2))
    gone = machine.nics.pop()
    names.boot(machine)
    machine.nics.append(card(B, "eth6", 3))
    assert booted(machine) == {A: "eth0", B: "eth1"}
    assert gone.mac == B


@pytest.mark.parametrize("wanted", [{"eth0": C}, {"lan": A}, {"eth0": A, "eth1": A}])
def test_an_update_that_makes_no_sense_is_refused(wanted):
    with pytest.raises(ValueError, match=r"NIC|eth name|alias"):
        names.update(dom0(card(A, "eth0", 1), card(B, "eth1", 2)), wanted)


def pif(lab, host, device):
    for ref, record in lab.db.all("PIF").items():
        if record["device"] == device and lab.db.get("host", record["host"])["name_label"] == host:
            return ref
    return None


async def answer(lab, method, *params):
    try:
        return await lab.call(method, *params)
    except LabError as error:
        return (error.code, *error.params)


def ask(lab, method, *params):
    return virtual_run(answer(lab, method, *params))


def host_of(lab, name):
    return lab.db.find("host", name_label=name)[0]


def bridge(lab, ref):
    return lab.db.get("network", lab.db.get("PIF", ref)["network"])["bridge"]


def test_xapi_keeps_the_old_name_until_it_is_told_to_forget_and_scan():
    lab = Lab.from_scenario(parse("host a\n  nic eth0\n  nic eth1\nhost b\n  nic eth0\n  nic eth4\n"))
    host = host_of(lab, "b")
    machine = lab.world.dom0[host]
    mac = machine.nics[1].mac
    names.update(machine, {"eth1": mac})
    assert boot_nics(lab, host)
    old = pif(lab, "b", "eth4")
    assert lab.db.get("PIF", old)["MAC"] == mac
    assert not lab.db.get("PIF", old)["currently_attached"]
    assert pif(lab, "b", "eth1") is None
    assert ask(lab, "PIF.forget", old) == ""
    assert ask(lab, "PIF.scan", host) == ""
    new = pif(lab, "b", "eth1")
    assert lab.db.get("PIF", new)["MAC"] == mac
    assert bridge(lab, new) == bridge(lab, pif(lab, "a", "eth1")) == "xenbr1"


def test_a_management_nic_renamed_without_a_reset_takes_the_host_off_the_network():
    lab = Lab.from_scenario(load("first-pool"))
    host = host_of(lab, "xcp2")
    machine = lab.world.dom0[host]
    by_name = {nic.name: nic.mac for nic in machine.nics}
    names.update(machine, {"eth0": by_name["eth4"]})
    assert not boot_nics(lab, host)


def test_a_network_reset_brings_management_up_under_the_new_name_in_the_right_network():
    lab = Lab.from_scenario(load("first-pool"))
    host = host_of(lab, "xcp2")
    machine = lab.world.dom0[host]
    by_name = {nic.name: nic.mac for nic in machine.nics}
    names.update(machine, {"eth0": by_name["eth4"]})
    machine.files[RESET] = "DEVICE=eth0\nMODE=static\nIP=192.168.1.12\nNETMASK=255.255.255.0\nGATEWAY=192.168.1.1\n"
    assert boot_nics(lab, host)
    management = pif(lab, "xcp2", "eth0")
    record = lab.db.get("PIF", management)
    assert (record["management"], record["IP"], record["MAC"]) == (True, "192.168.1.12", by_name["eth4"])
    assert record["network"] == lab.db.get("PIF", pif(lab, "xcp1", "eth0"))["network"]
    assert RESET not in machine.files


def test_the_errors_of_pif_calls_come_in_xapis_order():
    lab = Lab.from_scenario(parse("host a\n  nic eth0 management\n  nic eth1\n  vlan eth1 7\nguest g\n  nic eth1\n"))
    host, management, other = host_of(lab, "a"), pif(lab, "a", "eth0"), pif(lab, "a", "eth1")
    nowhere = "OpaqueRef:00000000-dead-0000-0000-000000000000"
    assert ask(lab, "PIF.scan", nowhere) == ("HOST_OFFLINE", nowhere)
    for call in ("PIF.forget", "PIF.unplug"):
        assert ask(lab, call, management) == ("PIF_IS_MANAGEMENT_INTERFACE", management)
    assert ask(lab, "PIF.plug", management) == ""
    assert ask(lab, "PIF.introduce", host, "", "eth0") == ("DUPLICATE_PIF_DEVICE_NAME", "eth0")
    assert ask(lab, "PIF.introduce", host, "zz", "eth9") == ("MAC_INVALID", "zz")
    assert ask(lab, "PIF.introduce", host, "aa:bb:cc:dd:ee:ff", "eth9") == (
        "COULD_NOT_FIND_NETWORK_INTERFACE_WITH_SPECIFIED_DEVICE_NAME_AND_MAC_ADDRESS",
        "eth9",
        "aa:bb:cc:dd:ee:ff",
    )
    assert ask(lab, "PIF.forget", other) == ("PIF_VLAN_STILL_EXISTS", other)
    network = lab.db.get("PIF", other)["network"]
    (vif,) = lab.db.all("VIF")
    assert ask(lab, "PIF.unplug", other) == ("VIF_IN_USE", network, vif)
    none = ask(lab, "PIF.reconfigure_ip", management, "None", "", "", "", "")
    assert none == ("PIF_IS_MANAGEMENT_INTERFACE", management)
    bad = ask(lab, "PIF.reconfigure_ip", management, "Static", "300.1.1.1", "255.255.255.0", "", "")
    assert bad == ("INVALID_IP_ADDRESS_SPECIFIED", "IP")
    assert ask(lab, "host.management_reconfigure", other) == ("PIF_HAS_NO_NETWORK_CONFIGURATION", other)
    assert ask(lab, "PIF.reconfigure_ip", other, "Static", "10.0.0.1", "255.0.0.0", "", "") == ""
    assert ask(lab, "host.management_reconfigure", other) == ""
    assert [lab.db.get("PIF", ref)["management"] for ref in (management, other)] == [False, True]
    assert lab.db.get("host", host)["address"] == "10.0.0.1"


def test_networks_refuse_reserved_bridges_and_to_go_while_in_use():
    lab = Lab.from_scenario(
        parse("host a\nnetwork inside internal\nguest g\n  nic inside\nguest h halted\n  nic eth0\n")
    )

    def create(**fields):
        record = {"name_label": "x", "name_description": "", "MTU": 1500, "other_config": {}, "tags": [], **fields}
        return ask(lab, "network.create", record)

    assert create(bridge="xenbr77", managed=True) == ("INVALID_VALUE", "bridge", "xenbr77")
    too_long = "a-name-longer-than-15"
    assert create(bridge=too_long, managed=True) == ("INVALID_VALUE", "bridge", too_long)
    made = create(bridge="mybr0", managed=True)
    assert create(bridge="mybr0", managed=True) == ("BRIDGE_NAME_EXISTS", "mybr0")
    assert lab.db.get("network", create(bridge="", managed=True))["bridge"] == "xapi1"
    inside = lab.db.find("network", name_label="inside")[0]
    assert ask(lab, "network.destroy", inside) == ("NETWORK_CONTAINS_VIF", *lab.db.get("network", inside)["VIFs"])
    outside = lab.db.find("network", bridge="xenbr0")[0]
    assert ask(lab, "network.destroy", outside)[0] == "NETWORK_CONTAINS_PIF"
    assert ask(lab, "network.destroy", made) == ""
