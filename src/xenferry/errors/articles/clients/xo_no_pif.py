"""A host has no interface on the network

The network exists in the pool, but on this host no NIC belongs to it, so neither guests nor storage can use it there.

Cause: the host's NICs have other names than those of the others, so that XAPI made another network for them.
Tell: `xe pif-list params=host-name-label,device,network-name-label,MAC`: the host has the cable under another network.
Fix: `xenferry nics plan` finds the renaming; by hand: `interface-rename` in dom0, restart, `xe pif-scan`.

Cause: the VLAN or bond was made on one host only, or the host joined later.
Tell: `xe pif-list network-uuid=NETWORK` does not list the host.
Fix: `xe pool-vlan-create` makes a VLAN on all hosts; `xe vlan-create pif-uuid=PIF network-uuid=NETWORK vlan=TAG`
    on the one that lacks it.

Cause: the network is private to one host (no interface at all).
Tell: `xe network-param-get uuid=NETWORK param-name=PIF-uuids` is empty.
Fix: Use a network with interfaces, or a private network over all hosts (tunnels).

Example:
    Error: No PIF found that links host: OpaqueRef:622a2cd9 to network: OpaqueRef:b24a1c52
"""

from xenferry.errors.evidence import UNSEEN, Evidence, contradicts, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = ("XO_NO_PIF",)
CAUSES = ("nic-name", "one-host", "private")
SAID = "{host} has no interface on {network}"
RULES = ("nic-names-differ",)


def evidence_private(reading: Reading, look: Look) -> Evidence:
    """Whether the network has an interface anywhere."""
    network = look.record(reading, "network", "network")
    if network is None:
        return UNSEEN
    if network.PIFs:
        return contradicts(f"The network '{network.name_label}' has interfaces on other hosts.")
    return supports(f"The network '{network.name_label}' has no interface on any host.")
