"""A run of xenferry has switched the pool's auto power-on off, and did not come to switch it on again.

While hosts reboot one after the other, auto power-on is held, so that no guest starts on a host that was just emptied.

Cause: the run was stopped, or waits for a person.
Fix: Go on with it: `xenferry runs` lists runs, `xenferry runs resume ID` goes on.

Cause: the run is over for good, or its journal is lost.
Fix: `xenferry cure power-on-held` switches it on again.

Example:
    pool p   # rule: power-on-held
      set other_config.xenferry-held-auto_poweron=true other_config.auto_poweron=false
    host xcp1
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Finding, Severity
from xenferry.rules.guest.starts_by_itself import KEY

MARK = "xenferry-held-auto_poweron"
"""Key of pool.other_config under which what was before is kept."""


def find(s: Snapshot) -> Iterator[Finding]:
    """A pool with the mark. While the run goes on, that is as it should be: the words say so."""
    before = s.pool.other_config.get(MARK)
    if before is not None:
        yield Finding(
            code="power-on-held",
            severity=Severity.NOTE,
            subject=s.pool.ref,
            cause=s.pool.ref,
            seen="The pool's auto power-on is held by a run of xenferry: guests do not start by themselves meanwhile.",
            cures=(
                "If the run still goes on or waits: `xenferry runs`, then `xenferry runs resume ID`.",
                f"If it is over: `xe pool-param-set uuid={s.pool.uuid} other-config:{KEY}={before}`, and take the mark "
                f"away: `xe pool-param-remove uuid={s.pool.uuid} param-name=other-config param-key={MARK}`.",
            ),
        )
