"""How many answers of each recorded file the lab gives too: `PYTHONPATH=tests/lab python -m replay FOLDER [PART]`."""

from __future__ import annotations

import sys
from pathlib import Path

from replay.past import pictures
from replay.recording import files, read
from replay.run import Score, replay
from replay.start import start

SHOWN = 20


def main(folder: Path, part: str = "", shown: int = SHOWN) -> int:
    """Prints the agreement; 0 when nothing differs but what `exceptions` gives a reason for."""
    recordings = {path.name: read(path) for path in files(folder)}
    taken = pictures(list(recordings.values()))
    wrong = 0
    for name, lines in recordings.items():
        if part in name:
            score = replay(lines, start(lines, taken))
            wrong += len(score.differences)
            _print(name, score, shown)
    return 1 if wrong else 0


def _print(name: str, score: Score, shown: int) -> None:
    sys.stdout.write(
        f"{name}: {score.equal} of {score.total} equal, {score.moment} at another moment, "
        f"{sum(score.excepted.values())} excepted, {len(score.differences)} differ\n"
    )
    for reason, count in score.excepted.items():
        sys.stdout.write(f"  {count} excepted: {reason}\n")
    for number, method, where, recorded, ours in score.differences[:shown]:
        sys.stdout.write(f"  line {number} {method} {where}\n")
        sys.stdout.write(f"    recorded {str(recorded)[:400]}\n    ours     {str(ours)[:400]}\n")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:3], *map(int, sys.argv[3:4])))
