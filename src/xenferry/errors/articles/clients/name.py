"""The client does not know the name

The machine on which the client runs could not turn the name into an address. The hosts' own DNS settings have nothing
to do with it.

Cause: the name is not in the DNS that this machine asks, or has a typing error.
Tell: `getent hosts NAME` on the client's machine says nothing, nor does `nslookup NAME 1.1.1.1`.
Fix: Use the address, or add the name to DNS or to the machine's /etc/hosts.

Cause: the DNS server that this machine asks does not answer.
Tell: Other names do not resolve either.
Fix: Look at /etc/resolv.conf there. If the DNS server is a guest of this very pool, use addresses: else nobody gets in
    while it is off.

Cause: what was entered is not a name: it has `https://`, a port or a path in it.
Tell: The name in the message, letter for letter.
Fix: Enter only the name or the address.

Example:
    Error: getaddrinfo ENOTFOUND xcp1.lan
"""

from xenferry.errors.evidence import UNSEEN, Evidence, contradicts, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

SAYS = {
    "ENOTFOUND": "nobody knows the name {p0}",
    "EAI_AGAIN": "no DNS server answered when the address of {p0} was asked for",
}
CAUSES = ("unknown", "silent", "not-a-name")
ONLY = {"not-a-name": ("ENOTFOUND",)}


def evidence_unknown(reading: Reading, _look: Look) -> Evidence:
    """EAI_AGAIN means that nobody answered; ENOTFOUND is an answer."""
    return UNSEEN if reading.code == "ENOTFOUND" else contradicts("No DNS server said so; none answered.")


def evidence_silent(reading: Reading, _look: Look) -> Evidence:
    """The same the other way round."""
    if reading.code == "EAI_AGAIN":
        return supports("The error means that no answer came.")
    return contradicts("A DNS server did answer.")


def evidence_not_a_name(reading: Reading, _look: Look) -> Evidence:
    """Characters that no host's name has, or the scheme alone."""
    name = reading.param(0)
    if not name:
        return UNSEEN
    odd = [sign for sign in ("/", ":", " ", "@") if sign in name]
    if odd or name in ("http", "https"):
        return supports(f"“{name}” is not the name of a host.")
    return contradicts(f"“{name}” can be a name.")
