"""Write the compact catalogue of error codes that `xenferry explain` falls back on.

    python tools/make_error_catalogue.py DATAMODEL.json src/xenferry/errors/data/catalogue.json

The datamodel is a JSON file with `errors` (code -> parameter names) and `sm_errors` (storage error number -> short
name). Only names and numbers are taken, never descriptions.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def condense(datamodel: dict[str, dict[str, list[str] | str | None]]) -> dict[str, object]:
    """The catalogue's content, sorted, so that a new datamodel gives a readable difference."""
    errors = {code: list(names or []) for code, names in sorted(datamodel["errors"].items())}
    storage = dict(sorted(datamodel["sm_errors"].items(), key=lambda entry: int(entry[0])))
    return {"generated_by": "tools/make_error_catalogue.py", "errors": errors, "storage": storage}


def main() -> None:
    """Read the first argument, write the second."""
    source, target = sys.argv[1:]
    catalogue = condense(json.loads(Path(source).read_text("utf-8")))
    Path(target).write_text(json.dumps(catalogue, indent=0, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
