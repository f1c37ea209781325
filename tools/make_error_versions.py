"""Write from which version of XAPI on it has an error code, for `xenferry explain`.

    python tools/make_error_versions.py XEN-API.git SM.git > src/xenferry/errors/data/since.json

The arguments are git directories of xapi-project/xen-api and xapi-project/sm with their tags. A code is listed with the
first version that has it if the series of XCP-ng 8.2 (xapi 1.249, sm 2.30) does not have it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys

from xenferry.errors import catalogue

_CODE = re.compile(r'"([A-Z][A-Z0-9_]+)"')
_NUMBER = re.compile(r"<value>(\d+)</value>")
_OLD = {"xapi": (1, 249), "sm": (2, 30)}
_FILES = {
    "xapi": ("ocaml/xapi-consts/api_errors.ml",),
    "sm": ("drivers/XE_SR_ERRORCODES.xml", "libs/sm/core/XE_SR_ERRORCODES.xml", "libs/sm/XE_SR_ERRORCODES.xml"),
}


def git(directory: str, *arguments: str) -> str:
    """What git prints."""
    command = ["git", f"--git-dir={directory}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def versions(directory: str, program: str) -> list[tuple[tuple[int, ...], str]]:
    """Numbers and tag of every release from the series of XCP-ng 8.2 on, oldest first."""
    found = [
        (tuple(int(part) for part in tag.removeprefix("v").split(".")), tag)
        for tag in git(directory, "tag").split()
        if re.fullmatch(r"v?\d+(?:\.\d+){1,3}", tag)
    ]
    return sorted(entry for entry in found if entry[0] >= _OLD[program])


def codes(directory: str, program: str, tag: str) -> set[str]:
    """The codes that a release declares."""
    for listed in git(directory, "ls-tree", "-r", tag, "--", *_FILES[program]).splitlines():
        text = git(directory, "cat-file", "blob", listed.split()[2])
        if program == "sm":
            return {f"SR_BACKEND_FAILURE_{number}" for number in _NUMBER.findall(text)}
        return set(_CODE.findall(text))
    return set()


def since(directory: str, program: str) -> dict[str, str]:
    """For each code that came after the old series its first version."""
    first: dict[str, tuple[int, ...]] = {}
    for numbers, tag in versions(directory, program):
        for code in codes(directory, program, tag):
            first.setdefault(code, numbers)
    return {
        code: ".".join(map(str, numbers[:2]))
        for code, numbers in sorted(first.items())
        if numbers[:2] > _OLD[program] and catalogue.parameters(code) is not None
    }


def main() -> None:
    """Both git directories in, the list out."""
    found = {program: since(directory, program) for program, directory in zip(_FILES, sys.argv[1:], strict=True)}
    sys.stdout.write(json.dumps({"generated_by": "tools/make_error_versions.py", **found}, indent=0) + "\n")


if __name__ == "__main__":
    main()
