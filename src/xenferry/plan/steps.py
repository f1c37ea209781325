"""The steps a plan is made of: data that a person reads, a file keeps and the engine carries out.

A step names objects by UUID (references do not survive a coordinator's change of database) and carries their names as
they were, for people. `after` holds the keys of steps that must be done first; everything else may run side by side as
far as the engine's limits allow. Bytes are bytes, seconds are seconds.
"""

from __future__ import annotations

from msgspec import Struct

from xenferry.plan.cabling import DropBond as DropBond
from xenferry.plan.cabling import DropTunnel as DropTunnel
from xenferry.plan.cabling import DropVLAN as DropVLAN
from xenferry.plan.cabling import FollowNIC as FollowNIC
from xenferry.plan.cabling import MakeBond as MakeBond
from xenferry.plan.cabling import MakeTunnel as MakeTunnel
from xenferry.plan.cabling import MakeVLAN as MakeVLAN
from xenferry.plan.cabling import Management as Management
from xenferry.plan.cabling import SetUpPIF as SetUpPIF
from xenferry.plan.crossing.step import Cargo as Cargo
from xenferry.plan.crossing.step import Cross as Cross
from xenferry.plan.crossing.step import Destination as Destination
from xenferry.plan.crossing.step import Link as Link
from xenferry.plan.crossing.step import StartThere as StartThere
from xenferry.plan.mending import SETTABLE as SETTABLE
from xenferry.plan.mending import CreatePBD as CreatePBD
from xenferry.plan.mending import PlugPIF as PlugPIF
from xenferry.plan.mending import Set as Set
from xenferry.plan.mending import SetDefaultSR as SetDefaultSR
from xenferry.plan.mending import SetMemory as SetMemory
from xenferry.plan.mending import SetTracking as SetTracking
from xenferry.plan.mending import Value as Value
from xenferry.plan.schedule.limits import Limits
from xenferry.plan.step import Forecast as Forecast
from xenferry.plan.step import Step as Step
from xenferry.plan.step import Thing as Thing


class Disk(Struct, frozen=True, kw_only=True):
    """One disk of a guest and the SR it shall be on afterwards; `source` equals `target` when it stays.

    XAPI gives a moved disk a new UUID, so `device` (the VBD's userdevice) is what finds it again.
    """

    disk: Thing
    device: str
    source: Thing
    target: Thing
    bytes: int = 0
    """What of it may move at most; 0 when it stays."""


class Move(Step, frozen=True, kw_only=True, tag="move"):
    """Live-migrate a running guest inside the pool without its disks (VM.pool_migrate)."""

    guest: Thing
    source: Thing
    target: Thing
    network: Thing | None = None
    compress: bool = False
    """Ask XAPI to compress its memory on the wire; False leaves it to the pool's setting."""
    pause_limit: float | None = None
    """Seconds that the guest may stand still: it is stopped before its pause if that would be longer."""


class MoveWithDisks(Step, frozen=True, kw_only=True, tag="move-with-disks"):
    """Migrate a guest together with disks (VM.migrate_send); running, halted or suspended."""

    guest: Thing
    source: Thing | None
    target: Thing
    disks: tuple[Disk, ...]
    """Every non-CD disk, also those that stay."""
    network: Thing | None = None


class MoveDisk(Step, frozen=True, kw_only=True, tag="move-disk"):
    """Move one disk of a running guest to another SR (VDI.pool_migrate)."""

    guest: Thing
    disk: Disk


class Disable(Step, frozen=True, kw_only=True, tag="disable"):
    """Let no new guest start on a host (host.disable)."""

    host: Thing
    stays: bool = False
    """Also after a reboot of the host, where XAPI can do that (25.31 and later)."""


class Enable(Step, frozen=True, kw_only=True, tag="enable"):
    """Let guests start on a host again (host.enable)."""

    host: Thing


class SetTicket(Step, frozen=True, kw_only=True, tag="set-ticket"):
    """Write a host's return ticket into its other_config, under the keys that XenCenter reads too."""

    host: Thing
    migrated: tuple[Thing, ...] = ()
    halted: tuple[Thing, ...] = ()
    suspended: tuple[Thing, ...] = ()


class ClearTicket(Step, frozen=True, kw_only=True, tag="clear-ticket"):
    """Take a host's return ticket out of its other_config."""

    host: Thing


class Shutdown(Step, frozen=True, kw_only=True, tag="shutdown"):
    """Shut a guest down cleanly (VM.clean_shutdown)."""

    guest: Thing
    host: Thing
    toward: Destination | None = None
    """Where it is taken next: it goes on running while that host cannot take it."""


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
    """Put a shared SR into the pool and plug it on every host (SR.create or SR.introduce, PBD.create, PBD.plug)."""

    host: Thing
    name: str
    kind: str
    device_config: tuple[tuple[str, str], ...]
    content: str = "user"
    make_default: bool = False
    uuid: str = ""
    """Of an SR that is on the storage already: it is attached with all that is in it. Empty: a new one is made."""


class RenameNics(Step, frozen=True, kw_only=True, tag="rename-nics"):
    """Give NICs of a host other names in dom0 (interface-rename over ssh); takes effect at the host's next boot."""

    host: Thing
    names: tuple[tuple[str, str], ...]
    """MAC address and the name it shall have."""
    management: Management | None = None
    """When the management NIC is among them: its configuration under the new name. XAPI then builds all its records
    of this host's networks anew at the boot, as after `xe-reset-networking`."""


class MoveVIF(Step, frozen=True, kw_only=True, tag="move-vif"):
    """Plug a guest's network interface into another network of the pool (VIF.move)."""

    guest: Thing
    vif: Thing
    network: Thing


class ForgetPIF(Step, frozen=True, kw_only=True, tag="forget-pif"):
    """Drop XAPI's record of a NIC whose name no longer exists (PIF.forget)."""

    host: Thing
    pif: Thing


class ScanPIFs(Step, frozen=True, kw_only=True, tag="scan-pifs"):
    """Let XAPI find a host's NICs (PIF.scan)."""

    host: Thing


class Reboot(Step, frozen=True, kw_only=True, tag="reboot"):
    """Reboot a disabled, empty host and wait until it is back (host.reboot)."""

    host: Thing
    booted: str
    """The host's other_config["boot_time"] when the plan was made: another value there means it was rebooted. If empty,
    nothing shows it, and a person has to."""
    ordered: bool = False
    """An earlier step makes dom0 reboot by itself: only wait until the host is back."""


class Hook(Step, frozen=True, kw_only=True, tag="hook"):
    """Run a command of the machine on which xenferry runs, for one empty host; it must bear being run twice."""

    host: Thing
    command: str
    """For the shell. The environment names the host: XENFERRY_HOST, XENFERRY_HOST_UUID, XENFERRY_ADDRESS."""


AnyStep = (
    Move
    | MoveWithDisks
    | MoveDisk
    | Disable
    | Enable
    | SetTicket
    | ClearTicket
    | Shutdown
    | Suspend
    | Start
    | Resume
    | Eject
    | PlugPBD
    | CreateSR
    | RenameNics
    | MoveVIF
    | ForgetPIF
    | ScanPIFs
    | Reboot
    | Hook
    | PlugPIF
    | CreatePBD
    | Set
    | SetMemory
    | SetTracking
    | SetDefaultSR
    | DropTunnel
    | DropVLAN
    | DropBond
    | MakeBond
    | MakeTunnel
    | MakeVLAN
    | SetUpPIF
    | FollowNIC
    | Cross
    | StartThere
)


MOVED = "moved"


class Hindrance(Struct, frozen=True):
    """One reason why a guest cannot be moved, a sentence, and how it is cured, best first."""

    text: str
    cures: tuple[str, ...] = ()


class Left(Struct, frozen=True, kw_only=True):
    """A guest that the plan cannot move (or another object it cannot put right), why, and what may be chosen."""

    guest: Thing
    reason: str
    choices: tuple[str, ...]
    """What may be chosen (`shutdown`, `suspend`, `eject`, `leave`: the options of these names) or done."""
    reasons: tuple[Hindrance, ...] = ()
    """`reason` in its parts."""


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
    """What a person should know: assumptions of the forecast, guests that need nothing."""
    totals: Forecast = Forecast()
    """Of all steps: bytes summed, seconds as they run side by side, the longest pause."""
    limits: Limits = Limits()
    """How much may happen at once."""
    at_least_seconds: float = 0.0
    """What these steps take at least, whatever their order; 0 where that was not looked for."""
    empties: Thing | None = None
    """The host that is meant to be empty afterwards: then the guests left stay there, and it will not be."""
    deed: str = MOVED
    """What the plan would have done with those `left`, as a participle."""
    format: int = 1
