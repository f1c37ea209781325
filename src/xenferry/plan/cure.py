"""The wish "put this right": the remedies of findings as one plan, and what is left to people, in words."""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.plan import remedies
from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.plan.things import any_thing
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Finding, Severity

DEED = "put right by a program"


def cure(snapshot: Snapshot, findings: Sequence[Finding]) -> s.Plan:
    """Plan to cure these findings of the snapshot, each on its own; steps that several have in common are done once."""
    codes = ", ".join(dict.fromkeys(finding.code for finding in findings))
    draft = Draft(snapshot, f"cure {codes}" if codes else "cure nothing", deed=DEED)
    for finding in findings:
        if not _mend(draft, finding):
            reason = s.Hindrance(finding.seen.removesuffix("."), finding.cures)
            draft.leave_thing(any_thing(snapshot, finding.subject), (reason,))
    return draft.finish()


def curable(snapshot: Snapshot, finding: Finding) -> bool:
    """Can software cure this finding here?"""
    return finding.code in remedies.codes() and _mend(Draft(snapshot, ""), finding)


def _mend(draft: Draft, finding: Finding) -> bool:
    mend = None if finding.severity is Severity.UNKNOWN else remedies.find(finding.code)
    return mend is not None and mend(draft, finding)
