"""Every SR on every host: connected where, mounted how, how full it may become, what of it waits to be merged.

All of it is read from XAPI's records, but for the latency, which hosts measure.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct

from xenferry.plan.steps import Thing
from xenferry.plan.things import thing
from xenferry.pool import records as r
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.probe.latency import Latency
from xenferry.rules.facts import layers


class Link(StrEnum):
    """What a host has of an SR."""

    CONNECTED = "connected"
    UNPLUGGED = "unplugged"
    MISSING = "no connection"
    DOWN = "host is down"


class HostSide(Struct, frozen=True, kw_only=True):
    """One host's connection to the SR."""

    host: Thing
    link: Link
    path: str = ""
    """Where dom0 has the SR mounted; empty where it is not mounted or not a file system."""
    latency: Latency | None = None
    """How long the host's guests waited for it just now; None: not measured."""


class Mount(Struct, frozen=True, kw_only=True):
    """How the hosts mount an NFS share, by the configuration of their PBDs."""

    share: str
    """`server:/path`."""
    versions: tuple[str, ...]
    """NFS versions asked for; more than one when the hosts differ."""
    soft: bool
    """Guests get errors when the server is away for minutes, instead of waiting."""


class SrState(Struct, frozen=True, kw_only=True):
    """One SR. Sizes in bytes."""

    sr: Thing
    type: str
    shared: bool
    size: int
    used: int
    may_grow_to: int
    """What all disks occupy at most, once every guest has written every block of them."""
    waiting: int
    """Layers that wait to be merged."""
    longest: int
    """Layers of the longest chain of a disk; 0 without disks."""
    mount: Mount | None
    hosts: tuple[HostSide, ...]

    @property
    def everywhere(self) -> bool:
        """Is every host that lives connected? Of a local SR: its own hosts."""
        wanted = [side for side in self.hosts if self.shared or side.link is not Link.MISSING]
        return all(side.link in (Link.CONNECTED, Link.DOWN) for side in wanted)

    @property
    def promised_too_much(self) -> bool:
        """May the disks outgrow the SR? Not asked of an SR that tells no size."""
        return 0 < self.size < self.may_grow_to


def states(snapshot: Snapshot, measured: Mapping[tuple[Ref, Ref], Latency] | None = None) -> tuple[SrState, ...]:
    """All SRs that hold disks or images, shared ones first; drives and the guest tools are left out.

    Args:
        snapshot: the pool.
        measured: latency by host and SR, where it was asked for.
    """
    found = [sr for sr in snapshot.SR.values() if not sr.is_tools_sr and sr.type != "udev"]
    return tuple(
        state(snapshot, sr, measured or {}) for sr in sorted(found, key=lambda sr: (not sr.shared, sr.name_label))
    )


def state(snapshot: Snapshot, sr: r.SR, measured: Mapping[tuple[Ref, Ref], Latency] = MappingProxyType({})) -> SrState:
    """One SR."""
    disks = [vdi for vdi in snapshot.VDI.values() if sr.ref == vdi.SR]
    return SrState(
        sr=thing(snapshot, "SR", sr.ref),
        type=sr.type,
        shared=sr.shared,
        size=max(0, sr.physical_size),
        used=max(0, sr.physical_utilisation),
        may_grow_to=may_grow_to(sr, disks),
        waiting=layers.waiting(snapshot).get(sr.ref, 0),
        longest=max((layers.depth(snapshot, vdi) for vdi in disks if vdi.managed), default=0),
        mount=_mount(snapshot, sr),
        hosts=tuple(_side(snapshot, sr, host, measured.get((host.ref, sr.ref))) for host in snapshot.hosts),
    )


def may_grow_to(sr: r.SR, disks: list[r.VDI]) -> int:
    """The most that these disks occupy: what guests write on grows to its full size, all layers below stay as they are.

    Images and read-only disks do not grow. Where the SR has more in use than its disks explain, that stays too.
    """
    growing = [vdi for vdi in disks if vdi.managed and not vdi.is_a_snapshot and not vdi.read_only]
    grown = sum(max(0, vdi.virtual_size - vdi.physical_utilisation) for vdi in growing)
    present = sum(vdi.physical_utilisation for vdi in disks)
    return max(present, sr.physical_utilisation, 0) + grown


def _side(snapshot: Snapshot, sr: r.SR, host: r.Host, latency: Latency | None) -> HostSide:
    pbds = [snapshot.PBD[ref] for ref in sr.PBDs if ref in snapshot.PBD and snapshot.PBD[ref].host == host.ref]
    metrics = snapshot.host_metrics.get(host.metrics)
    name = thing(snapshot, "host", host.ref)
    if metrics is not None and not metrics.live:
        return HostSide(host=name, link=Link.DOWN)
    if not pbds:
        return HostSide(host=name, link=Link.MISSING)
    if not any(pbd.currently_attached for pbd in pbds):
        return HostSide(host=name, link=Link.UNPLUGGED)
    legacy = any(pbd.device_config.get("legacy_mode") == "true" for pbd in pbds)
    return HostSide(host=name, link=Link.CONNECTED, path="" if legacy else mount_path(sr), latency=latency)


MOUNTED = ("nfs", "ext", "xfs", "smb", "iso", "cephfs", "glusterfs", "moosefs")
"""Types of SR that are a mounted file system."""


def mount_path(sr: r.SR) -> str:
    """Where dom0 mounts an SR; empty for a type that is not mounted.

    Source: sm, SR.py (MOUNT_BASE); drivers before 4.0 say /var/run, which is the same directory.
    """
    return path_of(sr.uuid) if sr.type in MOUNTED else ""


def path_of(uuid: str) -> str:
    """Where dom0 mounts the SR with this UUID."""
    return f"/run/sr-mount/{uuid}"


def _mount(snapshot: Snapshot, sr: r.SR) -> Mount | None:
    configs = [snapshot.PBD[ref].device_config for ref in sr.PBDs if ref in snapshot.PBD]
    nfs = [config for config in configs if "server" in config and "serverpath" in config]
    if sr.type != "nfs" or not nfs:
        return None
    versions = tuple(sorted({config.get("nfsversion") or "3" for config in nfs}))
    server = nfs[0]["server"]
    share = f"{f'[{server}]' if ':' in server else server}:{nfs[0]['serverpath']}"
    soft = any("hard" not in config.get("options", "").split(",") for config in nfs)
    return Mount(share=share, versions=versions, soft=soft)
