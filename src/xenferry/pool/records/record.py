"""What every record has."""

from typing import NewType

from msgspec import Struct

Ref = NewType("Ref", str)

NULL = Ref("OpaqueRef:NULL")


class Record(Struct, frozen=True, kw_only=True, gc=False):
    """What every record has. `ref` is its key in the table it came from, set on loading."""

    ref: Ref = NULL
    uuid: str = ""
