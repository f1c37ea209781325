"""What an NFS server says it exports and to whom, and the line that would let a pool's hosts in."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from fnmatch import fnmatchcase
from xml.etree import ElementTree as Xml
from xml.parsers import expat

from msgspec import Struct

EVERYBODY = {"*", "(everyone)", "everyone", ""}
"""How servers write an export without a list: kernel NFS `*`, nfs-ganesha `(everyone)`."""


class Export(Struct, frozen=True):
    """One exported directory."""

    path: str
    clients: tuple[str, ...]
    """Addresses, CIDR networks, host names, wildcards or `@netgroup`s, as `showmount -e` prints them."""

    def admits(self, address: str) -> bool | None:
        """May a host with this IP address mount it? None where only the server can tell (names, netgroups)."""
        answers = {_admits(client, address) for client in self.clients or ("*",)}
        return True if True in answers else None if None in answers else False


def read_exports(xml: str) -> tuple[Export, ...]:
    """The list in the third parameter of SR_BACKEND_FAILURE_101; empty when the server gave none.

    Raises:
        ValueError: the text is no such XML.
    """
    if not xml.strip():
        return ()
    _refuse_entities(xml)
    root = Xml.fromstring(xml)  # noqa: S314  # entities, the danger of XML from strangers, were refused above
    return tuple(_export(item) for item in root.iter("Export"))


def _refuse_entities(xml: str) -> None:
    def refuse(*_: object) -> None:
        raise ValueError("the list of exports declares XML entities, which no NFS driver does")

    parser = expat.ParserCreate()
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise ValueError(f"the list of exports is no XML: {error}") from error


def _export(item: Xml.Element) -> Export:
    clients = (item.findtext("Accesslist") or "").strip()
    return Export(
        (item.findtext("Path") or "").strip(), tuple(part.strip() for part in clients.split(",") if part.strip())
    )


def _admits(client: str, address: str) -> bool | None:
    if client in EVERYBODY:
        return True
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(client, strict=False)
    except ValueError:
        pass  # not a network in figures: a pattern over addresses, or something only the server can resolve
    if set(client) <= set("0123456789.*?"):
        return fnmatchcase(address, client)
    return None


def covering(exports: Iterable[Export], path: str) -> Export | None:
    """The export that holds this path: the path itself, or the nearest directory above it."""
    inside = [e for e in exports if path == e.path or path.startswith(e.path.rstrip("/") + "/")]
    return max(inside, key=lambda export: len(export.path), default=None)


def linux_line(path: str, addresses: Iterable[str]) -> str:
    """The line for /etc/exports of a Linux server that lets these hosts use the path as an SR.

    `no_root_squash`: the hosts make directories as root; `crossmnt` is not needed, sub-directories of an exported file
    system can be mounted with `no_subtree_check`.
    """
    options = "(rw,sync,no_root_squash,no_subtree_check)"
    return " ".join([path, *(f"{address}{options}" for address in addresses)])
