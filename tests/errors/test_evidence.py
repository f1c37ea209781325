"""With a snapshot, references become names, and what the pool shows decides which cause comes first."""

from __future__ import annotations

from typing import Any

from xenferry.errors import Explanation, explain
from xenferry.pool.snapshot import Snapshot

Record = dict[str, Any]
Tables = dict[str, dict[str, Record]]

NETWORK = "OpaqueRef:00000000-0000-4000-8000-0000000000a1"
OTHER = "OpaqueRef:00000000-0000-4000-8000-0000000000a2"
GUEST = "OpaqueRef:00000000-0000-4000-8000-0000000000b1"
STORE = "OpaqueRef:00000000-0000-4000-8000-0000000000c1"


def pool(**tables: dict[str, Record]) -> Snapshot:
    hosts = {"h1": {"uuid": "u1", "name_label": "xcp1"}, "h2": {"uuid": "u2", "name_label": "xcp2"}}
    return Snapshot.from_tables({"pool": {"p": {"uuid": "up"}}, "host": hosts, **tables})


def pif(host: str, device: str, network: str, address: str = "", **more: Any) -> Record:
    netmask = "255.255.255.0" if address else ""
    return {"host": host, "device": device, "network": network, "IP": address, "netmask": netmask, **more}


def about_network(pifs: dict[str, Record]) -> Explanation:
    snapshot = pool(
        VM={GUEST: {"uuid": "g", "name_label": "web"}},
        network={NETWORK: {"uuid": "n", "name_label": "storage"}, OTHER: {"uuid": "o", "name_label": "other"}},
        PIF=pifs,
    )
    (found,) = explain(f"VM_REQUIRES_NETWORK({GUEST}, {NETWORK})", snapshot)
    return found


def test_a_nic_of_another_name_in_the_same_subnet_is_found_and_named() -> None:
    found = about_network(
        {
            "a": pif("h1", "eth0", NETWORK, "192.0.2.11"),
            "b": pif("h2", "eth4", OTHER, "192.0.2.12", MAC="52:54:00:00:00:04"),
            "c": pif("h2", "eth1", OTHER, "198.51.100.12"),
        }
    )
    assert found.causes[0].key == "nic-name"
    assert "xcp2" in found.causes[0].evidence.seen
    assert "eth4 (192.0.2.12, MAC 52:54:00:00:00:04)" in found.causes[0].evidence.seen
    assert "'web'" in found.happened
    assert "'storage'" in found.happened


def test_a_vlan_that_one_host_lacks_comes_before_names() -> None:
    found = about_network({"a": pif("h1", "eth0", NETWORK, VLAN=42)})
    assert found.causes[0].key == "vlan-or-bond-missing"
    assert "42" in found.causes[0].evidence.seen


def test_a_network_without_any_nic_is_internal() -> None:
    assert about_network({}).causes[0].key == "internal-network"


def about_sr(*, shared: bool, pbds: dict[str, Record], kind: str = "Disk") -> Explanation:
    snapshot = pool(
        VM={GUEST: {"uuid": "g", "name_label": "web", "VBDs": ["d"]}},
        VBD={"d": {"VM": GUEST, "VDI": "v", "type": kind}},
        VDI={"v": {"uuid": "vu", "name_label": "root", "SR": STORE}},
        SR={STORE: {"uuid": "s", "name_label": "store", "shared": shared, "type": "nfs"}},
        PBD=pbds,
    )
    (found,) = explain(f"VM_REQUIRES_SR({GUEST}, {STORE})", snapshot)
    return found


def connection(host: str, plugged: bool) -> Record:
    return {"host": host, "SR": STORE, "currently_attached": plugged}


def test_an_unplugged_connection_is_told_from_a_missing_one_and_from_a_local_sr() -> None:
    unplugged = about_sr(shared=True, pbds={"1": connection("h1", True), "2": connection("h2", False)})
    missing = about_sr(shared=True, pbds={"1": connection("h1", True)})
    local = about_sr(shared=False, pbds={"1": connection("h1", True)})
    iso = about_sr(shared=False, pbds={"1": connection("h1", True)}, kind="CD")
    assert [one.causes[0].key for one in (unplugged, missing, local, iso)] == [
        "unplugged",
        "no-pbd",
        "local-disk",
        "iso",
    ]
    assert "xcp2" in unplugged.causes[0].evidence.seen
    assert "xcp2" in missing.causes[0].evidence.seen
    assert "'root'" in local.causes[0].evidence.seen


def test_a_missing_mount_directory_names_the_hosts_that_are_unplugged() -> None:
    uuid = "14f804e6-b45d-17c0-8529-6a5fa3032f94"
    snapshot = pool(
        SR={STORE: {"uuid": uuid, "name_label": "store", "shared": True}},
        PBD={"1": connection("h1", True), "2": connection("h2", False)},
    )
    (found,) = explain(f"The SR is not available [opterr=no such directory /run/sr-mount/{uuid}]", snapshot)
    assert found.causes[0].key == "unplugged"
    assert "xcp2" in found.causes[0].evidence.seen
    assert "SR 'store'" in found.happened
    assert next(cause for cause in found.causes if cause.key == "sub-directory").evidence.verdict == "contradicts"


def test_high_availability_explains_the_planner_s_memory_error() -> None:
    snapshot = Snapshot.from_tables(
        {"pool": {"p": {"ha_enabled": True}}, "VM": {GUEST: {"name_label": "web", "ha_restart_priority": ""}}}
    )
    (found,) = explain(f"HOST_NOT_ENOUGH_FREE_MEMORY({GUEST})", snapshot)
    assert found.causes[0].key == "ha-unprotected"


def test_a_host_without_dns_servers_is_named() -> None:
    management = pif("h1", "eth0", NETWORK, "192.0.2.11", management=True, ip_configuration_mode="Static")
    text = '{"code": "SR_BACKEND_FAILURE_140", "params": ["", "Incorrect DNS name, unable to resolve.", ""],'
    text += ' "call": {"method": "SR.probe", "params": ["OpaqueRef:x", {"server": "nas.example"}, "nfs", {}]}}'
    (found,) = explain(text, pool(PIF={"m": management}))
    assert found.causes[0].key == "dns-does-not-know"
    assert "xcp1" in found.causes[0].evidence.seen
    (address,) = explain(text.replace("nas.example", "192.0.2.60"), pool())
    assert next(cause for cause in address.causes if cause.key == "dns-does-not-know").evidence.verdict == "contradicts"
