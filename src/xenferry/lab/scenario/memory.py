"""How much memory Xen needs for a guest beside the guest's own: the number in VM.memory_overhead.

From XAPI's Memory_check and the HVM shadow formula, in MiB rounded up; xapi 26.3 added 38 pages for each vCPU.
"""

from __future__ import annotations

import math

MIB = 2**20


def overhead(domain_type: str, static_max: int, vcpus: int, shadow: float, xapi: tuple[int, ...]) -> int:
    """VM.memory_overhead in bytes for this domain type, static maximum (bytes) and number of vCPUs."""
    static = math.ceil(static_max / MIB)
    need = 1 + max(1, int(shadow * math.ceil((256 * vcpus + 2 * static) / 256)))
    if domain_type != "pv":
        need += 1
    if xapi >= (26, 3):
        need += math.ceil(38 * vcpus / 256)
    if domain_type == "pv_in_pvh":
        need += 23 + static // 90
    return need * MIB
