"""host: the certificate it presents to clients, and the one hosts present to each other.

A lab that is served presents the new one from the next connection on. Simplification: a real one also breaks the
connections that are open.
"""

from __future__ import annotations

import asyncio

from cryptography import x509

from xenferry.lab import locks
from xenferry.lab.certificate import Certificate
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.forwarding import forward
from xenferry.lab.registry import call
from xenferry.lab.trust import reading, records

REFRESH_S = 5.0
"""XAPI goes on with the old one for as long (cert_refresh.ml)."""


@call("host.install_server_certificate")
async def install(ctx: Context, host: str, certificate: str, private_key: str, chain: str) -> None:
    """Raises HA_IS_ENABLED [], and SERVER_CERTIFICATE_.. for what is wrong with key, certificate and chain."""
    await forward(ctx, host)
    if ctx.lab.hypervisor.facts.pool["ha_enabled"]:
        raise LabError("HA_IS_ENABLED")
    key = reading.private_key(private_key)
    leaf = reading.certificate(certificate, ctx.lab.now(), "SERVER")
    reading.check_pair(leaf, key)
    reading.check_chain(chain)
    ctx.lab.certificate(host).install(key, leaf, chain)
    records.note(ctx.db, leaf, "host", host=host)


@call("host.reset_server_certificate")
async def reset(ctx: Context, host: str) -> None:
    """A new self-signed one."""
    await forward(ctx, host)
    records.note(ctx.db, ctx.lab.certificate(host).renew(), "host", host=host)


@call("host.emergency_reset_server_certificate", anywhere=True)
async def emergency_reset(ctx: Context) -> None:
    """Of the host that is asked, without telling the pool."""
    ctx.lab.certificate(ctx.host).renew()


@call("host.refresh_server_certificate")
async def refresh(ctx: Context, host: str) -> None:
    """The one that hosts know each other by. Raises CANNOT_CONTACT_HOST [host] while any host is dead."""
    pool = next(iter(ctx.db.all("pool")))
    async with locks.operation(ctx, ("pool", pool, "cert_refresh")):
        await forward(ctx, host)
        for other in ctx.db.all("host"):
            if not ctx.lab.hypervisor.facts.live(other):
                raise LabError("CANNOT_CONTACT_HOST", other)
        record = ctx.db.get("host", host)
        made = x509.load_pem_x509_certificate(Certificate(record["uuid"], record["address"]).pem.encode())
        records.note(ctx.db, made, "host_internal", host=host)
        await asyncio.sleep(REFRESH_S)
