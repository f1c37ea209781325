"""NICs that hang on the same cable under different names, from `pool.cables`, remembered per snapshot."""

from __future__ import annotations

from collections.abc import Mapping

from xenferry.pool.cables import Cable, Trust, cables
from xenferry.pool.records import PIF, Host, Network, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.once import once


@once
def of_nic(s: Snapshot) -> Mapping[Ref, Cable]:
    """Physical PIF -> the cable it hangs on."""
    return {nic: cable for cable in known(s) for nic in cable.nics}


@once
def known(s: Snapshot) -> tuple[Cable, ...]:
    """All cables."""
    return cables(s)


@once
def crossed(s: Snapshot) -> tuple[Cable, ...]:
    """Cables that hosts know under different names, told from more than the names."""
    return tuple(cable for cable in known(s) if cable.trust > Trust.NAME and not cable.agreed(s))


def twin(s: Snapshot, net: Network, host: Host) -> PIF | None:
    """The host's NIC on the same cable as the network's NICs elsewhere, if it belongs to another network."""
    for ref in net.PIFs:
        cable = of_nic(s).get(ref)
        for nic in cable.nics if cable and cable.trust > Trust.NAME else ():
            if s.PIF[nic].host == host.ref and s.PIF[nic].network != net.ref:
                return s.PIF[nic]
    return None
