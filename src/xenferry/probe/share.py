"""An NFS share as people write it, understood: `nas:/vol`, `nfs://nas/vol`, `[fd00::5]:/vol`, with a slash too many."""

from __future__ import annotations

import ipaddress
import re

from msgspec import Struct


class BadShare(ValueError):
    """The text names no NFS share; the message says what was seen and what is expected."""


class Share(Struct, frozen=True):
    """A server and, where known, the path it exports."""

    server: str
    """A name or an IP address, without brackets."""
    path: str = ""
    """Absolute, without a trailing slash; empty when only the server is known."""

    def __str__(self) -> str:
        server = f"[{self.server}]" if ":" in self.server else self.server
        return f"{server}:{self.path}" if self.path else server

    @property
    def device_config(self) -> dict[str, str]:
        """What the NFS driver wants to be told (keys of sm's NFSSR)."""
        return {"server": self.server} | ({"serverpath": self.path} if self.path else {})


_URL = re.compile(r"nfs://(?P<server>\[[^\]]+\]|[^/:]+)(?P<path>/.*)?$", re.IGNORECASE)
_BRACKETS = re.compile(r"\[(?P<server>[^\]]+)\](?::(?P<path>.*))?$")
_PLAIN = re.compile(r"(?P<server>[^:/\s]+)(?::(?P<path>.*))?$")


def parse(text: str) -> Share:
    """Read a share.

    Raises:
        BadShare: the text is no `SERVER` or `SERVER:/PATH`.
    """
    wanted = text.strip().replace("\\", "/")
    if _is_address(wanted):  # an IPv6 address alone is full of colons, and none of them begins a path
        return Share(wanted)
    server, colon, path = wanted.partition(":/")
    if colon and ":" in server and _is_address(server):  # without the brackets that it needs elsewhere
        return Share(server, _tidy(f"/{path}"))
    match = _URL.match(wanted) or _BRACKETS.match(wanted) or _PLAIN.match(wanted)
    if match is None:
        raise BadShare(f"{text!r} is no NFS share; write SERVER:/PATH, for example nas.example:/mnt/store")
    path = _tidy(match["path"] or "")
    if path and not path.startswith("/"):
        raise BadShare(f"the path in {text!r} does not begin with a slash; write {match['server']}:/{path}")
    return Share(match["server"].strip("[]"), path)


def _tidy(path: str) -> str:
    single = re.sub(r"/{2,}", "/", path.strip())
    return single.rstrip("/") or ("/" if single else "")


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
