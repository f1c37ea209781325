"""Where a host listens: `xcp1`, `xcp1:8443`, `https://xcp1/`, `[fd00::11]:443`."""

from __future__ import annotations

import re
from dataclasses import dataclass

PORT = 443
_FORM = re.compile(r"(?:(?P<scheme>[a-z]+)://)?(?P<host>\[[^\]]+\]|[^/:\s]+)(?::(?P<port>\d{1,5}))?/?$", re.IGNORECASE)


class BadAddress(ValueError):
    """The text is no address of a host; the message says what was seen and what is expected."""


@dataclass(frozen=True)
class Address:
    """A host's name or IP address (IPv6 without brackets) and its HTTPS port."""

    host: str
    port: int = PORT

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORT else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The base of all requests."""
        return f"https://{self}"


def parse(text: str, *, port: int = PORT) -> Address:
    """Read an address; `port` is taken when the text names none.

    Raises:
        BadAddress
    """
    wanted = text.strip()
    if wanted.count(":") > 1 and not wanted.startswith("[") and "://" not in wanted:
        return Address(wanted, port)
    match = _FORM.match(wanted)
    if match is None:
        raise BadAddress(f"{text!r} is no address of a host; write a name or IP address, perhaps with :PORT")
    if (match["scheme"] or "https").lower() != "https":
        raise BadAddress(f"{text!r}: only https is spoken, because a password is sent")
    return Address(match["host"].strip("[]"), int(match["port"] or port))
