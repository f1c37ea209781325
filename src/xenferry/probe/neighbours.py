"""What switches say of themselves to a host (LLDP), as dom0's `lldpctl -f json` prints it.

dom0 has that program only where somebody installed lldpd. Its JSON comes in two forms, with and without lists where
there is one thing only; both are read, and what is not understood is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from xenferry.pool.neighbour import Neighbour


def read(text: str) -> dict[str, Neighbour]:
    """Kernel name of a NIC -> its neighbour, of what `lldpctl -f json` printed.

    Raises:
        ValueError: that is no JSON.
    """
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise ValueError(f"lldpctl printed what is no JSON: {error}") from None
    lldp = found.get("lldp") if isinstance(found, dict) else None
    ports = lldp.get("interface") if isinstance(lldp, dict) else None
    return {name: _neighbour(about) for name, about in _named(ports)}


def _named(ports: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for each in ports if isinstance(ports, list) else [ports]:
        for name, about in each.items() if isinstance(each, dict) else ():
            if isinstance(about, dict):
                yield name, about


def _neighbour(about: dict[str, Any]) -> Neighbour:
    chassis, port = _first(about.get("chassis")), _first(about.get("port"))
    switch = next(iter(chassis), "")
    named = switch if isinstance(chassis.get(switch), dict) and switch != "id" else _value(chassis.get("id"))
    return Neighbour(named, _value(port.get("id")) or _value(port.get("descr")), _untagged(about.get("vlan")))


def _untagged(vlans: Any) -> int:
    for each in vlans if isinstance(vlans, list) else [vlans]:
        if isinstance(each, dict) and each.get("pvid") and str(each.get("vlan-id", "")).isdecimal():
            return int(each["vlan-id"])
    return -1


def _first(value: Any) -> dict[str, Any]:
    found = value[0] if isinstance(value, list) and value else value
    return found if isinstance(found, dict) else {}


def _value(value: Any) -> str:
    """A text, or the `value` of a pair of type and value."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("value", "")
    return value if isinstance(value, str) else ""
