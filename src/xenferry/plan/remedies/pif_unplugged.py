"""Bring the interface up."""

from __future__ import annotations

from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.plan.things import thing
from xenferry.rules.finding import Finding


def mend(draft: Draft, finding: Finding) -> bool:
    """XAPI plugs the interfaces under it too."""
    snapshot = draft.snapshot
    pif = snapshot.PIF[finding.cause]
    what = pif.device if pif.VLAN < 0 else f"VLAN {pif.VLAN} on {pif.device}"
    draft.add_once(
        s.PlugPIF(
            key=f"plug-{pif.uuid}",
            pif=s.Thing("PIF", pif.uuid, what),
            host=draft.host(pif.host),
            network=thing(snapshot, "network", pif.network),
        )
    )
    return True
