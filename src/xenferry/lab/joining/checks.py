"""What the joining host asks before it joins: of itself and of the pool, in XAPI's order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xenferry.lab.datamodel import NULL
from xenferry.lab.db import Record
from xenferry.lab.error import LabError

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

LARGEST_UNLICENSED = 3
"""Hosts in a pool whose licence restricts its size."""


@dataclass(frozen=True)
class Side:
    """A pool as the other one sees it: its records and its coordinator's."""

    lab: Lab

    @property
    def host(self) -> str:
        return self.lab.coordinator

    @property
    def record(self) -> Record:
        return self.lab.db.get("host", self.host)

    @property
    def pool(self) -> Record:
        return next(iter(self.lab.db.all("pool").values()))

    def all(self, cls: str) -> list[Record]:
        return list(self.lab.db.all(cls).values())

    @property
    def management(self) -> Record | None:
        """The PIF of the management interface."""
        mine = (pif for pif in self.all("PIF") if pif["host"] == self.host and pif["management"])
        return next(mine, None)


Check = Callable[[Side, Side], LabError | None]


def check(joiner: Lab, pool: Lab, *, force: bool) -> None:
    """Raises the first thing that stands against it. `force` lets CPUs and versions differ, and nothing else."""
    me, other = Side(joiner), Side(pool)
    for each in (*BEFORE, *(() if force else (_homogeneous,)), *AFTER):
        error = each(me, other)
        if error is not None:
            raise error


def _if(holds: Any, code: str, *params: str) -> LabError | None:
    return LabError(code, *params) if holds else None


def _size(_me: Side, other: Side) -> LabError | None:
    restricted = not other.lab.hypervisor.facts.licensed("pool_size")
    return _if(restricted and len(other.all("host")) >= LARGEST_UNLICENSED, "LICENCE_RESTRICTION", "Pool_size")


def _booted(me: Side, _other: Side) -> LabError | None:
    return _if(me.management is None, "HOST_STILL_BOOTING")


def _own_ha(me: Side, _other: Side) -> LabError | None:
    return _if(me.pool["ha_enabled"], "HA_IS_ENABLED")


def _clustering(me: Side, _other: Side) -> LabError | None:
    for ref, member in me.lab.db.all("Cluster_host").items():
        if member["host"] == me.host and member["enabled"]:
            return LabError("CLUSTERING_ENABLED", ref)
    return None


def _cluster_network(me: Side, other: Side) -> LabError | None:
    """A pool whose cluster takes up new members itself needs exactly one address there."""
    for member in other.all("Cluster_host"):
        if not other.lab.db.get("Cluster", member["cluster"])["pool_auto_join"] or member["PIF"] == NULL:
            return None
        pif = other.lab.db.get("PIF", member["PIF"])
        if pif["VLAN"] > 0 and not pif["management"]:
            return LabError("POOL_JOINING_POOL_CANNOT_ENABLE_CLUSTERING_ON_VLAN_NETWORK", str(pif["VLAN"]))
        bridges = _bridges(other, member["PIF"])
        mine = [one for one in me.all("PIF") if me.lab.db.get("network", one["network"])["bridge"] in bridges]
        count = sum(bool(one["IP"]) for one in mine)
        return _if(count != 1, "POOL_JOINING_HOST_MUST_HAVE_ONLY_ONE_IP_ON_CLUSTERING_NETWORK")
    return None


def _bridges(other: Side, pif: str) -> set[str]:
    """Of a bond those of its members: the host that joins has no bond yet."""
    db = other.lab.db
    bonds = db.get("PIF", pif)["bond_master_of"]
    members = [one for bond in bonds for one in db.get("Bond", bond)["slaves"]] or [pif]
    return {db.get("network", db.get("PIF", one)["network"])["bridge"] for one in members}


def _other_ha(_me: Side, other: Side) -> LabError | None:
    return _if(other.pool["ha_enabled"], "HA_IS_ENABLED")


def _not_itself(me: Side, other: Side) -> LabError | None:
    if other.record["uuid"] != me.record["uuid"]:
        return None
    members = len(me.all("host")) > 1
    text = "Host is already part of a pool" if members else "Host cannot become slave of itself"
    return LabError("OPERATION_NOT_ALLOWED", text)


def _alone(me: Side, _other: Side) -> LabError | None:
    return _if(len(me.all("host")) > 1, "JOINING_HOST_CANNOT_BE_MASTER_OF_OTHER_HOSTS")


def _guests(me: Side, _other: Side) -> LabError | None:
    running = [vm for vm in me.all("VM") if not vm["is_control_domain"] and vm["power_state"] == "Running"]
    return _if(running, "JOINING_HOST_CANNOT_HAVE_RUNNING_VMS")


def _busy_guests(me: Side, _other: Side) -> LabError | None:
    busy = [vm for vm in me.all("VM") if vm["current_operations"]]
    return _if(busy, "JOINING_HOST_CANNOT_HAVE_VMS_WITH_CURRENT_OPERATIONS")


def _guidance(me: Side, other: Side) -> LabError | None:
    for side in (me, other):
        if side.record["pending_guidances"]:
            return LabError("HOST_PENDING_MANDATORY_GUIDANCE_NOT_EMPTY", side.host)
    return None


def _name(version: Record) -> str | None:
    name = version.get("product_brand", version.get("platform_name"))
    return None if name is None else str(name)


def _compatible(me: Side, other: Side) -> LabError | None:
    versions = [side.record["software_version"] for side in (me, other)]
    mine, theirs = ((version.get("platform_version"), _name(version)) for version in versions)
    return _if(mine != theirs, "HOSTS_NOT_COMPATIBLE")


def _homogeneous(me: Side, other: Side) -> LabError | None:
    versions = [side.record["software_version"] for side in (me, other)]
    mine, theirs = (
        (each.get("xapi", ""), _name(each) or "", each.get("git_id", ""), "xs:linux" in each) for each in versions
    )
    if mine != theirs:
        return LabError("HOSTS_NOT_HOMOGENEOUS", "Software version differs")
    vendor = other.pool["cpu_info"].get("vendor", "")
    return _if(me.record["cpu_info"].get("vendor", "") != vendor, "HOSTS_NOT_HOMOGENEOUS", "CPUs differ")


def _shared_srs(me: Side, _other: Side) -> LabError | None:
    shared = [sr for sr in me.all("SR") if sr["shared"] and not sr["is_tools_sr"]]
    return _if(shared, "JOINING_HOST_CANNOT_CONTAIN_SHARED_SRS")


def _has_none(cls: str, code: str) -> Check:
    return lambda me, _other: _if(me.all(cls), code)


def _vlans(me: Side, _other: Side) -> LabError | None:
    others = [vlan for vlan in me.all("VLAN") if not me.lab.db.get("PIF", vlan["untagged_PIF"])["management"]]
    return _if(others, "POOL_JOINING_HOST_HAS_NON_MANAGEMENT_VLANS")


def _management_vlan(me: Side, other: Side) -> LabError | None:
    mine, theirs = (str(side.management["VLAN"]) if side.management else "-1" for side in (me, other))
    return _if(mine != theirs, "POOL_JOINING_HOST_MANAGEMENT_VLAN_DOES_NOT_MATCH", mine, theirs)


def _authentication(me: Side, other: Side) -> LabError | None:
    mine, theirs = (
        (side.record["external_auth_type"], side.record["external_auth_service_name"].lower()) for side in (me, other)
    )
    return _if(mine != theirs, "POOL_JOINING_EXTERNAL_AUTH_MISMATCH")


def _edition(me: Side, other: Side) -> LabError | None:
    """Simplification: editions are compared by name; XAPI takes the lowest of the pool's by their order."""
    mine = me.record["edition"]
    theirs = sorted({host["edition"] for host in other.all("host")} - {mine})
    if not theirs:
        return None
    return LabError("LICENSE_HOST_POOL_MISMATCH", f'host edition = "{mine}"', f'pool edition = "{theirs[0]}"')


def _backend(me: Side, other: Side) -> LabError | None:
    mine, theirs = (side.record["software_version"].get("network_backend", "bridge") for side in (me, other))
    if mine != theirs:
        return LabError("OPERATION_NOT_ALLOWED", "Network backends differ")
    if mine != "openvswitch" or not me.all("SDN_controller"):
        return None
    where = [
        [(each["protocol"], each["address"], each["port"]) for each in side.all("SDN_controller")[:1]]
        for side in (me, other)
    ]
    return _if(where[0] != where[1], "OPERATION_NOT_ALLOWED", "SDN controller differs")


def _api(me: Side, other: Side) -> LabError | None:
    mine, theirs = (f"{side.record['API_version_major']}.{side.record['API_version_minor']}" for side in (me, other))
    return _if(mine != theirs, "POOL_JOINING_HOST_MUST_HAVE_SAME_API_VERSION", mine, theirs)


def _schema(me: Side, other: Side) -> LabError | None:
    """Simplification: a scenario's hosts that say nothing of their schema have the same one."""
    mine, theirs = (side.record["software_version"].get("db_schema", "") for side in (me, other))
    return _if(mine != theirs, "POOL_JOINING_HOST_MUST_HAVE_SAME_DB_SCHEMA", mine, theirs)


def _updates(me: Side, other: Side) -> LabError | None:
    found = [
        {
            side.lab.db.get("pool_update", update)["uuid"]
            for update in side.record["updates"]
            if side.lab.db.get("pool_update", update)["enforce_homogeneity"]
        }
        for side in (me, other)
    ]
    names = f"local host {me.record['name_label']} and pool host {other.record['name_label']}"
    return _if(found[0] != found[1], "HOSTS_NOT_HOMOGENEOUS", f"Updates on {names} differ")


def _address_type(me: Side, other: Side) -> LabError | None:
    mine, theirs = (side.management["primary_address_type"] if side.management else "" for side in (me, other))
    return _if(mine != theirs, "OPERATION_NOT_ALLOWED", "Primary address type differs")


def _purposes(me: Side, other: Side) -> LabError | None:
    found = [
        [each for net in side.all("network") for each in net["purpose"] if each in ("nbd", "insecure_nbd")]
        for side in (me, other)
    ]
    differ = found[0] and found[1] and found[0][0] != found[1][0]
    return _if(differ, "OPERATION_NOT_ALLOWED", "Incompatible network purposes: nbd and insecure_nbd")


def _tls(me: Side, other: Side) -> LabError | None:
    mine, theirs = (side.pool["tls_verification_enabled"] for side in (me, other))
    return _if(mine != theirs, "POOL_JOINING_HOST_TLS_VERIFICATION_MISMATCH")


def _ca_certificates(me: Side, other: Side) -> LabError | None:
    """Two certificates of one name must be the same."""
    mine, theirs = (
        {each["name"]: each["fingerprint"] for each in side.all("Certificate") if each["type"] == "ca" and each["name"]}
        for side in (me, other)
    )
    clashing = [name for name in mine if name in theirs and mine[name] != theirs[name]]
    return _if(clashing, "POOL_JOINING_HOST_CA_CERTIFICATES_CONFLICT", *clashing)


def _updating(me: Side, other: Side) -> LabError | None:
    busy = [side for side in (me, other) if "apply_updates" in side.pool["current_operations"].values()]
    return _if(busy, "NOT_SUPPORTED_DURING_UPGRADE")


def _sm_features(me: Side, other: Side) -> LabError | None:
    """The joiner's drivers can at least what the pool's can; an absent driver is an empty second parameter."""
    for ref, sm in other.lab.db.all("SM").items():
        own = me.lab.db.find("SM", type=sm["type"])
        if len(own) != 1:
            return LabError("POOL_JOINING_SM_FEATURES_INCOMPATIBLE", ref, "")
        features = me.lab.db.get("SM", own[0])["features"]
        if any(features.get(name, 0) < version for name, version in sm["features"].items()):
            return LabError("POOL_JOINING_SM_FEATURES_INCOMPATIBLE", ref, own[0])
    return None


BEFORE: tuple[Check, ...] = (
    _size, _booted, _own_ha, _clustering, _cluster_network, _other_ha, _not_itself, _alone, _guests, _busy_guests,
    _guidance, _compatible,
)  # fmt: skip
AFTER: tuple[Check, ...] = (
    _shared_srs, _has_none("Bond", "POOL_JOINING_HOST_HAS_BONDS"),
    _has_none("tunnel", "POOL_JOINING_HOST_HAS_TUNNELS"),
    _has_none("network_sriov", "POOL_JOINING_HOST_HAS_NETWORK_SRIOVS"), _vlans, _management_vlan, _authentication,
    _edition, _backend, _api, _schema, _updates, _address_type, _purposes, _tls, _ca_certificates, _updating,
    _sm_features,
)  # fmt: skip
"""Before and after the comparison of CPUs and versions that `force` leaves out."""
