"""Third and fifth scene: disks to the NAS, then every guest that can move to the other host and back."""

from __future__ import annotations

from xenferry.cli.demo.nas import NAME
from xenferry.cli.demo.play import Astray, Play
from xenferry.cli.frame.paper import say
from xenferry.plan.migrate import migrate
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot


def movable(snapshot: Snapshot) -> list[Ref]:
    """Running guests that may go to another host."""
    from xenferry.rules.matrix import matrix

    judged = matrix(snapshot)
    return [vm.ref for vm in snapshot.guests if vm.power_state == "Running" and judged.allowed(vm)]


def names(snapshot: Snapshot, guests: list[Ref]) -> str:
    """For a command line."""
    return " ".join(snapshot.VM[ref].name_label for ref in guests)


async def to_shared(play: Play) -> None:
    """Move the disks of every guest to the NAS while it runs, cold ones as they are."""
    play.scene("The disks move to the NAS while their guests run")
    snapshot = await play.look()
    sr = next(sr for sr in snapshot.SR.values() if sr.name_label == NAME)
    everybody = [vm.ref for vm in snapshot.guests]
    say(f"$ xenferry migrate {names(snapshot, everybody)} --sr {NAME}", style="dim")
    await play.carry_out(migrate(snapshot, everybody, sr=sr.ref))


async def take_disks_along(play: Play) -> None:
    """One guest had no room to move its disks at home and a CD in its drive: it takes them along to the other host."""
    play.scene("A guest and its disks move together, once its CD is out of the drive")
    snapshot = await play.look()
    guest = next(vm for vm in snapshot.guests if vm.name_label == "accounting")
    target = next(host for host in snapshot.hosts if host.ref != guest.resident_on)
    drive = next(vbd for vbd in snapshot.VBD.values() if guest.ref == vbd.VM and vbd.type == "CD" and not vbd.empty)
    say(f"$ xe vbd-eject uuid={drive.uuid}", style="dim")
    await play.pool.call("VBD.eject", drive.ref)
    sr = next(sr for sr in snapshot.SR.values() if sr.name_label == NAME)
    say(f"$ xenferry migrate accounting --to {target.name_label} --sr {NAME}", style="dim")
    await play.carry_out(migrate(await play.look(), [guest.ref], target=target.ref, sr=sr.ref))


async def there_and_back(play: Play) -> None:
    """Every movable guest to the other host and home again, live; then one cold."""
    play.scene("Every guest that can moves to the other host, live, and back")
    snapshot = await play.look()
    home = {vm.ref: vm.resident_on for vm in snapshot.guests}
    guests = movable(snapshot)
    if not guests:
        raise Astray("no guest can move, although everything was cured")
    say(f"$ xenferry migrate {names(snapshot, guests)}", style="dim")
    await play.carry_out(migrate(snapshot, guests))
    for host in snapshot.hosts:
        own = [ref for ref in guests if home[ref] == host.ref]
        if own:
            now = await play.look()
            say(f"$ xenferry migrate {names(now, own)} --to {host.name_label}", style="dim")
            await play.carry_out(migrate(now, own, target=host.ref))
    await _cold(play)


async def _cold(play: Play) -> None:
    play.scene("One moves cold: shut down, started on the other host")
    snapshot = await play.look()
    guest = next(vm for vm in snapshot.guests if vm.name_label == "oldweb")
    target = next(host for host in snapshot.hosts if host.ref != guest.resident_on)
    say(f"$ xenferry migrate oldweb --to {target.name_label} --cold", style="dim")
    await play.carry_out(migrate(snapshot, [guest.ref], target=target.ref, cold=True))
