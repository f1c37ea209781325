"""Where the SR that an error is about is connected: evidence that several articles weigh."""

from __future__ import annotations

from typing import Any

from xenferry.errors.evidence import UNSEEN, Evidence, contradicts, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading


def sr_of(reading: Reading, look: Look) -> Any:
    """The record of the SR that the text names, or on which the disk lies that it names; None if neither is known."""
    if (sr := look.record(reading, "SR", "sr")) is not None or look.snapshot is None:
        return sr
    vdi = look.record(reading, "VDI", "vdi")
    return look.snapshot.SR.get(vdi.SR) if vdi is not None else None


def unplugged(reading: Reading, look: Look) -> Evidence:
    """Hosts on which the SR is not plugged speak for it; that it is plugged everywhere decides nothing."""
    found = only_plugs(reading, look)
    return found if found.verdict == "supports" else UNSEEN


def only_plugs(reading: Reading, look: Look) -> Evidence:
    """The same for a cause that is about plugs alone: one that is plugged everywhere speaks against it."""
    sr = sr_of(reading, look)
    if sr is None or look.snapshot is None:
        return UNSEEN
    known, plugged = look.snapshot.with_pbd.get(sr.ref), look.snapshot.with_sr_plugged.get(sr.ref)
    connected = {host.ref for host in look.snapshot.hosts_in(plugged)} if plugged else set()
    recorded = look.snapshot.hosts_in(known) if known else ()
    away = [host.name_label for host in recorded if host.ref not in connected]
    if away:
        return supports(f"The SR '{sr.name_label}' is not connected on {', '.join(away)}.")
    if recorded:
        return contradicts(f"The SR '{sr.name_label}' is connected on every host that knows it.")
    return UNSEEN
