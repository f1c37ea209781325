"""Fields that XAPI's checks read and its API hides; a lab or a recording may know them, a client does not.

They come as observations of kind "internal": the subject is the record, the value its hidden fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.once import once_of


@once_of()
def hidden(s: Snapshot) -> Mapping[Ref, Mapping[str, Any]]:
    """Record -> the hidden fields known of it."""
    return {seen.subject: seen.value for seen in s.observations if seen.kind == "internal"}
