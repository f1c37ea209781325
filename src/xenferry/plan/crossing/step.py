"""The steps that bring a guest into another pool, and the destination that they share.

Objects of the other pool are named in `Destination`, disks in `Cargo`, interfaces in `Link`, apart from the step's own
fields: those name objects of the pool that the guest leaves, in which they are looked up.
"""

from __future__ import annotations

from msgspec import Struct

from xenferry.plan.step import Step, Thing


class Destination(Struct, frozen=True, kw_only=True):
    """A host of another pool, and how a run finds that pool again. It holds no password and no session."""

    configured: str
    """The name of the pool in the configuration of whoever planned it; empty: it was planned on a capture."""
    pool: Thing
    host: Thing
    network: Thing | None = None
    """The network there over which everything is sent; None: that of the host's management."""


class Cargo(Struct, frozen=True, kw_only=True):
    """A disk and the SR of the other pool where it shall be. It gets a new UUID there; `device` finds it again."""

    disk: Thing
    device: str
    """The VBD's userdevice, which stays."""
    source: Thing
    target: Thing
    bytes: int = 0
    """What may be copied at most, its snapshots included; 0 where both pools have this SR."""


class Link(Struct, frozen=True, kw_only=True):
    """A network interface of the guest, or of one of its snapshots, and its network in the other pool."""

    vif: Thing
    device: str
    source: Thing
    target: Thing
    of_snapshot: bool = False


class Cross(Step, frozen=True, kw_only=True, tag="cross"):
    """Take a guest with disks, snapshots and identity into another pool (VM.migrate_send)."""

    guest: Thing
    source: Thing | None
    """The host where it runs; None: it is shut down or suspended."""
    there: Destination
    cargo: tuple[Cargo, ...]
    """Every disk that is no CD."""
    links: tuple[Link, ...]


class StartThere(Step, frozen=True, kw_only=True, tag="start-there"):
    """Start a guest in the pool to which it was taken (VM.start_on there)."""

    guest: Thing
    there: Destination
