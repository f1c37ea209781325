"""How much may happen at once: what XAPI and the storage stand, and what each host's migration link carries."""

from __future__ import annotations

from msgspec import Struct


class Limits(Struct, frozen=True, kw_only=True):
    """How much may happen at once. A link carries as much in either direction at the same time."""

    links: dict[str, float] = {}
    """Host's UUID -> bits per second of the link its migrations use; a host without an entry is counted by moves."""
    per_host: int = 2
    """Moves into a host whose link is not known, and as many out of it; more make each guest's pause longer."""
    most_per_host: int = 4
    """The same where the link is known, however fast it is: xenopsd has four workers (`worker-pool-size`); a further
    migration waits for one of them, its guest locked and its memory reserved meanwhile."""
    storage_per_host: int = 3
    """Moves with disks on one host: XAPI itself refuses a fourth."""


USUAL = Limits()
