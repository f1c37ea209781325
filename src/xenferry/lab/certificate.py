"""A certificate for each served host: self-signed, as every XAPI host's is at first, until another is installed."""

from __future__ import annotations

import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

VALID_FROM = datetime(2020, 1, 1, tzinfo=UTC)
VALID_FOR = timedelta(days=365 * 50)
"""Wide limits, so that it is valid both by the wall clock and by the lab's calendar."""


class Certificate:
    """A key and its certificate for one address, fresh at first; `context()` serves TLS with whatever it is then."""

    def __init__(self, common_name: str, address: str) -> None:
        self.address = address
        self._common_name = common_name
        self.renew()

    def renew(self) -> x509.Certificate:
        """A fresh key, and a certificate signed with it."""
        key = ec.generate_private_key(ec.SECP256R1())
        found = self._sign(key)
        self.install(key, found)
        return found

    def install(
        self, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, found: x509.Certificate, chain: str = ""
    ) -> None:
        """From now on served instead. `chain` is PEM."""
        self._key, self._certificate, self._chain = key, found, chain
        self._context: ssl.SSLContext | None = None

    @property
    def pem(self) -> str:
        """The certificate."""
        return self._certificate.public_bytes(Encoding.PEM).decode()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate as hex digits, the form a client pins."""
        return self._certificate.fingerprint(SHA256()).hex()

    def context(self) -> ssl.SSLContext:
        """A server's TLS context; another one as soon as another certificate is installed."""
        if self._context is None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._load(self._context)
        return self._context

    def _load(self, context: ssl.SSLContext) -> None:
        """The key touches the disk only in a private directory that is removed at once."""
        key = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        with tempfile.TemporaryDirectory(prefix="xenferry-lab-") as folder:
            file = Path(folder) / "host.pem"
            file.touch(mode=0o600)
            file.write_text(f"{key}{self.pem}{self._chain}", encoding="ascii")
            context.load_cert_chain(file)

    def _sign(self, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self._common_name[:64] or self.address)])
        names = x509.SubjectAlternativeName([_general_name(self.address), x509.DNSName("localhost")])
        builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(VALID_FROM).not_valid_after(VALID_FROM + VALID_FOR)
        return builder.add_extension(names, critical=False).sign(key, SHA256())


def _general_name(address: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(address))
    except ValueError:
        return x509.DNSName(address)
