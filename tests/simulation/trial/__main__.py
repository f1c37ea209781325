"""Try many seeds, on all processors: `python -m trial FIRST LAST`; one seed alone is told as a story.

Ends with status 1 when a law was broken, and says how to see that one again.
"""

from __future__ import annotations

import sys
from collections import Counter

from trial.many import Outcome, outcome, tried
from trial.scene import trial

AGAIN = "see it with: PYTHONPATH=tests/simulation .venv/bin/python -m trial"


def main(first: int, last: int) -> int:
    if last == first:
        return _story(first)
    ends: Counter[str] = Counter()
    met: Counter[str] = Counter()
    bad = 0
    for each in tried(range(first, last + 1)):
        ends[each.ends[-1] if each.ends else "nothing to do"] += 1
        met.update(set(each.met))
        if each.faults:
            bad += 1
            say(_told(each))
    say(f"{last - first + 1:,} trials, {bad} broke a law")
    say(_counted("ended", ends))
    say(_counted("with", met))
    return bool(bad)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _told(each: Outcome) -> str:
    return "\n".join(
        (f"seed {each.seed}: {each.wish}", *(f"  {fault}" for fault in each.faults), f"  {AGAIN} {each.seed}")
    )


def _counted(what: str, counts: Counter[str]) -> str:
    return f"{what}: " + ", ".join(f"{name} {count:,}" for name, count in counts.most_common())


def _story(seed: int) -> int:
    """Everything that happened under one seed."""
    made = trial(seed)
    say("\n".join(made.story))
    say("\n".join(f"LAW BROKEN: {fault}" for fault in outcome(made).faults) or "every law held")
    return bool(made.faults)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[-1])))
