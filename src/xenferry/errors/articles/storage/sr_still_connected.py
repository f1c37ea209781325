"""The SR is still connected to a host

An SR can be destroyed or forgotten only when no host has its connection (PBD) plugged.

Cause: at least one host still has its PBD plugged.
Fix: `xe pbd-list sr-uuid=UUID currently-attached=true`; shut down or move guests with disks there, eject its ISOs,
    then `xe pbd-unplug uuid=PBD` for each, and try again.

Example:
    SR_HAS_PBD(OpaqueRef:38069976-cca5-44a2-8e7c-c930fc5f6773)
"""

from xenferry.errors.evidence import UNSEEN, Evidence, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = ("SR_HAS_PBD",)
CAUSES = ("plugged",)
SAID = "{sr} is still connected to at least one host"


def evidence_plugged(reading: Reading, look: Look) -> Evidence:
    """The pool knows which."""
    sr = look.record(reading, "SR", "sr")
    if sr is None or look.snapshot is None or not (plugged := look.snapshot.with_sr_plugged.get(sr.ref)):
        return UNSEEN
    names = ", ".join(host.name_label for host in look.snapshot.hosts_in(plugged))
    return supports(f"'{sr.name_label}' is connected on {names}.")
