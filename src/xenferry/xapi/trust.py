"""The certificate is compared inside the TLS handshake, before a byte of the request is sent.

XCP-ng's certificates are self-signed, so authorities prove nothing; the SHA-256 of the certificate, pinned at the first
contact, does. Comparing after the answer would be too late: the password would be gone.
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from collections.abc import Iterable
from contextlib import suppress

from xenferry.xapi.address import Address
from xenferry.xapi.error import Unreachable, Untrusted

LOOK_SECONDS = 10.0


def fingerprints(pin: str | Iterable[str] | None) -> frozenset[str]:
    """Pins as people write them (`AA:BB:..`, `sha256:aabb..`) in one form: lower-case hexadecimal."""
    pins = (pin,) if isinstance(pin, str) else tuple(pin or ())
    return frozenset(text.strip().lower().removeprefix("sha256:").replace(":", "") for text in pins)


class Stranger(OSError):
    """A certificate that is not known, inside a handshake: asyncio reports anything but an OSError as a defect."""

    def __init__(self, untrusted: Untrusted) -> None:
        super().__init__(str(untrusted))
        self.untrusted = untrusted


def pinned_context(address: Address, known: frozenset[str]) -> ssl.SSLContext:
    """A TLS client that shakes hands only with a certificate whose fingerprint is known.

    The handshake raises Stranger for any other.
    """

    class Pinned(ssl.SSLObject):
        def do_handshake(self) -> None:
            super().do_handshake()
            seen = _fingerprint(self.getpeercert(binary_form=True))
            if seen not in known:
                raise Stranger(Untrusted(str(address), seen, known))

    context = _open_context()
    context.sslobject_class = Pinned
    return context


async def look(address: Address) -> str:
    """The fingerprint that a host shows. A handshake is made and nothing else sent.

    Raises:
        Unreachable: nobody there speaks TLS.
    """
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            _, writer = await asyncio.open_connection(address.host, address.port, ssl=_open_context())
    except (OSError, TimeoutError) as error:
        raise Unreachable(f"{address}: no TLS connection: {str(error) or 'no answer'}") from error
    try:
        return _fingerprint(writer.get_extra_info("ssl_object").getpeercert(binary_form=True))
    finally:
        writer.transport.abort()  # nothing was sent, so nothing has to be said goodbye to
        with suppress(OSError):
            await writer.wait_closed()


def _open_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # the pin is the identity; XCP-ng's certificates name what they like
    context.verify_mode = ssl.CERT_NONE
    return context


def _fingerprint(certificate: bytes | None) -> str:
    return hashlib.sha256(certificate or b"").hexdigest()
