"""The guest is in the wrong power state for this

The parameters are the guest, the states in which the operation is allowed, and its state now. A paused guest can
neither be moved nor suspended. The size of a running guest's memory or its number of processors above the set maximum,
its boot settings and its virtual hardware cannot be changed.

Cause: it changed state meanwhile: it was started or shut down, or somebody paused it.
Tell: The error's last parameter is the state it is in now; xensource.log shows who changed it.
Fix: Look again; unpause (`xe vm-unpause uuid=GUEST`), start or shut it down as needed.

Cause: what was to be changed can be changed only while the guest is shut down.
Fix: Shut the guest down (`xe vm-shutdown uuid=GUEST`), change it, start it again. Memory between the dynamic minimum
    and maximum, and processors up to the maximum, can be changed while it runs.

Cause: the host it ran on died and XAPI still has the old state.
Tell: `resident-on` names a host that is off or was restarted, and `xl list` there does not show the guest.
Fix: If it surely runs nowhere: `xe vm-reset-powerstate uuid=GUEST --force`. Running twice it would destroy its disks.

Example:
    VM_BAD_POWER_STATE(OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e, running, paused)
"""

from xenferry.errors.evidence import UNSEEN, Evidence, contradicts, supports
from xenferry.errors.facts import is_alive, told
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("guest-not-running",)
CODES = ("VM_BAD_POWER_STATE",)
CAUSES = ("changed", "needs-halted", "host-died")
SAID = "{vm} is {p2}, and this can be done only when it is {p1}"


def evidence_needs_halted(reading: Reading, _look: Look) -> Evidence:
    """It has to be halted for a setting, not for a start."""
    if len(reading.params) < 3:
        return UNSEEN
    if reading.params[1].lower() != "halted":
        return contradicts(f"It has to be {reading.params[1]}, not halted.")
    if ".set_" in reading.operation or reading.operation.endswith(".set"):
        return supports(f"{reading.operation} changes a setting.")
    return UNSEEN


def evidence_changed(reading: Reading, look: Look) -> Evidence:
    """Its state now, beside the one in the error."""
    vm = look.record(reading, "VM", "vm")
    if vm is None or len(reading.params) < 3:
        return UNSEEN
    now = vm.power_state.lower()
    return supports(f"Now it is {now}: it changed again.") if now != reading.params[2].lower() else UNSEEN


def evidence_host_died(reading: Reading, look: Look) -> Evidence:
    """Whether the host on which the records see it is alive."""
    vm = look.record(reading, "VM", "vm")
    if vm is None or look.snapshot is None or vm.resident_on not in look.snapshot.host:
        return UNSEEN
    host = look.snapshot.host[vm.resident_on]
    alive = is_alive(look.snapshot, host)
    dead = None if alive is None else not alive
    return told(dead, f"XAPI counts its host {host.name_label} as not alive.", f"Its host {host.name_label} is alive.")
