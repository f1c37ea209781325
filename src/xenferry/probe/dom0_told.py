"""A host's steps, with what its own tools say of them: they look at more than `SR.probe`, and know why it failed."""

from __future__ import annotations

from msgspec.structs import replace

from xenferry.probe.dom0_look import Dom0Look
from xenferry.probe.dom0_trial import Tried
from xenferry.probe.view import (
    ADMITS,
    ANSWERS,
    DAEMONS,
    LINKS,
    MAKES,
    MOUNTS,
    MOUNTS_BELOW,
    PACKETS,
    RESOLVES,
    ROUTE,
    VERSION,
    WRITES,
    HostView,
    Outcome,
    Step,
    moved,
    named,
    with_step,
)

REASONS = {"access denied": ADMITS, "requested NFS version": VERSION, "not supported": VERSION, "rpcbind": DAEMONS}
"""What mount.nfs says -> the step it means."""
TRIED = (MOUNTS, MAKES, MOUNTS_BELOW, WRITES, LINKS)
"""What a trial in dom0 proves."""
Steps = tuple[Step, ...]


def told(view: HostView, seen: Dom0Look, version: str = "3") -> HostView:
    """The host's view with what dom0 saw."""
    steps = view.steps
    for add in (_name, _route, _daemons, _packets, _reason):
        steps = add(steps, seen, version)
    return replace(view, steps=steps, address=seen.source or view.address, driver=seen.driver)


def worth_trying(view: HostView) -> bool:
    """Is there a server that a mount could reach? Where there is none, trying would only take long."""
    return all(named(view.steps, name).outcome is Outcome.PASSED for name in (RESOLVES, ANSWERS))


def tried(view: HostView, trial: Tried) -> HostView:
    """The view with what became of mounting, making a directory and writing in dom0 itself."""
    steps = view.steps
    for name in TRIED:
        old = named(steps, name)
        if name in trial.went and old.outcome is not Outcome.FAILED:
            steps = with_step(steps, Step(name=name, outcome=Outcome.PASSED, seen="dom0 did it"))
        elif old.outcome is Outcome.UNSEEN and (trial.failed or trial.reason):
            why = "an earlier step failed" if trial.failed else f"dom0 could not try it: {trial.reason}"
            steps = with_step(steps, replace(old, seen=why))
    steps = _tried_in_vain(steps, trial) if trial.failed else steps
    return replace(view, steps=steps, left=trial.left)


def _tried_in_vain(steps: Steps, trial: Tried) -> Steps:
    """The step that failed in dom0; where mount.nfs says which other step it was, that one."""
    meant = next((step for word, step in REASONS.items() if word in trial.reason), "")
    name = meant if trial.failed == MOUNTS and meant else trial.failed
    text = f"dom0 tried it: {trial.reason}"
    bad = next((step for step in steps if step.outcome is Outcome.FAILED), None)
    if bad is not None and bad.name != name:
        return with_step(steps, replace(bad, seen=f"{bad.seen}; {text}"))
    old = named(steps, name)
    seen = f"{old.seen}; {text}" if bad else text
    return with_step(steps, replace(old, outcome=Outcome.FAILED, seen=seen))


def asked_in_vain(view: HostView, why: str) -> HostView:
    """Dom0 could not be asked: the steps that only it could tell of say so."""
    steps = view.steps
    for name in (DAEMONS, PACKETS):
        if named(steps, name).outcome is Outcome.UNSEEN:
            steps = with_step(steps, Step(name=name, outcome=Outcome.UNSEEN, seen=why))
    return replace(view, steps=steps)


def _name(steps: Steps, seen: Dom0Look, version: str) -> Steps:
    old = named(steps, RESOLVES)
    if seen.unresolved and old.outcome is Outcome.FAILED:
        return with_step(steps, replace(old, seen=f"{seen.unresolved}; the driver said: {old.seen}"))
    return with_step(steps, replace(old, seen=seen.address)) if old.outcome is Outcome.PASSED else steps


def _route(steps: Steps, seen: Dom0Look, version: str) -> Steps:
    if seen.unrouted and named(steps, ANSWERS).outcome is Outcome.FAILED:
        return moved(steps, named(steps, ANSWERS), ROUTE, f"dom0 has no route: {seen.unrouted}")
    if not seen.device or named(steps, ROUTE).outcome is Outcome.FAILED:
        return steps
    way = f"dom0 sends from {seen.source or '?'} by {seen.device}, MTU {seen.mtu}"
    text = f"{way}, by {seen.gateway}" if seen.gateway else way
    return with_step(steps, Step(name=ROUTE, outcome=Outcome.PASSED, seen=text))


def _daemons(steps: Steps, seen: Dom0Look, version: str) -> Steps:
    if version.startswith("4"):
        return _unless_seen(steps, DAEMONS, "NFS version 4 needs neither")
    if seen.rpcbind is None:
        return steps
    if seen.rpcbind and seen.mountd:
        offered = f"NFS version {' and '.join(seen.versions)}" if seen.versions else "no NFS"
        return with_step(steps, Step(name=DAEMONS, outcome=Outcome.PASSED, seen=f"port 111 tells of {offered}"))
    quiet = "port 111 knows no mount daemon" if seen.rpcbind else "port 111 does not answer"
    failed = next((step for step in steps if step.outcome is Outcome.FAILED), None)
    if failed and failed.name in (VERSION, MOUNTS):
        return moved(steps, failed, DAEMONS, f"{quiet} to dom0, which NFSv3 needs")
    return _unless_seen(steps, DAEMONS, f"{quiet} to dom0")


def _packets(steps: Steps, seen: Dom0Look, version: str) -> Steps:
    if seen.packets is None:
        return _unless_seen(steps, PACKETS, seen.packets_said or "dom0 does not reach the server")
    outcome = Outcome.PASSED if seen.packets else Outcome.FAILED
    return with_step(steps, Step(name=PACKETS, outcome=outcome, seen=seen.packets_said))


def _reason(steps: Steps, seen: Dom0Look, version: str) -> Steps:
    """What dom0's log says of the mount that failed."""
    failed = named(steps, MOUNTS)
    if failed.outcome is not Outcome.FAILED or not seen.log:
        return steps
    text = f"dom0's SMlog says: {seen.log}"
    meant = next((step for word, step in REASONS.items() if word in seen.log), MOUNTS)
    if meant == MOUNTS or named(steps, meant).outcome is Outcome.PASSED:
        return with_step(steps, replace(failed, seen=f"{failed.seen}; {text}"))
    return moved(steps, failed, meant, text)


def _unless_seen(steps: Steps, name: str, why: str) -> Steps:
    old = named(steps, name)
    return with_step(steps, replace(old, seen=why)) if old.outcome is Outcome.UNSEEN else steps


__all__ = ["asked_in_vain", "told", "tried", "worth_trying"]
