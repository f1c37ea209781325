"""The virtual GPU cannot go along

NVIDIA's own check compares the driver and the card on both hosts.

Cause: the hosts have different NVIDIA driver versions or cards.
Tell: `nvidia-smi` in dom0 of both hosts shows different versions or cards.
Fix: Install the same vGPU driver on all hosts; choose a host with the same card.

Cause: NVIDIA's tools do not work on one of the hosts.
Tell: `nvidia-smi` in dom0 fails on one of the hosts.
Fix: dom0: `nvidia-smi`; reinstall the driver if it fails.

Example:
    VGPU_DESTINATION_INCOMPATIBLE(driver version, OpaqueRef:0f5b5b5c-cca5-44a2-8e7c-c930fc5f6773,
    OpaqueRef:07f854df-0c34-4ffe-84bb-c748d09066f1)
"""

RULES = ("vgpu-attached",)
CODES = ("VGPU_DESTINATION_INCOMPATIBLE", "VGPU_SUSPENSION_NOT_SUPPORTED", "NVIDIA_TOOLS_ERROR")
CAUSES = ("different", "tools")
ONLY = {
    "different": ("VGPU_DESTINATION_INCOMPATIBLE", "VGPU_SUSPENSION_NOT_SUPPORTED"),
    "tools": ("NVIDIA_TOOLS_ERROR", "VGPU_SUSPENSION_NOT_SUPPORTED"),
}
SAID = "the virtual GPU cannot go along ({p0})"
