"""What XAPI accepts as a certificate, a chain and a private key, with its errors (ocaml/gencert/lib.ml).

Validity is judged by the lab's calendar.
"""

from __future__ import annotations

from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from xenferry.lab.error import LabError

RSA_BITS = range(2048, 4097)
CURVES = {"secp256r1": "p256", "secp384r1": "p384", "secp521r1": "p521"}


def certificate(pem: str, now: float, kind: str) -> x509.Certificate:
    """`kind` begins the error: CA, SERVER or TRUSTED. Raises KIND_CERTIFICATE_INVALID [],
    KIND_CERTIFICATE_NOT_VALID_YET [now; from], KIND_CERTIFICATE_EXPIRED [now; until].
    """
    try:
        found = x509.load_pem_x509_certificate(pem.encode())
    except ValueError:
        raise LabError(f"{kind}_CERTIFICATE_INVALID") from None
    moment = datetime.fromtimestamp(now, UTC).replace(microsecond=0)
    if moment < found.not_valid_before_utc:
        raise LabError(f"{kind}_CERTIFICATE_NOT_VALID_YET", _shown(moment), _shown(found.not_valid_before_utc))
    if moment > found.not_valid_after_utc:
        raise LabError(f"{kind}_CERTIFICATE_EXPIRED", _shown(moment), _shown(found.not_valid_after_utc))
    return found


def _shown(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def private_key(pem: str) -> rsa.RSAPrivateKey:
    """Raises SERVER_CERTIFICATE_KEY_INVALID [], .._KEY_ALGORITHM_NOT_SUPPORTED [name],
    .._KEY_RSA_LENGTH_NOT_SUPPORTED [bits].
    """
    try:
        key = load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise LabError("SERVER_CERTIFICATE_KEY_INVALID") from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise LabError("SERVER_CERTIFICATE_KEY_ALGORITHM_NOT_SUPPORTED", _algorithm(key))
    if key.key_size not in RSA_BITS:
        raise LabError("SERVER_CERTIFICATE_KEY_RSA_LENGTH_NOT_SUPPORTED", str(key.key_size))
    return key


def _algorithm(key: PrivateKeyTypes) -> str:
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return CURVES.get(key.curve.name, key.curve.name)
    names: tuple[tuple[type, str], ...] = (
        (ed25519.Ed25519PrivateKey, "ed25519"),
        (ed448.Ed448PrivateKey, "ed448"),
        (dsa.DSAPrivateKey, "dsa"),
    )
    return next((name for kind, name in names if isinstance(key, kind)), "unknown")


def check_pair(leaf: x509.Certificate, key: rsa.RSAPrivateKey) -> None:
    """Raises SERVER_CERTIFICATE_KEY_MISMATCH [], SERVER_CERTIFICATE_SIGNATURE_NOT_SUPPORTED []."""
    if leaf.public_key() != key.public_key():
        raise LabError("SERVER_CERTIFICATE_KEY_MISMATCH")
    if not isinstance(leaf.signature_hash_algorithm, SHA256 | SHA512):
        raise LabError("SERVER_CERTIFICATE_SIGNATURE_NOT_SUPPORTED")


def check_chain(pem: str) -> None:
    """Raises SERVER_CERTIFICATE_CHAIN_INVALID []. An empty text is no chain, which is fine."""
    if pem:
        try:
            x509.load_pem_x509_certificates(pem.encode())
        except ValueError:
            raise LabError("SERVER_CERTIFICATE_CHAIN_INVALID") from None
