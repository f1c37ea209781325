"""The return ticket of a host in maintenance: who lived there, and in what state each was left.

It is kept in the host's other_config under the keys that XenCenter writes and reads, so that either tool can bring the
guests home after the other (XenAdmin, XenModel/XenAPI-Extensions/Host.cs: three comma-separated lists of VM UUIDs, and
MAINTENANCE_MODE = "true").
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from xenferry.plan.steps import SetTicket

MODE = "MAINTENANCE_MODE"
MIGRATED = "MAINTENANCE_MODE_EVACUATED_VMS_MIGRATED"
HALTED = "MAINTENANCE_MODE_EVACUATED_VMS_HALTED"
SUSPENDED = "MAINTENANCE_MODE_EVACUATED_VMS_SUSPENDED"
KEYS = (MODE, MIGRATED, HALTED, SUSPENDED)


class Ticket(Struct, frozen=True):
    """UUIDs of the guests that were moved away, shut down and suspended."""

    migrated: tuple[str, ...] = ()
    halted: tuple[str, ...] = ()
    suspended: tuple[str, ...] = ()


def read(other_config: Mapping[str, str]) -> Ticket | None:
    """The ticket in a host's other_config; None when the host carries none."""
    if not any(key in other_config for key in KEYS):
        return None
    return Ticket(*(_uuids(other_config.get(key, "")) for key in (MIGRATED, HALTED, SUSPENDED)))


def entries(step: SetTicket) -> dict[str, str]:
    """What a host's other_config holds once the ticket is written."""
    lists = {MIGRATED: step.migrated, HALTED: step.halted, SUSPENDED: step.suspended}
    return {MODE: "true"} | {key: ",".join(guest.uuid for guest in guests) for key, guests in lists.items()}


def _uuids(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(uuid.strip() for uuid in text.split(",") if uuid.strip()))
