"""PIFs as XAPI sets them up: what is written whether or not dom0 can, and NICs that XAPI leaves alone."""

from __future__ import annotations

from stage import Stage, play, refused

from xenferry.lab.world import Dom0

PLAIN = """
host north
  nic eth0 management ip=192.0.2.11/24
  nic eth1
  nic eth2
host south
  nic eth0 management ip=192.0.2.12/24
sr shared nfs default size=20GiB
network upper internal
"""


def pif(stage: Stage, device: str) -> str:
    (found,) = stage.lab.db.find("PIF", host=stage.host("north"), device=device, physical=True)
    return found


def test_an_unplugged_pif_keeps_what_it_is_given_whatever_the_mode() -> None:
    async def scene(stage: Stage) -> None:
        eth1 = pif(stage, "eth1")
        await stage.call("PIF.unplug", eth1)
        await stage.call("PIF.reconfigure_ip", eth1, "Static", "198.51.100.1", "255.255.255.0", "", "")
        await stage.call("PIF.reconfigure_ip", eth1, "DHCP", "", "", "", "")
        record = stage.lab.db.get("PIF", eth1)
        assert (record["ip_configuration_mode"], record["IP"], record["netmask"]) == ("DHCP", "", "")

    play(PLAIN, scene)


def test_a_vlan_that_dom0_cannot_set_up_any_more_stays_unplugged() -> None:
    async def scene(stage: Stage) -> None:
        await stage.call("VLAN.create", pif(stage, "eth1"), 7, stage.ref("network", "upper"))
        (vlan,) = stage.lab.db.find("PIF", VLAN=7)
        dom0 = stage.lab.world.dom0.setdefault(stage.host("north"), Dom0(hostname="north"))
        dom0.missing_modules = frozenset({"8021q"})
        error = await refused(stage.call("PIF.reconfigure_ip", vlan, "Static", "198.51.100.1", "255.255.255.0", "", ""))
        assert error[:2] == ["PIF_CONFIGURATION_ERROR", vlan]
        record = stage.lab.db.get("PIF", vlan)
        assert (record["currently_attached"], record["IP"]) == (False, "198.51.100.1")

    play(PLAIN, scene)


def test_a_nic_that_xapi_leaves_alone_has_an_unmanaged_network_without_a_bridge() -> None:
    async def scene(stage: Stage) -> None:
        await stage.call("PIF.forget", pif(stage, "eth2"))
        made = await stage.call("PIF.introduce", stage.host("north"), "", "eth2", False)
        network = stage.lab.db.get("network", stage.lab.db.get("PIF", made)["network"])
        assert (network["managed"], network["bridge"]) == (False, "")
        assert await refused(stage.call("PIF.plug", made)) == ["PIF_UNMANAGED", made]

    play(PLAIN, scene)


def test_a_bond_keeps_its_address_as_it_was_written_and_leaves_its_metrics_behind() -> None:
    async def scene(stage: Stage) -> None:
        one, two = pif(stage, "eth1"), pif(stage, "eth2")
        bond = await stage.call(
            "Bond.create", stage.ref("network", "upper"), [one, two, one], "AA:BB:CC:DD:EE:FF", "balance-slb", {}
        )
        record = stage.lab.db.get("Bond", bond)
        master = stage.lab.db.get("PIF", record["master"])
        assert (master["MAC"], record["primary_slave"]) == ("AA:BB:CC:DD:EE:FF", two)
        await stage.call("Bond.destroy", bond)
        assert stage.lab.db.exists("PIF_metrics", master["metrics"])

    play(PLAIN, scene)


def test_ha_warns_of_interfaces_that_may_be_unplugged() -> None:
    async def scene(stage: Stage) -> None:
        eth1 = pif(stage, "eth1")
        await stage.call("PIF.reconfigure_ip", eth1, "Static", "198.51.100.1", "255.255.255.0", "", "")
        await stage.call("pool.enable_ha", [], {})
        (message,) = stage.lab.db.find("message", name="IP_CONFIGURED_PIF_CAN_UNPLUG")
        body = stage.lab.db.get("message", message)["body"]
        assert body.splitlines()[1:] == [f"north: eth1 (uuid: {stage.lab.db.get('PIF', eth1)['uuid']})"]

    play(PLAIN, scene)
