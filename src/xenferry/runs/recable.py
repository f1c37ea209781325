"""The calls behind the steps of `plan.cabling`; part of `do`, which alone changes a pool."""

from __future__ import annotations

from xenferry.plan import cabling as c
from xenferry.plan import cabling_state as state
from xenferry.plan.step import Thing
from xenferry.plan.things import find
from xenferry.pool import records as r
from xenferry.pool.snapshot import Snapshot
from xenferry.runs.mend import Unable
from xenferry.runs.port import PoolPort


async def recable(step: state.Step, pool: PoolPort, snapshot: Snapshot) -> None:
    """Carry the step out; on return it is done.

    Raises:
        Unable: the host has no NIC of that MAC address, or no VLAN of that tag on it.
        Gone, XapiError, Unreachable: as `do.begin`.
    """
    match step:
        case c.DropVLAN():
            vlan = state.vlan(snapshot, step.host, step.nic, step.vlan)
            if vlan is not None:
                await pool.call("VLAN.destroy", vlan.ref)
        case c.DropBond():
            bond = state.bond(snapshot, step.host, step.members)
            if bond is not None:
                await pool.call("Bond.destroy", bond.ref)
        case c.DropTunnel():
            tunnel = state.tunnel(snapshot, step.host, step.network)
            if tunnel is not None:
                await pool.call("tunnel.destroy", tunnel.ref)
        case c.MakeTunnel():
            await _tunnel(step, pool, snapshot)
        case c.MakeBond():
            nics = [_nic(snapshot, step.host, mac).ref for mac in step.members]
            network = find(snapshot, step.network)
            await pool.call("Bond.create", network, nics, step.mac, step.mode, dict(step.properties))
        case c.MakeVLAN():
            below = state.base(snapshot, step.host, step.nic) or _nic(snapshot, step.host, step.nic)
            await pool.call("VLAN.create", below.ref, step.vlan, find(snapshot, step.network))
        case c.SetUpPIF():
            await _set_up(step, pool, _pif(snapshot, step.host, step.nic, step.vlan))
        case c.FollowNIC():
            target = _pif(snapshot, step.host, step.nic, step.vlan)
            await pool.call("VIF.move", find(snapshot, step.vif), target.network)


async def _tunnel(step: c.MakeTunnel, pool: PoolPort, snapshot: Snapshot) -> None:
    """Made unless it is there, as it is when only its settings could not be given before."""
    there = state.tunnel(snapshot, step.host, step.network)
    if there is None:
        below = _pif(snapshot, step.host, step.nic, step.vlan)
        made = await pool.call("tunnel.create", below.ref, find(snapshot, step.network), step.protocol)
    else:
        made = there.ref
    if step.other_config:
        await pool.call("tunnel.set_other_config", made, dict(step.other_config))


async def _set_up(step: c.SetUpPIF, pool: PoolPort, pif: r.PIF) -> None:
    differing = state.differing(step, pif)
    if "other_config" in differing:
        await pool.call("PIF.set_other_config", pif.ref, dict(step.other_config))
    if "address" in differing:
        fixed = (step.ip, step.netmask, step.gateway, state.servers(step.dns, 4))
        await pool.call("PIF.reconfigure_ip", pif.ref, step.mode, *(fixed if step.mode == "Static" else [""] * 4))
    if "address6" in differing:
        fixed6 = (step.ip6, step.gateway6, state.servers(step.dns, 6))
        await pool.call("PIF.reconfigure_ipv6", pif.ref, step.mode6, *(fixed6 if step.mode6 == "Static" else [""] * 3))
    if "plugged" in differing:
        await pool.call("PIF.plug", pif.ref)
    if "pinned" in differing:
        await pool.call("PIF.set_disallow_unplug", pif.ref, step.pinned)


def _nic(snapshot: Snapshot, host: Thing, mac: str) -> r.PIF:
    found = state.physical(snapshot, host, mac)
    if found is None:
        raise Unable(f"XAPI has no NIC with MAC address {mac} on host {host.name}; look at `interface-rename --list`")
    return found


def _pif(snapshot: Snapshot, host: Thing, mac: str, vlan: int) -> r.PIF:
    nic = _nic(snapshot, host, mac)
    found = state.pif(snapshot, host, mac, vlan)
    if found is None:
        raise Unable(f"there is no VLAN {vlan} on {nic.device} of host {host.name}")
    return found
