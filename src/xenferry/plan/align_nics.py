"""Give NICs on the same cable the same name on every host, so that XAPI sees one network where there is one.

XAPI's own tables follow names only, so the cure is a renaming in dom0, which takes effect when the host boots. One host
after the other, those without running guests first, the coordinator last. A renamed management NIC takes its address
along. Guests' interfaces that were plugged into the misnamed network move to the right one.
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.plan import steps as s
from xenferry.plan.draft import Draft, timed
from xenferry.plan.naming import Rename, renames
from xenferry.plan.things import thing
from xenferry.pool import records as r
from xenferry.pool.records import NULL, Ref
from xenferry.pool.snapshot import Snapshot

REBOOT_SECONDS = 300.0
"""What a host's reboot is assumed to take."""


def align_nics(snapshot: Snapshot, *, shut_down: bool = False) -> s.Plan:
    """The plan that makes names and cables agree.

    Args:
        snapshot: the pool.
        shut_down: guests that still run on a host to be rebooted are shut down and started again; otherwise such a
            host is left as it is, and its guests are named.
    """
    draft = Draft(snapshot, "give NICs on the same cable the same name on every host")
    wanted = renames(snapshot)
    by_host: dict[Ref, list[Rename]] = {}
    for rename in wanted:
        by_host.setdefault(snapshot.PIF[rename.nic].host, []).append(rename)
    last: tuple[str, ...] = ()
    for host in sorted(by_host, key=lambda ref: _order(snapshot, ref)):
        last = _align(draft, host, by_host[host], last, shut_down=shut_down)
    return draft.finish()


def _order(snapshot: Snapshot, host: Ref) -> tuple[bool, int]:
    return host == snapshot.pool.master, len(_running(snapshot, host))


def _running(snapshot: Snapshot, host: Ref) -> list[r.VM]:
    return [vm for vm in snapshot.guests if vm.resident_on == host and vm.power_state != "Halted"]


def _align(
    draft: Draft, host: Ref, renaming: list[Rename], after: tuple[str, ...], *, shut_down: bool
) -> tuple[str, ...]:
    """Plan one host; the keys that the next host has to wait for."""
    if not _possible(draft, host, renaming, shut_down=shut_down):
        return after
    for rename in renaming:
        draft.note(_say(draft.snapshot, rename))
    name = draft.host(host)
    key = f"{name.uuid[:8]}"
    stopped = [draft.add(_shut_down(draft, vm, after)) for vm in _running(draft.snapshot, host)]
    disabled = draft.add(s.Disable(key=f"disable-{key}", after=after, host=name))
    renamed = draft.add(
        s.RenameNics(
            key=f"rename-{key}",
            after=(disabled, *stopped),
            host=name,
            names=tuple((draft.snapshot.PIF[item.nic].MAC, item.new) for item in renaming),
            management=_management(draft.snapshot, renaming),
        )
    )
    return _settle(draft, host, renaming, draft.add(timed(_reboot(draft, host, renaming, renamed), REBOOT_SECONDS)))


def _reboot(draft: Draft, host: Ref, renaming: list[Rename], renamed: str) -> s.Reboot:
    """With the management NIC among the renamed, dom0 reboots itself: the toolstack is down by then."""
    return s.Reboot(
        key=f"reboot-{draft.host(host).uuid[:8]}",
        after=(renamed,),
        host=draft.host(host),
        booted=draft.snapshot.host[host].other_config.get("boot_time", ""),
        ordered=_management(draft.snapshot, renaming) is not None,
    )


def _settle(draft: Draft, host: Ref, renaming: list[Rename], rebooted: str) -> tuple[str, ...]:
    """After the boot: records of NICs that are no more go, the others are found, guests' interfaces follow."""
    name = draft.host(host)
    key = f"{name.uuid[:8]}"
    gone = [draft.add(step) for step in _forget(draft, host, renaming, rebooted)]
    found = draft.add(s.ScanPIFs(key=f"scan-{key}", after=(rebooted, *gone), host=name))
    moved = [draft.add(step) for step in _follow(draft, host, renaming, found)]
    enabled = draft.add(s.Enable(key=f"enable-{key}", after=(found, *moved), host=name))
    for vm in _running(draft.snapshot, host):
        draft.add(s.Start(key=f"start-{vm.uuid}", after=(enabled,), guest=draft.guest(vm), host=name))
    return (enabled,)


def _possible(draft: Draft, host: Ref, renaming: list[Rename], *, shut_down: bool) -> bool:
    """May this host be renamed by us at all? If not, the draft says why."""
    snapshot = draft.snapshot
    name = snapshot.host[host].name_label
    if not snapshot.host[host].other_config.get("boot_time"):
        draft.note(
            f"{name}: XAPI does not say when it was booted (other-config:boot_time), so that its reboot could not be "
            "told; restart its toolstack (xe-toolstack-restart) and plan anew."
        )
        return False
    for rename in renaming:
        nic = snapshot.PIF[rename.nic]
        if nic.VLAN_slave_of or nic.bond_slave_of != NULL:
            draft.note(
                f"{name}: {nic.device} carries a VLAN or belongs to a bond, which would have to be built anew. "
                "xenferry does not do that; rename it by hand, or remove the VLAN or bond first."
            )
            return False
    guests = _running(snapshot, host)
    for vm in guests:
        if not shut_down or vm.power_state != "Running":
            draft.leave(
                vm,
                f"{vm.name_label} is {vm.power_state.lower()} on {name}, which has to reboot",
                (f"move it away first: xenferry evacuate {name}", "let it be shut down and started again: --shut-down"),
            )
    return not guests or (shut_down and all(vm.power_state == "Running" for vm in guests))


def _shut_down(draft: Draft, vm: r.VM, after: tuple[str, ...]) -> s.Shutdown:
    return s.Shutdown(key=f"stop-{vm.uuid}", after=after, guest=draft.guest(vm), host=draft.host(vm.resident_on))


def _management(snapshot: Snapshot, renaming: list[Rename]) -> s.Management | None:
    for rename in renaming:
        nic = snapshot.PIF[rename.nic]
        if nic.management:
            mode = "dhcp" if nic.ip_configuration_mode == "DHCP" else "static"
            own = (nic.IP, nic.netmask, nic.gateway, nic.DNS) if mode == "static" else ("", "", "", "")
            return s.Management(device=rename.new, mode=mode, ip=own[0], netmask=own[1], gateway=own[2], dns=own[3])
    return None


def _forget(draft: Draft, host: Ref, renaming: list[Rename], rebooted: str) -> Iterator[s.ForgetPIF]:
    """The records under names that no NIC of the host has afterwards; with the management NIC XAPI drops all itself."""
    snapshot = draft.snapshot
    if _management(snapshot, renaming) is not None:
        return
    kept = {rename.new for rename in renaming}
    for rename in renaming:
        if rename.old not in kept:
            pif = thing(snapshot, "PIF", rename.nic)
            yield s.ForgetPIF(key=f"forget-{pif.uuid}", after=(rebooted,), host=draft.host(host), pif=pif)


def _follow(draft: Draft, host: Ref, renaming: list[Rename], found: str) -> Iterator[s.MoveVIF]:
    """Guests' interfaces on a renamed NIC's old network go where the NIC went.

    Concerned are the guests that live on this host, and, when no other host is on the old network, everyone's.
    """
    snapshot = draft.snapshot
    for rename in renaming:
        old = snapshot.network.get(snapshot.PIF[rename.nic].network)
        new = _network_named(snapshot, rename.new, besides=host)
        if old is None or new is None or old.ref == new.ref:
            continue
        alone = all(snapshot.PIF[pif].host == host for pif in old.PIFs if pif in snapshot.PIF)
        for vif in (snapshot.VIF[ref] for ref in old.VIFs if ref in snapshot.VIF):
            vm = snapshot.VM.get(vif.VM)
            if vm is not None and (alone or vm.resident_on == host) and not vm.is_a_snapshot:
                yield s.MoveVIF(
                    key=f"follow-{vif.uuid}",
                    after=(found,),
                    guest=draft.guest(vm),
                    vif=s.Thing("VIF", vif.uuid, vif.device),
                    network=thing(snapshot, "network", new.ref),
                )


def _network_named(snapshot: Snapshot, device: str, *, besides: Ref) -> r.Network | None:
    """The network in which another host's NIC of this name is."""
    for pif in snapshot.PIF.values():
        if pif.physical and pif.device == device and pif.host != besides:
            return snapshot.network.get(pif.network)
    return None


def _say(snapshot: Snapshot, rename: Rename) -> str:
    nic = snapshot.PIF[rename.nic]
    others = [
        f"{snapshot.PIF[ref].device} of {snapshot.name(snapshot.PIF[ref].host)}"
        for ref in rename.cable.nics
        if ref != rename.nic
    ]
    reason = f" like {', '.join(others)} ({rename.cable.why})" if others else ": its name is needed for another NIC"
    return f"{rename.old} of {snapshot.name(nic.host)} ({nic.MAC}) becomes {rename.new}{reason}"
