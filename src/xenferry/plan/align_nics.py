"""Give NICs on the same cable the same name on every host, so that XAPI sees one network where there is one.

XAPI's own tables follow names only, so the cure is a renaming in dom0, which takes effect when the host boots. The
renaming is the smallest there is; what cannot be told is asked. VLANs and bonds that guests use and a host lacks are
made; then one host after the other is emptied, renamed, rebooted, and what its NICs carried is built anew.
"""

from __future__ import annotations

from collections.abc import Mapping

from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.plan.judgement import judge as usual
from xenferry.plan.mobility import Judge
from xenferry.plan.things import thing
from xenferry.plan.wiring.asking import questions
from xenferry.plan.wiring.course import Course
from xenferry.plan.wiring.supply import supply
from xenferry.plan.wiring.wires import Rename, find, renaming
from xenferry.pool.nics import SURE
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot


def align_nics(
    snapshot: Snapshot,
    *,
    shut_down: bool = False,
    told: Mapping[Ref, str] | None = None,
    judge: Judge = usual,
) -> s.Plan:
    """The plan that makes names and cables agree.

    Args:
        snapshot: the pool.
        shut_down: guests that cannot leave a host to be rebooted are shut down and started again; otherwise such a
            host is left as it is, and its guests are named.
        told: NIC -> the name that its cable shall have everywhere, where the pool does not tell.
        judge: makes the judgement of a snapshot.

    Raises:
        ValueError: one name is wanted for two cables.
    """
    draft = Draft(snapshot, "give NICs on the same cable the same name on every host", deed="put right")
    wires = find(snapshot, told or {})
    made = renaming(snapshot, wires)
    asked = questions(snapshot, wires, made)
    for question in asked:
        draft.leave_thing(thing(snapshot, "PIF", question.nic), question.text, question.choices)
    if asked or _protected(draft, snapshot, made.renames):
        return draft.finish()
    for rename in made.renames:
        draft.note(_say(snapshot, rename))
    course = Course(draft, wires, judge, shut_down=shut_down)
    supply(draft, wires, course)
    hosts: dict[Ref, dict[Ref, str]] = {}
    for rename in made.renames:
        hosts.setdefault(snapshot.PIF[rename.nic].host, {})[rename.nic] = rename.new
    course.go(hosts)
    draft.snapshot = snapshot
    return draft.finish()


def _protected(draft: Draft, snapshot: Snapshot, wanted: tuple[Rename, ...]) -> bool:
    """With HA on, XAPI refuses to touch NICs, and fences a host that leaves the network."""
    if not (wanted and snapshot.pool.ha_enabled):
        return False
    pool = s.Thing("pool", snapshot.pool.uuid, snapshot.pool.name_label)
    draft.leave_thing(
        pool, "HA is on: XAPI refuses to touch NICs then, and a host off the network is fenced", ("xe pool-ha-disable",)
    )
    return True


def _say(snapshot: Snapshot, rename: Rename) -> str:
    nic, cable = snapshot.PIF[rename.nic], rename.cable
    others = [
        f"{snapshot.PIF[ref].device} of {snapshot.name(snapshot.PIF[ref].host)}"
        for ref in (cable.nics if cable else ())
        if ref != rename.nic
    ]
    told = f" ({cable.why}; {SURE[cable.trust]})" if cable else ""
    reason = f" like {', '.join(others)}{told}" if others else ": its name is needed for another NIC"
    return f"{rename.old} of {snapshot.name(nic.host)} ({nic.MAC}) becomes {rename.new}{reason}"
