"""One guest on its way to a host of another pool: what the rules of `crossing/` judge.

Two snapshots cannot be one: XAPI asks some things of the pool that sends and others of the one that receives, and an
object of one is unknown in the other except by its UUID, its name or its MAC address.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from msgspec.structs import replace

from xenferry.pool.records import NULL, PIF, VDI, VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import namesakes


@dataclass(frozen=True)
class Journey:
    """A guest of `here`, as it is in that snapshot, to a host of `there`."""

    here: Snapshot
    vm: VM
    there: Snapshot
    host: Host
    disks: Mapping[Ref, Ref]
    """VDI here -> SR there; all of the guest's own disks must be in it."""
    networks: Mapping[Ref, Ref]
    """VIF here -> network there, for the guest's own interfaces and those of its snapshots."""
    via: Ref = NULL
    """The network there over which everything is sent; NULL: that of the receiving host's management."""
    force: bool = False
    """VM.migrate_send's option: the CPU is not compared, and what runs may be copied."""
    copy: bool = False
    """VM.migrate_send's option: the guest stays, and a new one with its content, but without its snapshots, is made."""

    @cached_property
    def source(self) -> Host | None:
        """The host that XAPI compares with: the guest's own, else the coordinator."""
        return self.here.host.get(self.vm.resident_on) or self.here.host.get(self.here.pool.master)

    @cached_property
    def snapshots(self) -> list[VM]:
        """The guest's snapshots, which go with it."""
        return [self.here.VM[ref] for ref in self.vm.snapshots if ref in self.here.VM]

    @property
    def arriving(self) -> list[VM]:
        """The machines that the other pool is asked to take: a copy leaves the snapshots behind."""
        return [self.vm] if self.copy else [self.vm, *self.snapshots]

    @cached_property
    def cannot(self) -> str:
        """How a sentence about a refusal begins."""
        return f"{self.vm.name_label or self.vm.uuid} cannot go to {self.target}"

    @property
    def target(self) -> str:
        """The host and its pool, by name."""
        return f"{self.host.name_label} in pool {self.there.pool.name_label or '(no name)'}"


def disks_of(s: Snapshot, vm: VM) -> Iterator[Ref]:
    """What migrate_send has to know a place for: the disk of each drive that is neither empty nor a CD drive."""
    for ref in vm.VBDs:
        drive = s.VBD.get(ref)
        if drive is not None and not drive.empty and drive.type != "CD":
            yield drive.VDI


def unmapped_disk(j: Journey) -> Ref | None:
    """The guest's first disk that has no place there."""
    return next((ref for ref in disks_of(j.here, j.vm) if ref not in j.disks), None)


def vifs_of(j: Journey) -> list[Ref]:
    """The interfaces of the guest and of its snapshots."""
    return [vif for vm in (j.vm, *j.snapshots) for vif in vm.VIFs]


def unmapped_nic(j: Journey) -> Ref | None:
    """The first interface without a network there; one of the same MAC address as one that has goes along with it."""
    macs = {j.here.VIF[vif].MAC for vif in j.networks if vif in j.here.VIF}
    known = (vif for vif in vifs_of(j) if vif in j.here.VIF)
    return next((vif for vif in known if vif not in j.networks and j.here.VIF[vif].MAC not in macs), None)


def extra_disks(j: Journey) -> dict[Ref, Ref]:
    """Disks besides the guest's own -> the SR that XAPI chooses: of snapshots, and images of suspended memory.

    A snapshot's disk follows its original, else goes to the default SR; an image to the SR for such images, else to
    the default SR, too. NULL where there is none.
    """
    found: dict[Ref, Ref] = {}
    family = (j.vm, *j.snapshots)
    images = {vm.suspend_VDI for vm in family if vm.power_state == "Suspended" and vm.suspend_VDI in j.here.VDI}
    others = [vdi for vm in j.snapshots for vdi in disks_of(j.here, vm) if vdi in j.here.VDI]
    for ref in (*images, *others):
        origin = j.here.VDI[ref].snapshot_of
        image = j.there.pool.suspend_image_SR if ref in images else NULL
        image = image if image != NULL or ref not in images else j.host.suspend_image_sr
        mapped = j.disks.get(ref) or j.disks.get(origin)
        found[ref] = mapped or (image if image not in (NULL, "") else j.there.pool.default_SR)
    return found


def disk(j: Journey, ref: Ref) -> str:
    """What people call a disk."""
    record: VDI | None = j.here.VDI.get(ref)
    return repr((record.name_label or record.uuid) if record else "without a record")


def receiving_pif(j: Journey) -> PIF | None:
    """The interface there to which everything is sent."""
    return namesakes.entrances(j.there).get((j.host.ref, j.via))


def as_halted(s: Snapshot, guests: Iterable[VM]) -> Snapshot:
    """The pool as it will be once these guests are shut down: no host, no devices of one, drives unplugged."""
    halted = {
        vm.ref: replace(vm, power_state="Halted", resident_on=NULL, scheduled_to_be_resident_on=NULL, attached_PCIs=())
        for vm in guests
    }
    drives = {ref for vm in halted.values() for ref in vm.VBDs}
    vms = {ref: halted.get(ref, vm) for ref, vm in s.VM.items()}
    vbds = {ref: replace(vbd, currently_attached=False) if ref in drives else vbd for ref, vbd in s.VBD.items()}
    return s.with_tables({"VM": vms, "VBD": vbds} if "VBD" not in s.not_read else {"VM": vms}, s.taken_at)


def to_pool(
    here: Snapshot, vm: VM, there: Snapshot, host: Host, *, srs: Mapping[Ref, Ref], networks: Mapping[Ref, Ref]
) -> Journey:
    """The journey with everything that nobody chose filled in.

    Args:
        here: the pool that sends.
        vm: one of its guests, as it shall be judged.
        there: the pool that receives.
        host: one of its hosts.
        srs: disk or SR here -> SR there, as a person chose; under NULL the SR for all others. What is missing stays on
            an SR that both pools have (by UUID), else goes to the default SR there.
        networks: network here -> network there, as a person chose; what is missing goes to the network of that name.
    """
    named, same = namesakes.networks(there), namesakes.srs(there)
    disks: dict[Ref, Ref] = {}
    for ref in disks_of(here, vm):
        home = here.SR.get(here.VDI[ref].SR) if ref in here.VDI else None
        usual = same.get(home.uuid if home else "", there.pool.default_SR)
        chosen = srs.get(ref) or srs.get(home.ref if home else NULL) or srs.get(NULL) or usual
        if chosen in there.SR:
            disks[ref] = chosen
    blank = Journey(here, vm, there, host, disks, {})
    vifs = {ref: here.VIF[ref].network for ref in vifs_of(blank) if ref in here.VIF}
    usual_net = {ref: named.get(here.network[net].name_label) for ref, net in vifs.items() if net in here.network}
    mapped = {ref: target for ref, net in vifs.items() if (target := networks.get(net) or usual_net.get(ref))}
    return Journey(here, vm, there, host, disks, mapped)
