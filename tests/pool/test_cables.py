"""NICs are told apart by what their addresses prove, not by their names."""

from __future__ import annotations

from typing import Any

from xenferry.pool.cables import Trust, cables
from xenferry.pool.snapshot import Snapshot


def pool_of(*nics: tuple[str, str, str]) -> Snapshot:
    """(host, device, "address/prefix" or "" or "management") -> a pool with these physical NICs."""
    hosts = dict.fromkeys(host for host, _, _ in nics)
    return Snapshot.from_tables(
        {
            "host": {f"host-{name}": {"name_label": name} for name in hosts},
            "PIF": {f"{host}-{device}": _pif(host, device, address) for host, device, address in nics},
        }
    )


def _pif(host: str, device: str, address: str) -> dict[str, Any]:
    ip, _, netmask = address.partition("/") if "/" in address else ("", "", "")
    return {
        "device": device,
        "host": f"host-{host}",
        "physical": True,
        "managed": True,
        "IP": ip,
        "netmask": netmask,
        "management": address == "management",
    }


def groups(*nics: tuple[str, str, str]) -> set[frozenset[str]]:
    return {frozenset(cable.nics) for cable in cables(pool_of(*nics))}


def test_a_common_subnet_joins_nics_of_different_names() -> None:
    pool = pool_of(("a", "eth0", "10.0.0.1/24"), ("b", "eth4", "10.0.0.2/24"))
    (cable,) = cables(pool)
    assert cable.names(pool) == {"host-a": "eth0", "host-b": "eth4"}
    assert cable.trust is Trust.SUBNET
    assert cable.why == "addresses in 10.0.0.0/24"
    assert not cable.agreed(pool)


def test_a_common_name_joins_nics_without_addresses() -> None:
    assert groups(("a", "eth1", ""), ("b", "eth1", "")) == {frozenset({"a-eth1", "b-eth1"})}


def test_a_name_does_not_join_what_addresses_keep_apart() -> None:
    assert groups(("a", "eth0", "10.0.0.1/24"), ("b", "eth0", "10.9.0.2/24")) == {
        frozenset({"a-eth0"}),
        frozenset({"b-eth0"}),
    }


def test_crossed_cables_are_seen() -> None:
    crossed = (
        ("a", "eth0", "10.0.0.1/24"),
        ("a", "eth1", "10.1.0.1/24"),
        ("b", "eth0", "10.1.0.2/24"),
        ("b", "eth1", "10.0.0.2/24"),
    )
    assert groups(*crossed) == {frozenset({"a-eth0", "b-eth1"}), frozenset({"a-eth1", "b-eth0"})}


def test_management_in_different_subnets_is_joined_with_less_trust() -> None:
    (cable,) = cables(pool_of(("a", "eth0", "management"), ("b", "eth4", "management")))
    assert cable.trust is Trust.MANAGEMENT


def test_a_host_has_one_nic_on_a_cable() -> None:
    found = groups(("a", "eth0", "10.0.0.1/24"), ("a", "eth1", "10.0.0.9/24"), ("b", "eth0", "10.0.0.2/24"))
    assert all(len({nic[0] for nic in nics}) == len(nics) for nics in found)
    assert frozenset({"a-eth0", "b-eth0"}) in found
