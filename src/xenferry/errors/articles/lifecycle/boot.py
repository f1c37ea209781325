"""The guest's domain could not be built or booted

It ended before the guest's own system ran.

Cause: a PV guest's boot loader (pygrub) found no kernel: the disk is damaged, is not the boot disk, or has a file
    system that pygrub does not read.
Tell: dom0: `xe vm-param-get uuid=GUEST param-name=PV-bootloader` says pygrub, and the text ends with what pygrub
    missed.
Fix: Boot it from a rescue CD; XCP-ng 8.3 and XenServer 8 have no PV guests any more: convert it to HVM first.

Cause: the boot loader that is set does not exist.
Tell: `xe vm-param-get uuid=GUEST param-name=PV-bootloader` shows a name that is neither pygrub nor eliloader and no
    path of a file.
Fix: `xe vm-param-get uuid=GUEST param-name=PV-bootloader`; for HVM it is empty: `xe vm-param-set uuid=GUEST
    PV-bootloader= HVM-boot-policy="BIOS order"`.

Cause: a disk of the guest cannot be connected on this host.
Tell: `xe vm-disk-list uuid=GUEST` and `xe vdi-list uuid=DISK params=sr-name-label`; the SR's PBD is unplugged on this
    host.
Fix: See the SR of the disk: `xe pbd-list sr-uuid=SR host-uuid=HOST`.

Cause: the CPU features that the guest needs may differ on this host.
Tell: The guest starts on another host of the pool.
Fix: Start it on another host, or with `force=true` if a crash is acceptable.

Cause: Xen's tools and the toolstack do not fit together: dom0 was updated and not restarted.
Tell: dom0 was updated after its start: `uptime` beside `rpm -qa --last | head`.
Fix: Restart the host.

Example:
    BOOTLOADER_FAILED(OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e, Unable to find partition containing kernel)
"""

SAYS = {
    "BOOTLOADER_FAILED": "the boot loader of {vm} failed: {p1}",
    "UNKNOWN_BOOTLOADER": "the boot loader “{p1}” of {vm} does not exist",
    "DOMAIN_BUILDER_ERROR": "the domain could not be built ({p0}, {p1}: {p2})",
    "VM_REQUIRES_VDI": "{vm} needs {vdi}, which cannot be connected",
    "VM_UNSAFE_BOOT": "starting {vm} here may crash it, for its CPU features may differ",
    "XEN_INCOMPATIBLE": "Xen or its libraries in dom0 do not fit the toolstack",
}
RULES = ("pv-guest", "pv-in-pvh", "disk-not-on-host")
CAUSES = ("no-kernel", "wrong-loader", "disk", "cpu", "not-restarted")
ONLY = {
    "no-kernel": ("BOOTLOADER_FAILED", "DOMAIN_BUILDER_ERROR"),
    "wrong-loader": ("UNKNOWN_BOOTLOADER",),
    "disk": ("VM_REQUIRES_VDI",),
    "cpu": ("VM_UNSAFE_BOOT",),
    "not-restarted": ("XEN_INCOMPATIBLE", "DOMAIN_BUILDER_ERROR"),
}
