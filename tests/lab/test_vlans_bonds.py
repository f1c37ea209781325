"""VLANs, bonds, tunnels and SR-IOV on a running pool: refusals in XAPI's order, and what moves to where."""

from __future__ import annotations

from typing import Any

import pytest
from stage import Stage, play, refused

TEXT = """
host north
  nic eth0 management ip=192.0.2.11/24
  nic eth1
  nic eth2
host south
  nic eth0 management ip=192.0.2.12/24
  nic eth1
  nic eth2
network spare internal
network other internal
sr pool-disks nfs default
guest mail on=north
  disk root
  nic eth1
"""
NULL = "OpaqueRef:NULL"


def pif(stage: Stage, host: str, device: str, vlan: int = -1) -> str:
    (found,) = stage.lab.db.find("PIF", host=stage.host(host), device=device, VLAN=vlan)
    return found


def record(stage: Stage, cls: str, ref: str) -> Any:
    return stage.lab.db.get(cls, ref)


def network(stage: Stage, name: str) -> str:
    return stage.ref("network", name)


def scene(play_it: Any, text: str = TEXT) -> tuple[Stage, Any]:
    return play(text, play_it)


@pytest.mark.parametrize(("tag", "error"), [(4095, ["VLAN_TAG_INVALID", "4095"]), (-1, ["VLAN_TAG_INVALID", "-1"])])
def test_a_vlan_has_a_tag_from_0_to_4094(tag: int, error: list[str]) -> None:
    async def act(stage: Stage) -> None:
        assert (
            await refused(stage.call("VLAN.create", pif(stage, "north", "eth1"), tag, network(stage, "spare"))) == error
        )

    scene(act)


def test_a_vlan_is_plugged_and_shares_its_cards_metrics() -> None:
    async def act(stage: Stage) -> None:
        base = pif(stage, "north", "eth1")
        vlan = await stage.call("VLAN.create", base, 42, network(stage, "spare"))
        made = record(stage, "PIF", record(stage, "VLAN", vlan)["untagged_PIF"])
        assert (made["MAC"], made["device"], made["VLAN"]) == ("fe:ff:ff:ff:ff:ff", "eth1", 42)
        assert made["currently_attached"]
        assert made["metrics"] == record(stage, "PIF", base)["metrics"]
        again = stage.call("VLAN.create", base, 42, network(stage, "other"))
        assert await refused(again) == ["PIF_VLAN_EXISTS", "eth1"]
        twice = stage.call("VLAN.create", pif(stage, "north", "eth2"), 7, network(stage, "spare"))
        assert await refused(twice) == [
            "NETWORK_ALREADY_CONNECTED",
            stage.host("north"),
            pif(stage, "north", "eth1", 42),
        ]
        on_top = stage.call("VLAN.create", pif(stage, "north", "eth1", 42), 7, network(stage, "other"))
        assert await refused(on_top) == ["PIF_IS_VLAN", pif(stage, "north", "eth1", 42)]
        assert await refused(stage.call("PIF.forget", base)) == ["PIF_VLAN_STILL_EXISTS", base]
        await stage.call("VLAN.destroy", vlan)
        assert stage.lab.db.find("PIF", VLAN=42) == []

    scene(act)


def test_a_vlan_that_the_kernel_refuses_stays_unplugged() -> None:
    async def act(stage: Stage) -> None:
        stage.lab.world.dom0[stage.host("north")].missing_modules.add("8021q")
        error = await refused(stage.call("VLAN.create", pif(stage, "north", "eth1"), 42, network(stage, "spare")))
        left = pif(stage, "north", "eth1", 42)
        assert error[:2] == ["PIF_CONFIGURATION_ERROR", left]
        assert "name eth1.42 type vlan id 42, code = Exit code 2" in error[2]
        assert not record(stage, "PIF", left)["currently_attached"]
        gro = await refused(stage.call("PIF.set_property", pif(stage, "north", "eth1"), "gro", "off"))
        assert gro[:2] == ["PIF_CONFIGURATION_ERROR", left]
        assert record(stage, "PIF", pif(stage, "north", "eth1"))["properties"] == {"gro": "off"}

    scene(act)


def test_a_vlan_of_the_whole_pool_is_on_every_host_or_on_none() -> None:
    async def act(stage: Stage) -> None:
        made = await stage.call("pool.create_VLAN_from_PIF", pif(stage, "north", "eth1"), network(stage, "spare"), 5)
        assert {record(stage, "PIF", each)["host"] for each in made} == {stage.host("north"), stage.host("south")}
        await stage.call("VLAN.create", pif(stage, "south", "eth2"), 6, network(stage, "other"))
        error = await refused(stage.call("pool.create_VLAN", "eth1", network(stage, "other"), 9))
        assert error[0] == "NETWORK_ALREADY_CONNECTED"
        assert stage.lab.db.find("PIF", VLAN=9) == []
        missing = await refused(stage.call("pool.create_VLAN", "eth7", network(stage, "spare"), 9))
        assert missing == ["INVALID_VALUE", "device", "eth7"]
        task = await stage.start("pool.create_VLAN", "eth2", network(stage, "spare"), 9)
        await stage.outcome(task)
        assert record(stage, "task", task)["resident_on"] == stage.lab.coordinator, "the parts go to hosts, not it"

    scene(act)


def test_a_bond_takes_over_address_management_vlans_and_guests() -> None:
    async def act(stage: Stage) -> None:
        first, second = pif(stage, "north", "eth0"), pif(stage, "north", "eth1")
        vlan = await stage.call("VLAN.create", second, 42, network(stage, "other"))
        (vif,) = stage.guest("mail")["VIFs"]
        home = record(stage, "VIF", vif)["network"]
        bond = await stage.call("Bond.create", network(stage, "spare"), [second, first], "", "lacp", {})
        made = record(stage, "Bond", bond)
        master = record(stage, "PIF", made["master"])
        assert made["properties"] == {
            "hashing_algorithm": "tcpudp_ports",
            "lacp-time": "slow",
            "lacp-fallback-ab": "true",
        }
        assert (made["primary_slave"], made["links_up"]) == (first, 2)
        assert (master["device"], master["IP"], master["management"]) == ("bond0", "192.0.2.11", True)
        assert master["MAC"] == record(stage, "PIF", first)["MAC"]
        assert not record(stage, "PIF", first)["currently_attached"]
        assert record(stage, "PIF", first)["IP"] == ""
        assert not stage.lab.db.exists("VLAN", vlan)
        assert pif(stage, "north", "bond0", 42)
        assert record(stage, "VIF", vif)["network"] == network(stage, "spare")
        assert await refused(stage.call("PIF.plug", first)) == ["CANNOT_PLUG_BOND_SLAVE", first]
        twice = stage.call("Bond.create", network(stage, "spare"), [first], "", "lacp", {})
        assert await refused(twice) == ["NETWORK_ALREADY_CONNECTED", stage.host("north"), made["master"]]
        await stage.call("Bond.destroy", bond)
        assert (record(stage, "PIF", first)["IP"], record(stage, "PIF", first)["management"]) == ("192.0.2.11", True)
        assert stage.lab.db.find("PIF", device="bond0") == []
        assert record(stage, "VIF", vif)["network"] == record(stage, "PIF", first)["network"] != home
        assert record(stage, "PIF", second)["currently_attached"]

    scene(act)


def test_members_of_a_bond_are_checked() -> None:
    async def act(stage: Stage) -> None:
        spare = network(stage, "spare")
        eth1, eth2, foreign = pif(stage, "north", "eth1"), pif(stage, "north", "eth2"), pif(stage, "south", "eth2")
        assert await refused(stage.call("Bond.create", spare, [], "", "lacp", {})) == ["PIF_BOND_NEEDS_MORE_MEMBERS"]
        assert await refused(stage.call("Bond.create", spare, [eth1], "zz", "lacp", {})) == ["MAC_INVALID", "zz"]
        wrong = stage.call("Bond.create", spare, [eth1], "", "lacp", {"lacp-time": "medium"})
        assert await refused(wrong) == ["INVALID_VALUE", "properties", "lacp-time = medium"]
        mode = stage.call("Bond.create", spare, [eth1], "", "nonsense", {})
        assert await refused(mode) == ["INTERNAL_ERROR", 'Failure("Unmarshalling error in bond-mode")']
        assert await refused(stage.call("Bond.create", spare, [eth1, foreign], "", "lacp", {})) == [
            "PIF_CANNOT_BOND_CROSS_HOST"
        ]
        await stage.call("PIF.reconfigure_ip", eth1, "Static", "198.51.100.1", "255.255.255.0", "", "")
        both = stage.call("Bond.create", spare, [eth1, pif(stage, "north", "eth0")], "", "balance-slb", {})
        assert await refused(both) == ["PIF_BOND_MORE_THAN_ONE_IP"]
        await stage.call("PIF.set_property", eth2, "gro", "off")
        unlike = stage.call("Bond.create", spare, [eth1, eth2], "", "balance-slb", {})
        assert await refused(unlike) == ["INCOMPATIBLE_PIF_PROPERTIES"]

    scene(act)


def test_tunnels_need_open_vswitch_and_a_transport_with_an_address() -> None:
    async def act(stage: Stage) -> None:
        bare = stage.call("tunnel.create", pif(stage, "north", "eth1"), network(stage, "spare"))
        assert await refused(bare) == ["TRANSPORT_PIF_NOT_CONFIGURED", pif(stage, "north", "eth1")]
        (left,) = stage.lab.db.all("tunnel").values()
        assert left["status"] == {"active": "false"}
        tunnel = await stage.call("tunnel.create", pif(stage, "north", "eth0"), network(stage, "other"))
        assert record(stage, "tunnel", tunnel)["status"] == {"active": "true"}
        await stage.call("tunnel.destroy", tunnel)
        assert not stage.lab.db.exists("tunnel", tunnel)
        south = stage.host("south")
        old = record(stage, "host", south)["software_version"]
        stage.lab.db.update("host", south, software_version={**old, "network_backend": "bridge"})
        mixed = stage.call("tunnel.create", pif(stage, "north", "eth0"), network(stage, "other"))
        assert await refused(mixed) == ["OPENVSWITCH_NOT_ACTIVE"]

    scene(act)


def test_functions_of_a_card_come_and_go_with_its_sriov_network() -> None:
    async def act(stage: Stage) -> None:
        card = pif(stage, "north", "eth2")
        plain = stage.call("network_sriov.create", card, network(stage, "spare"))
        assert await refused(plain) == ["PIF_IS_NOT_SRIOV_CAPABLE", card]
        stage.lab.db.update("PIF", card, capabilities=["sriov"])
        sriov = await stage.call("network_sriov.create", card, network(stage, "spare"))
        assert await stage.call("network_sriov.get_remaining_capacity", sriov) == 8
        again = stage.call("network_sriov.create", card, network(stage, "other"))
        assert await refused(again) == ["NETWORK_SRIOV_ALREADY_ENABLED", card]
        vlan = stage.call("VLAN.create", pif(stage, "south", "eth1"), 3, network(stage, "spare"))
        assert await refused(vlan) == ["NETWORK_INCOMPATIBLE_WITH_VLAN_ON_BRIDGE", network(stage, "spare")]
        assert await refused(stage.call("PIF.forget", card)) == ["PIF_SRIOV_STILL_EXISTS", card]
        before = len(stage.lab.db.all("PCI"))
        await stage.call("network_sriov.destroy", sriov)
        assert len(stage.lab.db.all("PCI")) == before - 8

    scene(act)


def test_management_moves_with_the_host_s_address() -> None:
    async def act(stage: Stage) -> None:
        eth1 = pif(stage, "south", "eth1")
        bare = stage.call("host.management_reconfigure", eth1)
        assert await refused(bare) == ["PIF_HAS_NO_NETWORK_CONFIGURATION", eth1]
        await stage.call("PIF.reconfigure_ip", eth1, "Static", "198.51.100.2", "255.255.255.0", "", "")
        lonely = record(stage, "PIF", eth1)["network"]
        other = pif(stage, "north", "eth1")
        wanted = ["PIF_HAS_NO_NETWORK_CONFIGURATION", other]
        assert await refused(stage.call("pool.management_reconfigure", lonely)) == wanted
        await stage.call("PIF.reconfigure_ip", other, "Static", "198.51.100.1", "255.255.255.0", "", "")
        dead = stage.lab.db.get("host", stage.host("south"))["metrics"]
        stage.lab.db.update("host_metrics", dead, live=False)
        gone = await refused(stage.call("pool.management_reconfigure", lonely))
        assert gone == ["HOST_OFFLINE", stage.host("south")]
        assert record(stage, "PIF", other)["management"], "the others are told all the same"
        stage.lab.db.update("host_metrics", dead, live=True)
        await stage.call("pool.management_reconfigure", lonely)
        assert [host["address"] for host in stage.lab.db.all("host").values()] == ["198.51.100.1", "198.51.100.2"]
        assert await stage.call("host.get_management_interface", stage.host("south")) == eth1

    scene(act)


@pytest.mark.parametrize(
    ("values", "error"),
    [
        (("None", "", "", "", ""), "PIF_IS_MANAGEMENT_INTERFACE"),
        (("Static", "300.1.1.1", "255.255.255.0", "", ""), "IP"),
        (("Static", "192.0.2.11", "", "", ""), "netmask"),
        (("DHCP", "", "", "nowhere", ""), "gateway"),
    ],
)
def test_addresses_are_checked(values: tuple[str, ...], error: str) -> None:
    async def act(stage: Stage) -> None:
        eth0 = pif(stage, "north", "eth0")
        found = await refused(stage.call("PIF.reconfigure_ip", eth0, *values))
        assert error in (found[0], found[1])

    scene(act)
