"""What two pools may both have: machines of the same UUID or MAC seed, virtual TPMs, images of the same file name."""

from __future__ import annotations

from collections.abc import Mapping

from xenferry.pool.records import NULL, PIF, VM, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.once import once_of


@once_of("VM")
def by_uuid(s: Snapshot) -> Mapping[str, VM]:
    """UUID -> machine; templates and snapshots count, too. Of two the first, though XAPI lets nobody make two."""
    return {vm.uuid: vm for vm in reversed(list(s.VM.values()))}


@once_of("VM")
def by_seed(s: Snapshot) -> Mapping[str, tuple[VM, ...]]:
    """MAC seed -> the machines that have it, in XAPI's order."""
    found: dict[str, list[VM]] = {}
    for vm in s.VM.values():
        seed = vm.other_config.get("mac_seed")
        if seed is not None:
            found.setdefault(seed, []).append(vm)
    return {seed: tuple(vms) for seed, vms in found.items()}


@once_of("VTPM")
def tpms(s: Snapshot) -> frozenset[str]:
    """The UUIDs of all virtual TPMs."""
    return frozenset(vtpm.uuid for vtpm in s.VTPM.values())


@once_of("VDI", "SR")
def images(s: Snapshot) -> frozenset[str]:
    """The file names of all images in ISO libraries; a host's own CD drive is none."""
    libraries = {ref for ref, sr in s.SR.items() if sr.content_type == "iso" and sr.type != "udev"}
    return frozenset(vdi.location for vdi in s.VDI.values() if vdi.SR in libraries)


@once_of("PIF")
def entrances(s: Snapshot) -> Mapping[tuple[Ref, Ref], PIF]:
    """(host, network) -> the first interface there; (host, NULL) -> its management interface."""
    found: dict[tuple[Ref, Ref], PIF] = {}
    for pif in s.PIF.values():
        found.setdefault((pif.host, pif.network), pif)
        if pif.management:
            found.setdefault((pif.host, NULL), pif)
    return found


@once_of("network")
def networks(s: Snapshot) -> Mapping[str, Ref]:
    """Name -> the first network of that name."""
    return {network.name_label: ref for ref, network in reversed(list(s.network.items()))}


@once_of("SR")
def srs(s: Snapshot) -> Mapping[str, Ref]:
    """UUID -> SR."""
    return {sr.uuid: ref for ref, sr in s.SR.items()}
