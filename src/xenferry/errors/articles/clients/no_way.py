"""No answer from the host

Packets to this address came to nothing: nobody answered in time, or a router said that there is no way. A call that was
under way may have been carried out or not.

Cause: the host is off, restarts, or has crashed.
Tell: Its console (iDRAC, iLO, IPMI) shows what it does; `ping` from another host of the pool gets no answer either.
Fix: Switch it on, and wait until `xe host-list params=name-label,enabled` shows it. If it is gone for good:
    `xe host-forget` after making sure that none of its guests runs.

Cause: the address is wrong or was changed: it is no longer that of the host's management interface.
Tell: On the host's console, xsconsole shows its address; `xe host-list params=name-label,address` shows what the pool
    thinks.
Fix: Give the client the new address.

Cause: client and host are in different networks (VLANs), and no router, or a wrong one, is between them.
Tell: Another machine in the host's own network reaches it; `ip route get ADDRESS` shows the client's way.
Fix: Put a route or firewall rule there for TCP 443, or give the client's machine an interface in the hosts' network.

Cause: a firewall throws the packets away.
Tell: `ping` is answered, `curl -k https://ADDRESS` waits for ever.
Fix: Let TCP 443 pass from the client to every host, not only to the coordinator: consoles, imports and statistics go to
    the host where the guest runs.

Cause: the host is there but so busy, or its storage so stuck, that XAPI does not answer in time.
Tell: `ssh root@HOST` answers slowly; `top` and `dmesg` there show a load over 20, or tasks blocked on dead storage.
Fix: Cure the storage first (`xenferry storage check`); then `xe-toolstack-restart` if XAPI stays silent.

Example:
    Error: connect EHOSTUNREACH 192.0.2.11:443
"""

from xenferry.errors.addresses import belongs, is_foreign
from xenferry.errors.evidence import Evidence
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

SAYS = {
    "EHOSTUNREACH": "there is no way to {p0}, or nobody has this address now",
    "ENETUNREACH": "the client has no route to the network of {p0}",
    "ETIMEDOUT": "{p0} did not answer in time",
}
CAUSES = ("off", "address", "network", "firewall", "stuck")
ONLY = {
    "off": ("EHOSTUNREACH", "ETIMEDOUT"),
    "firewall": ("EHOSTUNREACH", "ETIMEDOUT"),
    "stuck": ("ETIMEDOUT",),
}


def evidence_off(reading: Reading, look: Look) -> Evidence:
    """Whether the address is that of a host, and what the pool thinks of it."""
    return belongs(reading.param(0), look)


def evidence_address(reading: Reading, look: Look) -> Evidence:
    """Whether a host has this address."""
    return is_foreign(reading.param(0), look)
