"""The steps a plan is made of: data that a person reads, a file keeps and the engine carries out.

A step names objects by UUID (references do not survive a coordinator's change of database) and carries their names as
they were, for people. `after` holds the keys of steps that must be done first; everything else may run side by side as
far as the engine's limits allow. Bytes are bytes, seconds are seconds.
"""

from __future__ import annotations

from msgspec import Struct


class Thing(Struct, frozen=True):
    """An object of the pool as a plan names it: the XenAPI class, its UUID, and what people called it."""

    kind: str
    uuid: str
    name: str


class Forecast(Struct, frozen=True, kw_only=True):
    """What a step is expected to cost."""

    memory_bytes: int = 0
    disk_bytes: int = 0
    seconds: float = 0.0
    pause_seconds: float = 0.0


class Step(Struct, frozen=True, kw_only=True, tag_field="step"):
    """What every step has."""

    key: str
    after: tuple[str, ...] = ()
    forecast: Forecast = Forecast()


class Move(Step, frozen=True, kw_only=True, tag="move"):
    """Live-migrate a running guest inside the pool without its disks (VM.pool_migrate)."""

    guest: Thing
    source: Thing
    target: Thing
    network: Thing | None = None


class MoveWithDisks(Step, frozen=True, kw_only=True, tag="move-with-disks"):
    """Migrate a guest together with disks (VM.migrate_send); running, halted or suspended."""

    guest: Thing
    source: Thing | None
    target: Thing
    disks: tuple[tuple[Thing, Thing], ...]
    """Every non-CD disk with the SR it shall be on afterwards, also those that stay."""
    network: Thing | None = None


class MoveDisk(Step, frozen=True, kw_only=True, tag="move-disk"):
    """Move one disk of a running guest to another SR (VDI.pool_migrate)."""

    guest: Thing
    disk: Thing
    target: Thing


class Disable(Step, frozen=True, kw_only=True, tag="disable"):
    """Let no new guest start on a host (host.disable)."""

    host: Thing


class Enable(Step, frozen=True, kw_only=True, tag="enable"):
    """Let guests start on a host again (host.enable)."""

    host: Thing


class Shutdown(Step, frozen=True, kw_only=True, tag="shutdown"):
    """Shut a guest down cleanly (VM.clean_shutdown)."""

    guest: Thing
    host: Thing


class Suspend(Step, frozen=True, kw_only=True, tag="suspend"):
    """Suspend a guest to disk (VM.suspend)."""

    guest: Thing
    host: Thing


class Start(Step, frozen=True, kw_only=True, tag="start"):
    """Start a halted guest on a host (VM.start_on)."""

    guest: Thing
    host: Thing


class Resume(Step, frozen=True, kw_only=True, tag="resume"):
    """Resume a suspended guest on a host (VM.resume_on)."""

    guest: Thing
    host: Thing


class Eject(Step, frozen=True, kw_only=True, tag="eject"):
    """Take the CD out of a guest's drive (VBD.eject)."""

    guest: Thing
    drive: Thing


class PlugPBD(Step, frozen=True, kw_only=True, tag="plug-pbd"):
    """Connect a host to an SR (PBD.plug)."""

    pbd: Thing
    host: Thing
    sr: Thing


class CreateSR(Step, frozen=True, kw_only=True, tag="create-sr"):
    """Create a shared SR on a host and plug it on every host (SR.create, PBD.plug)."""

    host: Thing
    name: str
    kind: str
    device_config: tuple[tuple[str, str], ...]
    content: str = "user"
    make_default: bool = False


class RenameNics(Step, frozen=True, kw_only=True, tag="rename-nics"):
    """Give NICs of a host other names in dom0 (interface-rename over ssh); takes effect at the host's next boot."""

    host: Thing
    names: tuple[tuple[str, str], ...]
    """MAC address and the name it shall have."""


class ForgetPIF(Step, frozen=True, kw_only=True, tag="forget-pif"):
    """Drop XAPI's record of a NIC whose name no longer exists (PIF.forget)."""

    host: Thing
    pif: Thing


class ScanPIFs(Step, frozen=True, kw_only=True, tag="scan-pifs"):
    """Let XAPI find a host's NICs (PIF.scan)."""

    host: Thing


class Reboot(Step, frozen=True, kw_only=True, tag="reboot"):
    """Reboot a disabled, empty host and wait until it is back and enabled (host.reboot)."""

    host: Thing


AnyStep = (
    Move
    | MoveWithDisks
    | MoveDisk
    | Disable
    | Enable
    | Shutdown
    | Suspend
    | Start
    | Resume
    | Eject
    | PlugPBD
    | CreateSR
    | RenameNics
    | ForgetPIF
    | ScanPIFs
    | Reboot
)


class Left(Struct, frozen=True, kw_only=True):
    """A guest that the plan cannot move, why, and what the person may choose."""

    guest: Thing
    reason: str
    choices: tuple[str, ...]


class Plan(Struct, frozen=True, kw_only=True):
    """A wish turned into steps; a file that can be read, compared, approved and carried out later."""

    wish: str
    """The command in words, e.g. `evacuate host xcp1`."""
    pool: Thing
    made_at: float
    """Seconds since the epoch, UTC."""
    steps: tuple[AnyStep, ...]
    left: tuple[Left, ...] = ()
    notes: tuple[str, ...] = ()
    format: int = 1
