"""Agreement per kind of verdict, and the first disagreements: `PYTHONPATH=tests/lab python -m agreement FILE...`."""

from __future__ import annotations

import sys

from agreement.compare import Score, score_file


def main(paths: list[str]) -> int:
    score = Score()
    for path in paths:
        score_file(path, score)
    for line in score.report():
        sys.stdout.write(line + "\n")
    return 0 if score.perfect else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
