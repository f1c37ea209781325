"""A guest is not protected by high availability, and is left out of the plan

With high availability on, the planner places only guests that it must restart after a failure. XAPI before 26.17
reported the same as a lack of memory.

Cause: high availability is on, and the guest has no restart priority; the planner then does not move it.
Tell: `xe vm-param-get uuid=GUEST param-name=ha-restart-priority` is not restart, and ha-enabled of the pool is true.
Fix: `xe vm-param-set uuid=GUEST ha-restart-priority=restart`, or move the guest by itself first.

Example:
    HOST_EVACUATE_VM_NOT_HA_PROTECTED(OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e)
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import told
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("ha-unprotected",)
CODES = ("HOST_EVACUATE_VM_NOT_HA_PROTECTED",)
CAUSES = ("no-priority",)
SAID = "{vm} is not protected by high availability"


def evidence_no_priority(reading: Reading, look: Look) -> Evidence:
    """HA and the guest's priority, in the pool's records."""
    vm = look.record(reading, "VM", "vm")
    if vm is None or look.snapshot is None:
        return UNSEEN
    if not look.snapshot.pool.ha_enabled:
        return told(False, "", "High availability is off now.")
    said = f"'{vm.name_label}' has the restart priority '{vm.ha_restart_priority or 'none'}'."
    return told(vm.ha_restart_priority != "restart", said, said)
