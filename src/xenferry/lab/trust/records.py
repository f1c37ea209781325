"""Certificate objects: those of hosts, of authorities the pool trusts, and of servers it knows by their certificate."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm

from xenferry.lab.clock import xenapi_date
from xenferry.lab.datamodel import NULL
from xenferry.lab.db import Database
from xenferry.lab.error import LabError


def note(
    db: Database, found: x509.Certificate, kind: str, *, host: str = NULL, name: str = "", purpose: tuple[str, ...] = ()
) -> str:
    """A new record; `kind` is ca, host, host_internal or pinned. What it takes the place of is gone afterwards.

    Raises TRUSTED_CERTIFICATE_ALREADY_EXISTS [fingerprint] for one without a name that is known for the same purpose.
    """
    if kind in ("ca", "pinned") and not name:
        _check_new(db, found, kind, purpose)
    old = _replaced(db, kind, host, name)
    ref = db.create(
        "Certificate", type=kind, host=host, name=name, purpose=list(purpose),
        not_before=xenapi_date(found.not_valid_before_utc.timestamp()),
        not_after=xenapi_date(found.not_valid_after_utc.timestamp()),
        fingerprint=shown(found, SHA256()), fingerprint_sha256=shown(found, SHA256()),
        fingerprint_sha1=shown(found, SHA1()),  # noqa: S303 (XAPI shows it)
    )  # fmt: skip
    for each in old:
        db.destroy("Certificate", each)
    return ref


def shown(found: x509.Certificate, algorithm: HashAlgorithm) -> str:
    """A fingerprint as XAPI writes it: upper case, a colon between bytes."""
    return found.fingerprint(algorithm).hex(":").upper()


def _replaced(db: Database, kind: str, host: str, name: str) -> list[str]:
    if kind in ("host", "host_internal"):
        return db.find("Certificate", type=kind, host=host)
    return db.find("Certificate", type=kind, name=name) if name else []


def _check_new(db: Database, found: x509.Certificate, kind: str, purpose: tuple[str, ...]) -> None:
    fingerprint = shown(found, SHA256())
    for ref in db.find("Certificate", type=kind, fingerprint_sha256=fingerprint):
        known = set(db.get("Certificate", ref)["purpose"])
        if known == set(purpose) or known & set(purpose):
            raise LabError("TRUSTED_CERTIFICATE_ALREADY_EXISTS", fingerprint)
