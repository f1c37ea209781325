"""The host answers, but nothing listens there

The machine at this address refused the connection at once. So it is up and can be reached; the program that should
answer at that port does not run, or a firewall refuses in its place. Nothing was changed by the call.

Cause: the toolstack (XAPI) does not run: it is just starting, it was stopped, or it cannot start.
Tell: `ssh root@HOST` works, but `xe host-list` there does not; `systemctl status xapi` says why.
Fix: Wait two minutes after a boot; else `xe-toolstack-restart` in dom0. A full file system (`df -h / /var/log`) or a
    coordinator that is away (then `xe host-is-in-emergency-mode` says true) keeps it from starting.

Cause: the address is not that of a host of the pool: a typing error, an address that was given to another machine, or
    the address of a storage server.
Tell: `xe host-list params=name-label,address` on the coordinator does not show the address.
Fix: Give the client the coordinator's management address.

Cause: the port is not XAPI's: clients use 443 (80 without encryption), backups by NBD use 10809.
Tell: The port behind the colon.
Fix: Use 443. For NBD: `xe network-param-add uuid=NETWORK param-name=purpose param-key=nbd` on the network that the
    client reaches.

Cause: a firewall refuses: in dom0, or between the client and the host.
Tell: `curl -k https://127.0.0.1` in dom0 gets an answer, the same with the host's address from the client does not.
Fix: `iptables -L -n` in dom0; let TCP 443 pass from the client, and between all hosts of the pool.

Example:
    Error: connect ECONNREFUSED 192.0.2.11:443
"""

from xenferry.errors.addresses import belongs, is_foreign
from xenferry.errors.evidence import UNSEEN, Evidence, contradicts, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = ("ECONNREFUSED",)
CAUSES = ("toolstack", "address", "port", "firewall")
SAID = "{p0} refused the connection to port {p1}"
PORTS = ("443", "80", "10809")


def evidence_toolstack(reading: Reading, look: Look) -> Evidence:
    """XAPI's own port at a host's own address."""
    return belongs(reading.param(0), look) if reading.param(1) in PORTS[:2] else UNSEEN


def evidence_address(reading: Reading, look: Look) -> Evidence:
    """Whether a host has this address."""
    return is_foreign(reading.param(0), look)


def evidence_port(reading: Reading, _look: Look) -> Evidence:
    """Which port was asked."""
    port = reading.param(1)
    if not port:
        return UNSEEN
    if port in PORTS[:2]:
        return contradicts(f"{port} is XAPI's port.")
    return supports("10809 is NBD's port." if port == PORTS[2] else f"XAPI does not listen on port {port}.")
