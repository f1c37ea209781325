"""The destination of VM.migrate_send: what host.migrate_receive answered, read back as XAPI reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from xenferry.lab.error import LabError, internal
from xenferry.lab.placement.facts import Facts
from xenferry.lab.placement.leaving import End

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

HTTPS_PORT = "443"


@dataclass(frozen=True)
class Destination:
    """`lab` is the guest's own pool, `host` a reference in it or in another pool of the site.

    `master` and `address` are where the target's coordinator and the target itself are to be found.
    """

    lab: Lab
    host: str
    session: str
    master: str
    address: str

    @property
    def inside(self) -> bool:
        """Whether the guest stays in its pool."""
        return self.lab.db.exists("host", self.host)

    def pool(self) -> Lab:
        """The target's pool, asked with the session of the destination.

        Raises INTERNAL_ERROR when nothing listens there, SESSION_INVALID [session], HOST_IS_SLAVE [coordinator].
        """
        place = self.lab.site.find(self.master)
        if place is None or place.host in place.lab.toolstacks.dead:
            raise internal("Connection failed: connection refused.")
        if not place.lab.toolstacks.answers(place.host):
            raise internal("Xmlrpc_client.Connection_reset")
        place.lab.sessions.check(self.session, place.host, anywhere=False)
        return place.lab

    def check_receiver(self) -> None:
        """The receiving host itself answers. Raises TLS_CONNECTION_FAILED [address; port], CANNOT_CONTACT_HOST."""
        place = self.lab.site.find(self.address)
        if place is None or place.host in place.lab.toolstacks.dead:
            raise LabError("TLS_CONNECTION_FAILED", self.address, HTTPS_PORT)
        if not place.lab.toolstacks.answers(place.host):
            raise LabError("CANNOT_CONTACT_HOST", self.address)

    def end(self) -> End:
        """The same for the checks of `placement.leaving`."""
        return End(self.host, self._facts)

    def _facts(self) -> Facts:
        return self.pool().hypervisor.facts


def read(lab: Lab, dest: Mapping[str, str]) -> Destination:
    """Raises INTERNAL_ERROR: `Not_found` when a key is missing, else what XAPI says of a text that is no URL."""
    master, xenops = _url(_required(dest, "master")), _url(_required(dest, "xenops"))
    session, host = _required(dest, "session_id"), _required(dest, "host")
    _url(_required(dest, "SM"))
    return Destination(lab, host, session, master, xenops)


def _required(dest: Mapping[str, str], key: str) -> str:
    if key not in dest:
        raise internal("Not_found")
    return dest[key]


def _url(text: str) -> str:
    """The host part of a URL."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https"):
        reason = 'Failure(\\"unsupported URI scheme\\")'
        raise internal(f"Failure(\"Http.Url.of_string: can't parse '{text}': {reason}\")")
    return parts.hostname or ""
