"""How a host finds the pool it is to join, and what it says when it does not."""

from __future__ import annotations

import asyncio
import ipaddress

from xenferry.lab.context import Context
from xenferry.lab.error import LabError, internal
from xenferry.lab.site import Place, Site

DNS_FAILS_S = 6.0
"""How long a resolver takes to give up, as the call shows it (recorded)."""


async def find(ctx: Context, address: str) -> Place:
    """The host behind the address.

    Raises JOINING_HOST_CONNECTION_FAILED [], and INTERNAL_ERROR for a machine on which nothing listens (recorded).
    """
    site = ctx.lab.site
    place = site.find(address) if address else None
    if place is None:
        if not _is_address(address):
            await asyncio.sleep(DNS_FAILS_S if address else 0)
        elif _is_there(site, address):
            raise internal("Connection failed: connection refused.")
        raise LabError("JOINING_HOST_CONNECTION_FAILED")
    if not place.lab.toolstacks.answers(place.host):
        raise LabError("JOINING_HOST_CONNECTION_FAILED")
    return place


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_there(site: Site, address: str) -> bool:
    """Whether some machine of the site has the address: a storage server, a gateway, a name server."""
    found = {server.address for lab in site.labs for server in lab.world.servers.values()}
    for lab in site.labs:
        for pif in lab.db.all("PIF").values():
            found |= {pif["gateway"], pif["IP"], *pif["DNS"].split(",")}
    return address in found
