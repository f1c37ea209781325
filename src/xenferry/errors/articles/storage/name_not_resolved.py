"""The host could not resolve the server's name

It is the host's own control domain (dom0) that asks its DNS servers, not Xen Orchestra and not your computer, and every
host of the pool asks for itself. Nothing was sent to the file server yet.

Cause: the DNS servers that this host uses do not know the name, or the host has no DNS server at all.
Fix:
- Give the server by its IP address instead of its name.
- dom0: `getent hosts NAME` on every host of the pool; the DNS servers are in /etc/resolv.conf and come from the
  management NIC.
- Set them: `xe pif-reconfigure-ip uuid=PIF mode=static IP=.. netmask=.. gateway=.. DNS=192.0.2.1,192.0.2.2`, or
  correct the DHCP server.
- Add the name to the DNS server, or to /etc/hosts of every host (it must then be kept the same on all).

Cause: the field holds more than a name: `server:/path`, a leading `nfs://`, a blank or a spelling mistake.
Fix: Put only the name or address in the server field, and the path in its own field.

Cause: the DNS server is not reachable from the host's management network.
Tell: dom0: `nslookup NAME` times out for every name.
Fix: dom0: `ping` the servers that /etc/resolv.conf names, and `nslookup NAME SERVER`; correct the routes or the
    firewall.

Example:
    SR_BACKEND_FAILURE_140(, Incorrect DNS name, unable to resolve., )
"""

import re

from xenferry.errors.evidence import UNSEEN, Evidence, contradicts, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = ("SR_BACKEND_FAILURE_140",)
CAUSES = ("dns-does-not-know", "not-a-name", "dns-unreachable")
SAID = "the host's DNS servers could not resolve {server_name}"

_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}\Z")
_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_.])?\Z")


def evidence_dns_does_not_know(reading: Reading, look: Look) -> Evidence:
    """A proper name was given; a host without DNS servers settles it."""
    if not reading.server or not _NAME.match(reading.server):
        return UNSEEN
    if _ADDRESS.match(reading.server):
        return contradicts(f"The call names an address, {reading.server}, which needs no DNS.")
    silent = [host.name_label for host in look.snapshot.hosts if not _dns(look, host.ref)] if look.snapshot else []
    if silent:
        return supports(f"No DNS server is set on the management NIC of {', '.join(silent)}.")
    return supports(f"The call names the server as {reading.server}, which has to be resolved.")


def _dns(look: Look, host: str) -> bool:
    """Whether the host's management NIC has DNS servers; with DHCP they are not in the record, so assume it."""
    assert look.snapshot is not None
    management = [pif for pif in look.snapshot.PIF.values() if pif.host == host and pif.management]
    return not management or any(pif.DNS or pif.ip_configuration_mode == "DHCP" for pif in management)


def evidence_not_a_name(reading: Reading, _look: Look) -> Evidence:
    """Slashes, colons, blanks."""
    if not reading.server:
        return UNSEEN
    if _NAME.match(reading.server):
        return contradicts(f"{reading.server} has the form of a name.")
    return supports(f"“{reading.server}” is not a name or an address.")
