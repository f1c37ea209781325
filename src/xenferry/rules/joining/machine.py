"""What the host is and has when it asks to join."""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.rules.joining.hurdle import Hurdle, Sides, blocks, management
from xenferry.rules.words import listed

UNLICENSED_MAX = 3
"""Hosts of a pool whose licence restricts its size."""


def size(at: Sides) -> Iterator[Hurdle]:
    if at.pool.pool.restrictions.get("restrict_pool_size") == "true" and len(at.pool.hosts) >= UNLICENSED_MAX:
        seen = f"The licence of {at.pool_name} allows {UNLICENSED_MAX} hosts, and it has {len(at.pool.hosts)}."
        yield from blocks(("LICENCE_RESTRICTION", "Pool_size"), seen, "Get a licence without that limit for all hosts.")


def booted(at: Sides) -> Iterator[Hurdle]:
    if management(at.joiner) is None:
        yield from blocks(
            ("HOST_STILL_BOOTING",),
            f"{at.name} has no management interface yet.",
            "Wait until it has booted; else configure one on its console (`xsconsole`).",
        )


def own_ha(at: Sides) -> Iterator[Hurdle]:
    if at.joiner.pool.ha_enabled:
        yield from blocks(("HA_IS_ENABLED",), f"HA is on on {at.name}.", f"On {at.name}: `xe pool-ha-disable`.")


def other_ha(at: Sides) -> Iterator[Hurdle]:
    if at.pool.pool.ha_enabled:
        yield from blocks(
            ("HA_IS_ENABLED",),
            f"HA is on in {at.pool_name}.",
            f"In {at.pool_name}: `xe pool-ha-disable`, and `xe pool-ha-enable` again afterwards.",
        )


def not_itself(at: Sides) -> Iterator[Hurdle]:
    if at.coordinator.uuid == at.host.uuid:
        members = len(at.joiner.hosts) > 1
        text = "Host is already part of a pool" if members else "Host cannot become slave of itself"
        yield from blocks(("OPERATION_NOT_ALLOWED", text), f"{at.name} is the coordinator of {at.pool_name} itself.")


def alone(at: Sides) -> Iterator[Hurdle]:
    if len(at.joiner.hosts) > 1:
        others = listed(host.name_label for host in at.joiner.hosts if host.ref != at.host.ref)
        yield from blocks(
            ("JOINING_HOST_CANNOT_BE_MASTER_OF_OTHER_HOSTS",),
            f"{at.name} is the coordinator of a pool with {others}.",
            "Move the guests of its pool to this one instead: `xenferry migrate --all --to-pool`.",
            "Take the other hosts out of its pool first (`xe pool-eject`); that erases their local disks.",
        )


def guests(at: Sides) -> Iterator[Hurdle]:
    running = [vm for vm in at.joiner.guests if vm.power_state == "Running"]
    if running:
        names = listed(vm.name_label for vm in running)
        yield from blocks(
            ("JOINING_HOST_CANNOT_HAVE_RUNNING_VMS",),
            f"{names} {'runs' if len(running) == 1 else 'run'} on {at.name}.",
            "Move them to the pool first, running: `xenferry migrate --all --to-pool`.",
            "Shut them down, and start them in the pool afterwards.",
        )


def busy_guests(at: Sides) -> Iterator[Hurdle]:
    busy = [vm for vm in at.joiner.VM.values() if vm.current_operations]
    if busy:
        yield from blocks(
            ("JOINING_HOST_CANNOT_HAVE_VMS_WITH_CURRENT_OPERATIONS",),
            f"{at.name} is working on {listed(vm.name_label for vm in busy)}.",
            "Wait until it is done.",
        )


def guidance(at: Sides) -> Iterator[Hurdle]:
    for host in (at.host, at.coordinator):
        if host.pending_guidances:
            what = ", ".join(host.pending_guidances).replace("_", " ")
            yield from blocks(
                ("HOST_PENDING_MANDATORY_GUIDANCE_NOT_EMPTY", host.ref),
                f"After its updates {host.name_label} still has to: {what}.",
                f"Do that on {host.name_label}; a reboot settles everything.",
            )


def shared_srs(at: Sides) -> Iterator[Hurdle]:
    shared = [sr for sr in at.joiner.SR.values() if sr.shared and not sr.is_tools_sr]
    if shared:
        names = listed(f"'{sr.name_label}' ({sr.type})" for sr in shared)
        yield from blocks(
            ("JOINING_HOST_CANNOT_CONTAIN_SHARED_SRS",),
            f"{at.name} has shared storage of its own: {names}; shares with ISO images count.",
            f"Forget it on {at.name} (`xe sr-forget`, nothing on it is lost), and connect it again in the pool.",
        )


def updating(at: Sides) -> Iterator[Hurdle]:
    for s, name in ((at.joiner, at.name), (at.pool, at.pool_name)):
        if "apply_updates" in s.pool.current_operations.values():
            yield from blocks(
                ("NOT_SUPPORTED_DURING_UPGRADE",), f"{name} is being updated.", "Wait until the updates are in."
            )
