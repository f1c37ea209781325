"""What a rule says: a finding, in words for the person who has to act, with XAPI's own answer where it has one."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from xenferry.pool.records import Ref

Error = tuple[str, ...]
"""XAPI's answer: the code, then its parameters in order."""


class Severity(StrEnum):
    """How bad it is for whoever wants to move guests."""

    BLOCKS = "blocks"
    """XAPI refuses: a guest cannot go to the hosts named."""
    RISK = "risk"
    """XAPI allows it, and people suffer from it."""
    NOTE = "note"
    """Worth knowing; nothing has to be done."""
    UNKNOWN = "unknown"
    """Could not be judged from this snapshot; `cure` says what to collect."""


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that stands in the way, on one object.

    Texts are plain and hold names from the pool: escape them before showing.
    """

    code: str
    """The rule's code, e.g. `disk-not-on-host`; its meaning never changes."""
    severity: Severity
    subject: Ref
    """Whom it concerns: a guest, a host, an SR, a network or the pool."""
    cause: Ref
    """The object to look at or change (a VBD, VIF, PBD, PIF, ...); may equal `subject`."""
    hosts: tuple[Ref, ...] = ()
    """The hosts it speaks about: those that refuse the guest, or those that are affected."""
    seen: str
    """One sentence: what was seen, on which object, by name."""
    cures: tuple[str, ...] = ()
    """What to do, best first, each an imperative sentence with the exact command or setting."""
    error: Error = ()
    """XAPI's own answer for the first of `hosts`; empty where XAPI does not check this."""
