"""Whether an address that a client asked in vain is that of a host of the pool."""

from __future__ import annotations

from xenferry.errors.evidence import UNSEEN, Evidence, contradicts, supports
from xenferry.errors.look import Look


def owner(address: str, look: Look) -> str | None:
    """The name of the host with this address; nothing if none has it; None where address or pool are not known."""
    if not address or look.snapshot is None or not look.snapshot.hosts:
        return None
    for host in look.snapshot.hosts:
        own = (look.snapshot.PIF[ref] for ref in host.PIFs if ref in look.snapshot.PIF)
        if address in (host.address, host.hostname, *(pif.primary_address for pif in own)):
            return host.name_label
    return ""


def belongs(address: str, look: Look) -> Evidence:
    """Speaks for a cause that lies in a host: the address is one's."""
    found = owner(address, look)
    if found is None:
        return UNSEEN
    return supports(f"{address} is {found}.") if found else contradicts(f"No host of this pool has {address}.")


def is_foreign(address: str, look: Look) -> Evidence:
    """Speaks for a wrong address: no host has it."""
    found = owner(address, look)
    if found is None:
        return UNSEEN
    return contradicts(f"{address} is {found}.") if found else supports(f"No host of this pool has {address}.")
