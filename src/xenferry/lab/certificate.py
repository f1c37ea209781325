"""A certificate for each served host, made when it starts: self-signed, as every XAPI host's is at first."""

from __future__ import annotations

import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

VALID_FROM = datetime(2020, 1, 1, tzinfo=UTC)
VALID_FOR = timedelta(days=365 * 50)
"""Wide limits, so that it is valid both by the wall clock and by the lab's calendar."""


class Certificate:
    """A fresh key and its certificate for one address; `pem` is the certificate, `context()` serves TLS with it."""

    def __init__(self, common_name: str, address: str) -> None:
        self.address = address
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._certificate = self._sign(common_name, address)
        self.pem = self._certificate.public_bytes(Encoding.PEM).decode()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate as hex digits, the form a client pins."""
        return self._certificate.fingerprint(SHA256()).hex()

    def context(self) -> ssl.SSLContext:
        """A server's TLS context. The key touches the disk only in a private directory that is removed at once."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        key = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        with tempfile.TemporaryDirectory(prefix="xenferry-lab-") as folder:
            file = Path(folder) / "host.pem"
            file.touch(mode=0o600)
            file.write_text(key + self.pem, encoding="ascii")
            context.load_cert_chain(file)
        return context

    def _sign(self, common_name: str, address: str) -> x509.Certificate:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64] or address)])
        names = x509.SubjectAlternativeName([_general_name(address), x509.DNSName("localhost")])
        builder = x509.CertificateBuilder(name, name, self._key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(VALID_FROM).not_valid_after(VALID_FROM + VALID_FOR)
        return builder.add_extension(names, critical=False).sign(self._key, SHA256())


def _general_name(address: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(address))
    except ValueError:
        return x509.DNSName(address)
