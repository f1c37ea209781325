"""What earlier runs of a pool taught about how long its migrations take, for the forecast of the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xenferry.cli.frame.source import Source
    from xenferry.plan.forecast import Model
    from xenferry.pool.snapshot import Snapshot


def model_of(source: Source, snapshot: Snapshot) -> Model:
    """From the journal of a live pool; a lab and a capture have no earlier runs."""
    from xenferry.plan.forecast import ASSUMED

    if source.lab or source.capture:
        return ASSUMED
    from xenferry.cli.frame.driving import open_journal
    from xenferry.runs.experience import learn

    journal = open_journal(source)
    try:
        return learn(journal, snapshot.pool.uuid)
    finally:
        journal.close()
