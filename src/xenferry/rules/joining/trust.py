"""Who is believed on either side: accounts and certificates."""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.joining.hurdle import Hurdle, Sides, blocks
from xenferry.rules.words import listed


def authentication(at: Sides) -> Iterator[Hurdle]:
    mine, theirs = (
        (host.external_auth_type, host.external_auth_service_name.lower()) for host in (at.host, at.coordinator)
    )
    if mine != theirs:
        told = [f"{kind} {domain}".strip() or "none" for kind, domain in (mine, theirs)]
        yield from blocks(
            ("POOL_JOINING_EXTERNAL_AUTH_MISMATCH",),
            f"External accounts: {told[0]} on {at.name}, {told[1]} in {at.pool_name}.",
            f"Set up the same on {at.name} (`xe pool-enable-external-auth`), or take it off.",
        )


def tls(at: Sides) -> Iterator[Hurdle]:
    mine, theirs = (s.pool.tls_verification_enabled for s in (at.joiner, at.pool))
    if mine != theirs:
        without = at.pool_name if mine else at.name
        yield from blocks(
            ("POOL_JOINING_HOST_TLS_VERIFICATION_MISMATCH",),
            f"Certificates are verified {f'on {at.name}' if mine else f'in {at.pool_name}'} and not on the other side.",
            f"In {without}: `xe pool-enable-tls-verification`; it cannot be taken back.",
        )


def _named(s: Snapshot) -> dict[str, str]:
    return {each.name: each.fingerprint for each in s.Certificate.values() if each.type == "ca" and each.name}


def certificates(at: Sides) -> Iterator[Hurdle]:
    """Two of one name must be the same."""
    mine, theirs = _named(at.joiner), _named(at.pool)
    clashing = [name for name in mine if name in theirs and mine[name] != theirs[name]]
    if clashing:
        yield from blocks(
            ("POOL_JOINING_HOST_CA_CERTIFICATES_CONFLICT", *clashing),
            f"Both trust a certificate called {listed(clashing)}, but not the same one.",
            f"Remove it on {at.name} (`xe pool-uninstall-ca-certificate name=...`), or give one another name.",
        )
