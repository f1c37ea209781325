"""The edition of this pool does not include that

XenServer's editions differ in what they allow; the parameter names the feature.

Cause: the licence of XenServer lacks the feature; XCP-ng never answers this.
Tell: `xe host-license-view host-uuid=HOST` shows the edition and every restrict_ flag.
Fix: `xe host-license-view`; apply a licence with the feature named, or do it another way: shut guests down to move
    them, say.

Example:
    LICENCE_RESTRICTION(Xen_motion)
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import listed, told
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("licence-forbids-migration", "licence-forbids-start")
CODES = ("LICENCE_RESTRICTION",)
CAUSES = ("licence",)
SAID = "the licence does not include {p0}"


def evidence_licence(_reading: Reading, look: Look) -> Evidence:
    """The hosts' editions."""
    if look.snapshot is None:
        return UNSEEN
    editions = [f"{host.name_label}: {host.edition}" for host in look.snapshot.hosts if host.edition]
    return told(True, f"The hosts' editions are {listed(editions)}.", "") if editions else UNSEEN
