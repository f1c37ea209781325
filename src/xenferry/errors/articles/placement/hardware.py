"""The host lacks hardware that the guest needs

The guest was given something that only some hosts have.

Cause: the guest needs a GPU, a virtual GPU or an SR-IOV port, and the host has none free.
Tell: `xe vgpu-list vm-uuid=GUEST`, `xe pgpu-list host-uuid=HOST params=resident-VGPUs,gpu-group-name-label`, `xe
    vif-list vm-uuid=GUEST`.
Fix: Choose a host with a free one, or shut down a guest that holds one; `xe pgpu-list host-uuid=HOST`.

Cause: virtualisation (VT-x, AMD-V) or the IOMMU (VT-d, AMD-Vi) is switched off in the host's BIOS.
Fix: Switch it on and restart the host: `xe host-param-get uuid=HOST param-name=capabilities` must show hvm.

Cause: the guest has more virtual CPUs than the host has.
Fix: Give the guest fewer: `xe vm-param-set uuid=GUEST VCPUs-max=N` while it is shut down.

Example:
    VM_REQUIRES_GPU(OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e, OpaqueRef:b24a7465-1170-44e7-b308-5d67f2bdf146)
"""

from xenferry.errors.evidence import Evidence, contradicts, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("no-hvm", "no-iommu", "not-enough-cpus", "gpu-not-available", "sriov-full", "gpu-needs-hvm")
CODES = (
    "VM_REQUIRES_GPU", "VM_REQUIRES_VGPU", "VM_REQUIRES_IOMMU", "VM_HVM_REQUIRED", "HOST_NOT_ENOUGH_PCPUS",
    "NETWORK_SRIOV_INSUFFICIENT_CAPACITY", "VGPU_TYPE_NO_LONGER_SUPPORTED", "FEATURE_REQUIRES_HVM",
)  # fmt: skip
CAUSES = ("device", "bios", "cpus")
SAID = "the host lacks hardware that {vm} needs"


def _among(reading: Reading, *codes: str) -> Evidence:
    return supports(f"The code is {reading.code}.") if reading.code in codes else contradicts("")


def evidence_bios(reading: Reading, _look: Look) -> Evidence:
    """These codes only."""
    return _among(reading, "VM_REQUIRES_IOMMU", "VM_HVM_REQUIRED", "FEATURE_REQUIRES_HVM")


def evidence_cpus(reading: Reading, _look: Look) -> Evidence:
    """This code only."""
    return _among(reading, "HOST_NOT_ENOUGH_PCPUS")
