"""The host does not see an SR that holds a disk of the guest

Every disk of the guest, and an ISO in its drive too, must lie on an SR that is connected (PBD plugged) on the host.
Whether the SR is called shared does not count.

Cause: a disk lies on the local storage of another host.
Fix:
- Move the disk to a shared SR first: `xe vdi-pool-migrate uuid=VDI sr-uuid=SR`; it works while the guest runs.
- Or move the guest with its disks: `xenferry migrate GUEST --to HOST --sr SR`.

Cause: an ISO from a local SR is in the drive: guest tools, or an ISO folder of one host.
Fix: Eject it: `xe vm-cd-eject uuid=GUEST`.

Cause: the SR is shared, but its connection (PBD) is unplugged on the host.
Fix: `xe pbd-list sr-uuid=SR host-uuid=HOST`, `xe pbd-plug uuid=PBD`; its answer names the reason if it fails.

Cause: the SR is shared, but the host has no connection (PBD) to it.
Fix: `xe pbd-create host-uuid=HOST sr-uuid=SR device-config:...` as on the other hosts, then plug it.

Example:
    You attempted to run a VM on a host which doesn't have access to an SR needed by the VM. The VM has at least one VBD
    attached to a VDI in the SR.
    vm: 6c79edf3-702b-493b-2648-a6e2446c5a39 (web)
    sr: 05e64867-cd3e-be30-d598-68167f01bcc3 (Local storage)
"""

from xenferry.errors.evidence import UNSEEN, Evidence, contradicts, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading
from xenferry.pool.hostset import HostSet

RULES = ("disk-not-on-host", "cd-not-on-host", "pbd-unplugged", "pbd-missing", "no-shared-sr")
CODES = ("VM_REQUIRES_SR",)
CAUSES = ("local-disk", "iso", "unplugged", "no-pbd")
SAID = "{vm} has a disk or an ISO on {sr}, which is not connected on the host"


def evidence_local_disk(reading: Reading, look: Look) -> Evidence:
    """The SR is not shared and holds a disk of the guest."""
    sr = look.record(reading, "SR", "sr")
    if sr is None:
        return UNSEEN
    if sr.shared:
        return contradicts(f"'{sr.name_label}' is a shared SR.")
    disks = _on(reading, look, sr.ref, "Disk")
    return supports(f"'{sr.name_label}' is local ({sr.type}); it holds {', '.join(disks)}.") if disks else UNSEEN


def evidence_iso(reading: Reading, look: Look) -> Evidence:
    """An image of that SR is in a drive of the guest."""
    sr = look.record(reading, "SR", "sr")
    if sr is None:
        return UNSEEN
    images = _on(reading, look, sr.ref, "CD")
    return (
        supports(f"{', '.join(images)} is in the drive.") if images else contradicts("No ISO of that SR is in a drive.")
    )


def _on(reading: Reading, look: Look, sr: str, kind: str) -> list[str]:
    vm = look.record(reading, "VM", "vm")
    if vm is None or look.snapshot is None:
        return []
    pool = look.snapshot
    drives = [pool.VBD[ref] for ref in vm.VBDs if ref in pool.VBD]
    disks = [pool.VDI[vbd.VDI] for vbd in drives if vbd.type == kind and not vbd.empty and vbd.VDI in pool.VDI]
    return [f"'{vdi.name_label or vdi.uuid}'" for vdi in disks if sr == vdi.SR]


def evidence_unplugged(reading: Reading, look: Look) -> Evidence:
    """A PBD is there and unplugged."""
    sr = look.record(reading, "SR", "sr")
    if sr is None or look.snapshot is None:
        return UNSEEN
    pulled = [pbd for pbd in look.snapshot.PBD.values() if sr.ref == pbd.SR and not pbd.currently_attached]
    if not pulled:
        return contradicts("No connection to it is unplugged.")
    names = ", ".join(look.snapshot.name(pbd.host) for pbd in pulled)
    return supports(f"The connection to '{sr.name_label}' is unplugged on {names}.")


def evidence_no_pbd(reading: Reading, look: Look) -> Evidence:
    """A shared SR, and a host without PBD."""
    sr = look.record(reading, "SR", "sr")
    if sr is None or look.snapshot is None or not sr.shared:
        return UNSEEN
    pool = look.snapshot
    lacking = pool.hosts_in(pool.everywhere - pool.with_pbd.get(sr.ref, HostSet(0)))
    names = ", ".join(host.name_label for host in lacking)
    return supports(f"{names} has no PBD for it.") if names else contradicts("Every host has a PBD for it.")
