"""Steps that put a setting or a connection right: what the remedies of findings are made of."""

from __future__ import annotations

from xenferry.plan.step import Step, Thing

Value = str | int | float | None
"""What a field or an entry of a map holds; None: the map has no such entry."""


class PlugPIF(Step, frozen=True, kw_only=True, tag="plug-pif"):
    """Bring a host's network interface up (PIF.plug)."""

    pif: Thing
    host: Thing
    network: Thing


class CreatePBD(Step, frozen=True, kw_only=True, tag="create-pbd"):
    """Give a host the connection to a shared SR that the other hosts have, and plug it (PBD.create, PBD.plug)."""

    host: Thing
    sr: Thing
    like: Thing
    """The PBD of another host: its device configuration is taken over when the step is carried out, so that no
    password stands in a plan."""


class Set(Step, frozen=True, kw_only=True, tag="set"):
    """Give a field, or one entry of a map, another value (VM.set_F; VM.remove_from_F, VM.add_to_F)."""

    what: Thing
    field: str
    entry: str = ""
    """The key in a field that is a map."""
    value: Value
    before: Value


class SetMemory(Step, frozen=True, kw_only=True, tag="set-memory"):
    """Set the range within which XAPI may balloon a guest (VM.set_memory_dynamic_range); bytes."""

    guest: Thing
    low: int
    high: int
    was: tuple[int, int]


class SetTracking(Step, frozen=True, kw_only=True, tag="set-tracking"):
    """Switch changed block tracking of a disk on or off (VDI.enable_cbt, VDI.disable_cbt)."""

    guest: Thing
    vdi: Thing
    on: bool


class SetDefaultSR(Step, frozen=True, kw_only=True, tag="set-default-sr"):
    """New disks go to this SR where nobody names one (pool.set_default_SR)."""

    sr: Thing
    former: Thing | None
    """None: the pool had no default SR."""


SETTABLE = frozenset(
    {
        ("VM", "blocked_operations"),
        ("VM", "other_config"),
        ("VM", "ha_restart_priority"),
        ("VM", "actions_after_crash"),
        ("VM", "HVM_shadow_multiplier"),
        ("VM", "VCPUs_max"),
        ("pool", "other_config"),
    }
)
"""What `Set` may touch: (class, field). A plan from a file that asks for anything else is refused."""
