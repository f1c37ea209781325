"""Networks of a guest are brought up on the host where it is about to run (Xapi_network.attach_for_vm)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xenferry.lab.datamodel import NULL
from xenferry.lab.network import state
from xenferry.lab.placement import reach

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab


def attach_networks(lab: Lab, vm: str, host: str) -> None:
    """The host's PIFs on the networks of the guest's interfaces come up, if they are not.

    Raises PIF_CONFIGURATION_ERROR [pif; text]. A network or PIF that XAPI does not manage is left alone.
    """
    for vif in lab.db.get("VM", vm)["VIFs"]:
        network = lab.db.get("VIF", vif)["network"]
        if lab.db.exists("network", network) and lab.db.get("network", network)["managed"]:
            for pif in reach.local_pifs(lab.hypervisor.facts, network, host):
                record = lab.db.get("PIF", pif)
                if record["managed"] and not record["currently_attached"] and record["bond_slave_of"] == NULL:
                    state.bring_up(lab, pif)
