"""pool: the certificates of authorities and servers it trusts, lists of revoked ones, and checking them among hosts.

Simplification: nothing is checked by them. What a host of the lab presents is host_certificate.py's matter.
"""

from __future__ import annotations

import re

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.error import LabError, internal
from xenferry.lab.forwarding import forward
from xenferry.lab.registry import call
from xenferry.lab.trust import reading, records

NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*\.pem")


@call("pool.install_ca_certificate")
async def install_ca(ctx: Context, name: str, pem: str) -> None:
    """Raises CA_CERTIFICATE_INVALID and its like, CERTIFICATE_NAME_INVALID [name], CERTIFICATE_ALREADY_EXISTS [name].

    A name ends with `.pem`.
    """
    found = reading.certificate(pem, ctx.lab.now(), "CA")
    _check_name("CERTIFICATE", name)
    if ctx.db.find("Certificate", type="ca", name=name):
        raise LabError("CERTIFICATE_ALREADY_EXISTS", name)
    records.note(ctx.db, found, "ca", name=name)


@call("pool.certificate_install")
async def install(ctx: Context, name: str, pem: str) -> None:
    """The old name of install_ca_certificate."""
    await install_ca(ctx, name, pem)


@call("pool.uninstall_ca_certificate")
async def uninstall_ca(ctx: Context, name: str, force: bool) -> None:
    """Raises CERTIFICATE_NAME_INVALID [name], CERTIFICATE_DOES_NOT_EXIST [name]; with `force` INVALID_VALUE then."""
    _check_name("CERTIFICATE", name)
    known = ctx.db.find("Certificate", type="ca", name=name)
    if not known and force:
        raise LabError("INVALID_VALUE", "certificate:name", name)
    if not known:
        raise LabError("CERTIFICATE_DOES_NOT_EXIST", name)
    for ref in known:
        ctx.db.destroy("Certificate", ref)


@call("pool.certificate_uninstall")
async def uninstall(ctx: Context, name: str) -> None:
    await uninstall_ca(ctx, name, False)


@call("pool.certificate_list")
async def certificate_list(ctx: Context) -> list[str]:
    return [
        record["name"] for record in ctx.db.all("Certificate").values() if record["type"] == "ca" and record["name"]
    ]


@call("pool.certificate_sync")
async def sync(ctx: Context) -> None:
    """Every host has the pool's certificates; one that is dead cannot be given them. Raises HOST_OFFLINE [host]."""
    for host in list(ctx.db.all("host")):
        await forward(ctx, host)


@call("pool.install_trusted_certificate")
async def install_trusted(ctx: Context, self: str, ca: bool, pem: str, purpose: list[str]) -> None:
    """Raises TRUSTED_CERTIFICATE_INVALID and its like, CERTIFICATE_LACKS_PURPOSE [] for a server's without one."""
    found = reading.certificate(pem, ctx.lab.now(), "TRUSTED")
    if not ca and not purpose:
        raise LabError("CERTIFICATE_LACKS_PURPOSE")
    records.note(ctx.db, found, "ca" if ca else "pinned", purpose=tuple(purpose))


@call("pool.uninstall_trusted_certificate")
async def uninstall_trusted(ctx: Context, self: str, certificate: str) -> None:
    """Raises NOT_TRUSTED_CERTIFICATE [certificate] for a host's own."""
    if ctx.db.get("Certificate", certificate)["type"] not in ("ca", "pinned"):
        raise LabError("NOT_TRUSTED_CERTIFICATE", certificate)
    ctx.db.destroy("Certificate", certificate)


@call("pool.crl_install")
async def crl_install(ctx: Context, name: str, pem: str) -> None:
    """XAPI does not look into it. Raises CRL_NAME_INVALID [name], CRL_ALREADY_EXISTS [name]."""
    _check_name("CRL", name)
    if name in _revocations(ctx):
        raise LabError("CRL_ALREADY_EXISTS", name)
    _revocations(ctx).append(name)


@call("pool.crl_uninstall")
async def crl_uninstall(ctx: Context, name: str) -> None:
    """Raises CRL_NAME_INVALID [name], CRL_DOES_NOT_EXIST [name]."""
    _check_name("CRL", name)
    if name not in _revocations(ctx):
        raise LabError("CRL_DOES_NOT_EXIST", name)
    _revocations(ctx).remove(name)


@call("pool.crl_list")
async def crl_list(ctx: Context) -> list[str]:
    return list(_revocations(ctx))


def _revocations(ctx: Context) -> list[str]:
    names: list[str] = ctx.db.hidden("pool", _pool(ctx)).setdefault("revocation_lists", [])
    return names


def _pool(ctx: Context) -> str:
    return next(iter(ctx.db.all("pool")))


def _check_name(kind: str, name: str) -> None:
    """XAPI looks at the first character even of an empty name."""
    if not name:
        raise internal('Invalid_argument("index out of bounds")')
    if not NAME.fullmatch(name):
        raise LabError(f"{kind}_NAME_INVALID", name)


@call("pool.enable_tls_verification")
async def enable_tls(ctx: Context) -> None:
    """From now on hosts check each other's certificates. Raises HA_IS_ENABLED [], HOST_OFFLINE [host]."""
    pool = _pool(ctx)
    async with locks.operation(ctx, ("pool", pool, "tls_verification_enable")):
        for host in list(ctx.db.all("host")):
            await forward(ctx, host)
            ctx.db.update("host", host, tls_verification_enabled=True)
        ctx.db.update("pool", pool, tls_verification_enabled=True)
        ctx.db.update("pool", pool, wlb_verify_cert=True)


@call("host.emergency_disable_tls_verification", anywhere=True)
async def emergency_disable_tls(ctx: Context) -> None:
    """Of the host that is asked; the pool's record stays."""
    ctx.db.update("host", ctx.host, tls_verification_enabled=False)


@call("host.emergency_reenable_tls_verification", anywhere=True)
async def emergency_reenable_tls(ctx: Context) -> None:
    """Raises TLS_VERIFICATION_NOT_ENABLED_IN_POOL []."""
    if not ctx.db.get("pool", _pool(ctx))["tls_verification_enabled"]:
        raise LabError("TLS_VERIFICATION_NOT_ENABLED_IN_POOL")
    ctx.db.update("host", ctx.host, tls_verification_enabled=True)
