"""What the other pool asks before it takes a guest's records over: the dry run of a metadata import, and the real one.

The import runs on the receiving host, so its memory and its CPU are looked at; the error names the guest as NULL, for
the other pool does not know it yet.
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
from xenferry.lab.placement import cpu, memory
from xenferry.lab.placement.facts import Facts, Record


def check(facts: Facts, vm: str, there: Facts, host: str, *, copy: bool, with_cpu: bool) -> None:
    """`there` is the other pool, `host` one of its hosts. A copy gets a new identity and leaves its snapshots behind.

    Raises DUPLICATE_MAC_SEED [seed], VM_BAD_POWER_STATE or VM_TO_IMPORT_IS_NOT_NEWER_VERSION for a guest of the same
    uuid, HOST_NOT_ENOUGH_FREE_MEMORY, VM_INCOMPATIBLE_WITH_THIS_HOST, and IMPORT_ERROR_.. for devices.
    """
    record = facts.get("VM", vm)
    refs = [vm] if copy else [vm, *record["snapshots"]]
    records = [facts.get("VM", ref) for ref in refs]
    if not copy:
        _check_seeds(records, facts, there)
    for ref, one in zip(refs, records, strict=True):
        _check_guest(facts, ref, one, there, host, keeps_uuid=not copy, with_cpu=with_cpu)
    for one in records:
        _check_devices(facts, one, there)


def seed(record: Record) -> str | None:
    value: str | None = record["other_config"].get("mac_seed")
    return value


def _check_seeds(records: list[Record], facts: Facts, there: Facts) -> None:
    """Two guests that would make the same MAC addresses must be one guest, or a guest and its own snapshots."""
    for record in records:
        for known in there.all("VM").values():
            mine = seed(record)
            if mine is not None and mine == seed(known) and _owner(record, facts) != _owner(known, there):
                raise LabError("DUPLICATE_MAC_SEED", mine)


def _owner(record: Record, facts: Facts) -> str:
    """The uuid of the guest, or of the guest that it is a snapshot of."""
    if not record["is_a_snapshot"]:
        return str(record["uuid"])
    origin = facts.all("VM").get(record["snapshot_of"])
    return str(origin["uuid"]) if origin else f"nobody's: {record['uuid']}"


def _check_guest(
    facts: Facts, vm: str, record: Record, there: Facts, host: str, *, keeps_uuid: bool, with_cpu: bool
) -> None:
    if keeps_uuid:
        _check_replaceable(record, there)
    if record["power_state"] in ("Running", "Paused"):
        needed, available = memory.to_start(there, record), memory.free(there, host)
        if available < needed:
            raise LabError("HOST_NOT_ENOUGH_FREE_MEMORY", str(needed), str(available))
    if with_cpu and record["power_state"] != "Halted":
        kind = facts.get("VM_metrics", record["metrics"])["current_domain_type"]
        if record["is_a_snapshot"] and kind == "unspecified":
            return
        reason = cpu.objection(record, facts.domain_type(vm), there.get("host", host)["cpu_info"])
        if reason:
            raise LabError("VM_INCOMPATIBLE_WITH_THIS_HOST", NULL, host, reason)


def _check_replaceable(record: Record, there: Facts) -> None:
    """A guest of this uuid is replaced if it is Halted and older."""
    for ref, known in existing(there, record["uuid"]):
        if known["power_state"] != "Halted":
            raise LabError("VM_BAD_POWER_STATE", ref, "Halted", known["power_state"])
        if known["version"] >= record["version"]:
            raise LabError("VM_TO_IMPORT_IS_NOT_NEWER_VERSION", ref, str(known["version"]), str(record["version"]))


def existing(there: Facts, uuid: str) -> Iterator[tuple[str, Record]]:
    """The guest of this uuid in the other pool, or nothing."""
    return ((ref, known) for ref, known in there.all("VM").items() if known["uuid"] == uuid)


def same_image(facts: Facts, vdi: str, there: Facts) -> str | None:
    """The image of the same file name in an ISO library of the other pool; any will do."""
    wanted = facts.get("VDI", vdi)["location"]
    libraries = {ref for ref, sr in there.all("SR").items() if sr["content_type"] == "iso" and sr["type"] != "udev"}
    images = there.all("VDI").items()
    return next((ref for ref, one in images if one["location"] == wanted and one["SR"] in libraries), None)


def _check_devices(facts: Facts, record: Record, there: Facts) -> None:
    for vgpu in record["VGPUs"]:
        types = facts.get("GPU_group", facts.get("VGPU", vgpu)["GPU_group"])["GPU_types"]
        if all(group["GPU_types"] != types for group in there.all("GPU_group").values()):
            text = f"Unable to find GPU group with matching GPU_types = '[{','.join(types)}]'"
            raise LabError("IMPORT_ERROR_GENERIC", f'INTERNAL_ERROR: [ Failure("{text}") ]')
    if record["power_state"] != "Suspended":
        return
    for vbd in (facts.get("VBD", ref) for ref in record["VBDs"]):
        inserted = vbd["currently_attached"] and vbd["type"] == "CD" and not vbd["empty"]
        if inserted and record["domain_type"] != "hvm" and same_image(facts, vbd["VDI"], there) is None:
            raise LabError("IMPORT_ERROR_ATTACHED_DISKS_NOT_FOUND")
