"""The GPU and the virtual GPU do not fit

Physical GPUs (PGPU) of one kind form a group; each serves the types of virtual GPU (VGPU) that are switched on for it.

Cause: the type is not offered by the GPU, or is not switched on for it, or does not go with those that run on it.
Tell: `xe pgpu-list params=supported-VGPU-types,enabled-VGPU-types,resident-VGPUs`.
Fix: `xe pgpu-param-list uuid=PGPU`: supported-VGPU-types, enabled-VGPU-types; many GPUs run only one type at a time.

Cause: the GPU has no room for another one.
Tell: `xe vgpu-list` and `xe pgpu-list params=resident-VGPUs` of the host.
Fix: Start the guest on a host with a free GPU: `xe pgpu-list`, or shut another down.

Cause: the group or GPU is in use, or empty.
Tell: `xe gpu-group-list params=PGPU-uuids,VGPU-uuids`.
Fix: Shut the guests down first; `xe gpu-group-list`, `xe vgpu-list`.

Cause: the driver in the guest or on the host does not allow it, or SR-IOV is not set up as the card's maker asks.
Tell: dom0: `nvidia-smi` and `dmesg | tail`.
Fix: Install the maker's driver of the same release in guest and host; then restart the host.

Cause: the device is one that the host boots from.
Tell: dom0: `lspci -v` shows the card as boot VGA device.
Fix: Choose another device for passing through.

Example:
    PGPU_INSUFFICIENT_CAPACITY_FOR_VGPU(OpaqueRef:1, OpaqueRef:2)
"""

SAYS = {
    "VGPU_TYPE_NOT_SUPPORTED": "the GPU does not offer the type {p0} (it offers {p1})",
    "VGPU_TYPE_NOT_ENABLED": "the type {p0} is not switched on for the GPU (on are {p1})",
    "VGPU_TYPE_NOT_COMPATIBLE_WITH_RUNNING_TYPE": "the type {p1} does not go with {p2}, which runs on the GPU",
    "VGPU_TYPE_NOT_COMPATIBLE": "the type {p0} does not go with those the guest has",
    "VGPU_GUEST_DRIVER_LIMIT": "the driver in {vm} does not allow it to be moved ({p0})",
    "PGPU_INSUFFICIENT_CAPACITY_FOR_VGPU": "the GPU {p0} has no room for a virtual GPU of the type {p1}",
    "PGPU_IN_USE_BY_VM": "guests use the GPU: {p0}",
    "PGPU_NOT_COMPATIBLE_WITH_GPU_GROUP": "a GPU of the type {p0} cannot be in a group of {p1}",
    "GPU_GROUP_CONTAINS_NO_PGPUS": "the GPU group has no GPU",
    "GPU_GROUP_CONTAINS_PGPU": "GPUs are in the group: {p0}",
    "GPU_GROUP_CONTAINS_VGPU": "virtual GPUs use the group: {p0}",
    "NVIDIA_SRIOV_MISCONFIGURED": "the GPU {p1} of {host} is not set up for SR-IOV as it should be",
    "BOOT_DEVICE_PASSTHROUGH_DISALLOWED": "the host boots from the device {p0}, which so cannot be passed through",
}
RULES = ("gpu-not-available", "vgpu-attached", "gpu-taken-meanwhile")
CAUSES = ("type", "full", "in-use", "driver", "boot-device")
ONLY = {
    "type": (
        "VGPU_TYPE_NOT_SUPPORTED", "VGPU_TYPE_NOT_ENABLED", "VGPU_TYPE_NOT_COMPATIBLE",
        "VGPU_TYPE_NOT_COMPATIBLE_WITH_RUNNING_TYPE", "PGPU_NOT_COMPATIBLE_WITH_GPU_GROUP",
    ),
    "full": ("PGPU_INSUFFICIENT_CAPACITY_FOR_VGPU",),
    "in-use": (
        "PGPU_IN_USE_BY_VM", "GPU_GROUP_CONTAINS_NO_PGPUS", "GPU_GROUP_CONTAINS_PGPU", "GPU_GROUP_CONTAINS_VGPU",
    ),
    "driver": ("VGPU_GUEST_DRIVER_LIMIT", "NVIDIA_SRIOV_MISCONFIGURED"),
    "boot-device": ("BOOT_DEVICE_PASSTHROUGH_DISALLOWED",),
}  # fmt: skip
