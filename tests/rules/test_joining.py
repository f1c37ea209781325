"""May a host join a pool: judged as XAPI does, by two readings that share no code; and what nobody is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from xenferry.lab.clock import virtual_run
from xenferry.lab.error import LabError
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.lab.site import Site
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.joining import Hurdle, join

POOL = """
pool main
host h1 features=1fcbfbff-f7fa3223-2d93fbff-00000523
  nic eth0 ip=192.0.2.11/24 management
  nic eth1
host h2 features=1fcbfbff-f7fa3223-2d93fbff-00000523
  nic eth0 ip=192.0.2.12/24 management
  nic eth1
guest before on=h1
  disk root
  nic eth0
"""
ALONE = """
pool alone
host h4 features=1fcbfbff-f7fa3223-2d93fbff-00000523
  nic eth0 ip=192.0.2.14/24 management
  nic eth1
guest own halted
  disk root
  nic eth0
"""
Edit = Callable[[Lab], None]


def nothing(lab: Lab) -> None:
    pass


def set_pool(**fields: object) -> Edit:
    return lambda lab: [lab.db.update("pool", ref, **fields) for ref in lab.db.all("pool")].clear()


def set_host(**fields: object) -> Edit:
    return lambda lab: lab.db.update("host", lab.coordinator, **fields)


def set_software(**fields: str) -> Edit:
    def edit(lab: Lab) -> None:
        software = lab.db.get("host", lab.coordinator)["software_version"]
        lab.db.update("host", lab.coordinator, software_version={**software, **fields})

    return edit


def set_management(**fields: object) -> Edit:
    def edit(lab: Lab) -> None:
        for ref, pif in lab.db.all("PIF").items():
            if pif["management"] and pif["host"] == lab.coordinator:
                lab.db.update("PIF", ref, **fields)

    return edit


def busy(lab: Lab) -> None:
    (own,) = lab.db.find("VM", name_label="own")
    lab.db.update("VM", own, current_operations={"OpaqueRef:task": "export"})


def trust(fingerprint: str) -> Edit:
    def edit(lab: Lab) -> None:
        lab.db.create("Certificate", name="ca.pem", type="ca", fingerprint=fingerprint)

    return edit


def carry(purpose: str) -> Edit:
    def edit(lab: Lab) -> None:
        lab.db.update("network", lab.db.find("network", bridge="xenbr0")[0], purpose=[purpose])

    return edit


def cluster(**pif: object) -> Edit:
    """The coordinator is in a cluster on its second NIC, and new hosts shall be."""

    def edit(lab: Lab) -> None:
        (port,) = lab.db.find("PIF", host=lab.coordinator, device="eth1")
        lab.db.update("PIF", port, **pif)
        made = lab.db.create("Cluster", pool_auto_join=True)
        lab.db.create("Cluster_host", cluster=made, host=lab.coordinator, enabled=True, PIF=port)

    return edit


def controller(address: str) -> Edit:
    def edit(lab: Lab) -> None:
        lab.db.create("SDN_controller", protocol="ssl", address=address, port=6632)

    return edit


def update(lab: Lab) -> None:
    made = lab.db.create("pool_update", name_label="XS82E001", enforce_homogeneity=True, hosts=[lab.coordinator])
    lab.db.update("host", lab.coordinator, updates=[made])


def both(*edits: Edit) -> Edit:
    return lambda lab: [edit(lab) for edit in edits].clear()


def weaken_driver(lab: Lab) -> None:
    (ref,) = lab.db.find("SM", type="ext")
    lab.db.update("SM", ref, features={})


JOINERS: dict[str, tuple[str, Edit, Edit]] = {
    "nothing": (ALONE, nothing, nothing),
    "still booting": (ALONE, set_management(management=False), nothing),
    "own HA": (ALONE, set_pool(ha_enabled=True), nothing),
    "the pool's HA": (ALONE, nothing, set_pool(ha_enabled=True)),
    "a member of its own": (
        ALONE.replace("guest own", "host h5\n  nic eth0 ip=192.0.2.15/24\nguest own"),
        nothing,
        nothing,
    ),
    "a guest runs": (ALONE.replace("halted", ""), nothing, nothing),
    "a guest is busy": (ALONE, busy, nothing),
    "updates want a reboot": (ALONE, set_host(pending_guidances=["reboot_host"]), nothing),
    "the pool's updates want one": (ALONE, nothing, set_host(pending_guidances=["restart_toolstack"])),
    "another platform": (ALONE, set_software(platform_version="3.2.0"), nothing),
    "another brand": (ALONE, set_software(product_brand="XenServer"), nothing),
    "another toolstack": (ALONE, set_software(xapi="1.2"), nothing),
    "other processors": (ALONE.replace("host h4 ", "host h4 vendor=AuthenticAMD "), nothing, nothing),
    "shared ISOs": (ALONE + "sr lib iso\n", nothing, nothing),
    "a bond": (ALONE.replace("nic eth1\n", "nic eth1\n  nic eth2\n  bond bond0 of=eth1,eth2\n"), nothing, nothing),
    "a VLAN": (ALONE.replace("nic eth1\n", "nic eth1\n  vlan eth1 9\n"), nothing, nothing),
    "management on a VLAN": (ALONE, set_management(VLAN=7), nothing),
    "accounts elsewhere": (ALONE, set_host(external_auth_type="AD", external_auth_service_name="x.org"), nothing),
    "another edition": (ALONE, set_host(edition="advanced"), nothing),
    "another backend": (ALONE, set_software(network_backend="bridge"), nothing),
    "another API": (ALONE, set_host(API_version_minor=3), nothing),
    "another schema": (ALONE, set_software(db_schema="5.1"), nothing),
    "management by IPv6": (ALONE, set_management(primary_address_type="IPv6"), nothing),
    "disks go out otherwise": (ALONE, carry("nbd"), carry("insecure_nbd")),
    "certificates are verified": (
        ALONE,
        set_pool(tls_verification_enabled=True),
        set_pool(tls_verification_enabled=False),
    ),
    "two certificates of a name": (ALONE, trust("aa"), trust("bb")),
    "the same certificate": (ALONE, trust("aa"), trust("aa")),
    "updates are going in": (ALONE, nothing, set_pool(current_operations={"OpaqueRef:t": "apply_updates"})),
    "a cluster of its own": (ALONE, cluster(), nothing),
    "no address on the cluster's network": (ALONE, nothing, cluster()),
    "one address on the cluster's network": (
        ALONE.replace("nic eth1\n", "nic eth1 ip=10.0.0.4/24\n"),
        nothing,
        cluster(IP="10.0.0.1", netmask="255.255.255.0"),
    ),
    "the cluster is on a VLAN": (ALONE, nothing, cluster(VLAN=9)),
    "an SDN controller": (ALONE, controller("192.0.2.9"), nothing),
    "another SDN controller": (ALONE, controller("192.0.2.9"), controller("192.0.2.8")),
    "the same SDN controller": (ALONE, controller("192.0.2.9"), controller("192.0.2.9")),
    "the pool's SDN controller": (ALONE, nothing, controller("192.0.2.9")),
    "an update that the pool lacks": (ALONE, update, nothing),
    "an update that the host lacks": (ALONE, nothing, update),
    "a driver that can less": (ALONE, weaken_driver, nothing),
    "several at once": (ALONE.replace("halted", ""), both(set_pool(ha_enabled=True), trust("aa")), trust("bb")),
}


ALLOWED = (
    "nothing",
    "the same certificate",
    "one address on the cluster's network",
    "the same SDN controller",
    "the pool's SDN controller",
)
FORCED = ("another toolstack", "other processors")
"""What force=true lets pass."""


@pytest.mark.parametrize("force", [False, True], ids=["plain", "forced"])
@pytest.mark.parametrize("name", JOINERS)
def test_xapi_and_we_say_the_same_first(name: str, force: bool) -> None:
    text, edit_joiner, edit_pool = JOINERS[name]
    pool, alone = Lab.from_scenario(parse(POOL), seed=0), Lab.from_scenario(parse(text), seed=1)
    Site([pool, alone])
    edit_joiner(alone)
    edit_pool(pool)
    hurdles = join(_seen(alone), _seen(pool), force=force)
    judged = next((each.error for each in hurdles if each.error), ())

    async def ask() -> tuple[str, ...]:
        try:
            await alone.call("pool.join_force" if force else "pool.join", "192.0.2.11", "root", "lab")
        except LabError as error:
            return (error.code, *map(str, error.params))
        return ()

    assert judged == virtual_run(ask())
    assert bool(judged) == (name not in ALLOWED and not (force and name in FORCED))
    assert all(each.seen and each.cures for each in hurdles if each.severity == "blocks" and each.error)


def _seen(lab: Lab) -> Snapshot:
    return Snapshot.from_tables(lab.db.tables)


def _join(alone: str, pool: str = POOL) -> dict[str, Hurdle]:
    sides = (Lab.from_scenario(parse(text), seed=number) for number, text in enumerate((alone, pool)))
    return {each.code: each for each in join(*map(_seen, sides))}


def test_a_clean_host_meets_nothing() -> None:
    assert _join(ALONE) == {}


def test_a_nic_in_another_subnet_joins_the_wrong_cable() -> None:
    nics = (
        ALONE.replace("nic eth1\n", "nic eth1 ip=10.1.0.4/24\n"),
        POOL.replace("nic eth1\n", "nic eth1 ip=10.0.0.1/24\n", 1),
    )
    (found,) = _join(*nics).values()
    assert found.code == "joins-another-cable"
    assert "10.1.0.0/24" in found.seen
    assert "10.0.0.0/24" in found.seen


def test_an_internal_network_is_lost_and_its_guests_are_named() -> None:
    text = ALONE.replace("guest own", "network private internal\nguest own") + "  nic private\n"
    found = _join(text)["network-lost"]
    assert (found.severity, "'private'" in found.seen, "own" in found.seen) == ("risk", True, True)


def test_a_nic_that_the_pool_needs_and_the_host_lacks_is_told() -> None:
    found = _join(ALONE.replace("  nic eth1\n", ""), POOL.replace("  nic eth0\nguest", "") + "  nic eth1\n")
    assert "1 guest" in found["nic-missing"].seen


def test_an_older_processor_lowers_the_level_and_keeps_running_guests_out() -> None:
    found = _join(ALONE.replace("1fcbfbff-f7fa3223", "178bfbff-e6fa3223"))
    assert set(found) == {"cpu-level-sinks", "guests-cannot-reach"}
    assert "before" in found["guests-cannot-reach"].seen


def test_what_was_not_read_is_told_and_not_taken_for_a_yes() -> None:
    sides = [dict(Lab.from_scenario(parse(text)).db.tables) for text in (ALONE, POOL)]
    del sides[1]["Certificate"]
    (found,) = join(*map(Snapshot.from_tables, sides))
    assert (found.code, found.severity, found.error) == ("not-read", "unknown", ())
    assert "Of main" in found.seen
    assert "Certificate" in found.seen
