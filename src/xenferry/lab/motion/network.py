"""The network a migration is to use, and whether the target host can be reached there."""

from __future__ import annotations

from xenferry.lab.db import Database, Record
from xenferry.lab.error import LabError


def pif_of(db: Database, network: str, host: str) -> tuple[str, Record] | None:
    """The host's PIF on the network."""
    pifs = db.all("PIF").items()
    return next(((ref, pif) for ref, pif in pifs if pif["network"] == network and pif["host"] == host), None)


def has_address(pif: Record) -> bool:
    return bool(pif["IPv6"] if pif["primary_address_type"] == "IPv6" else pif["IP"])


def check_network(db: Database, network: str, host: str) -> None:
    """Raises PIF_NOT_PRESENT [host; network], REQUIRED_PIF_IS_UNPLUGGED [pif] or INTERFACE_HAS_NO_IP [pif].

    A network that does not exist has no PIF either (recorded).
    """
    found = pif_of(db, network, host)
    if found is None:
        raise LabError("PIF_NOT_PRESENT", host, network)
    ref, pif = found
    if not pif["currently_attached"]:
        raise LabError("REQUIRED_PIF_IS_UNPLUGGED", ref)
    if not has_address(pif):
        raise LabError("INTERFACE_HAS_NO_IP", ref)


def check_receiving(db: Database, network: str, host: str) -> str:
    """The address for host.migrate_receive; whether the PIF is plugged is not asked.

    Raises HOST_CANNOT_ATTACH_NETWORK [host; network], PIF_HAS_NO_NETWORK_CONFIGURATION [pif] or
    INTERFACE_HAS_NO_IP [pif].
    """
    found = pif_of(db, network, host)
    if found is None:
        raise LabError("HOST_CANNOT_ATTACH_NETWORK", host, network)
    ref, pif = found
    if not has_address(pif):
        mode = pif["ipv6_configuration_mode" if pif["primary_address_type"] == "IPv6" else "ip_configuration_mode"]
        raise LabError("PIF_HAS_NO_NETWORK_CONFIGURATION" if mode == "None" else "INTERFACE_HAS_NO_IP", ref)
    return str(pif["IPv6"][0] if pif["primary_address_type"] == "IPv6" else pif["IP"])
