"""The SR is not connected where it is needed

The operation needs the SR's connection (PBD) to be plugged; for a shared SR on the coordinator.

Cause: the PBD is unplugged, e.g. after a restart while the storage was away.
Fix: `xe pbd-list sr-uuid=UUID`, `xe pbd-plug uuid=PBD`; the answer names the reason if it fails.

Cause: the SR was introduced or reattached without PBDs.
Fix: `xe pbd-create host-uuid=HOST sr-uuid=SR device-config:...` for every host, then plug them.

Example:
    SR_HAS_NO_PBDS(OpaqueRef:38069976-cca5-44a2-8e7c-c930fc5f6773)
"""

from xenferry.errors.connected import only_plugs, sr_of
from xenferry.errors.evidence import UNSEEN, Evidence, contradicts, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("pbd-unplugged", "pbd-missing")
CODES = ("SR_HAS_NO_PBDS", "SR_NOT_ATTACHED")
CAUSES = ("unplugged", "no-pbd")
SAID = "{sr} is not connected where the operation needs it"


def evidence_unplugged(reading: Reading, look: Look) -> Evidence:
    """The pool shows on which hosts the SR is known and not connected."""
    return only_plugs(reading, look)


def evidence_no_pbd(reading: Reading, look: Look) -> Evidence:
    """The pool shows whether any host knows the SR."""
    sr = sr_of(reading, look)
    if sr is None or look.snapshot is None:
        return UNSEEN
    knows = any(sr.ref == pbd.SR for pbd in look.snapshot.PBD.values())
    return contradicts("Hosts have a PBD for it.") if knows else supports("No host has a PBD for it.")
