"""The same failure has other texts in other versions: what the text tells of its version, what its numbers mean there.

Facts: sm's history. Mount directories are under /var/run/sr-mount up to sm 3 (XCP-ng 8.2 and 8.3), under /run/sr-mount
from sm 4. Drivers of Python 2 (up to sm 2, XCP-ng 8.2) report mount's own exit status; later ones try 32 and 5 again
and then report 110. `Failed to detect NFS service` exists up to sm 3.0.11. The server's name is in the text from
sm 2.46.11 and 3.0.0.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

_RELEASED = {"xapi": ("1.249", "24.19"), "sm": ("2.30", "3.2")}
"""What XCP-ng 8.2 has, and 8.3 as it was released."""
_NFS = {"SR_BACKEND_FAILURE_73", "SR_BACKEND_FAILURE_222"}


def notes(reading: Reading, look: Look) -> tuple[str, ...]:
    """Sentences on the version, for this text and, where a snapshot tells it, this pool."""
    return tuple(_notes(reading, _product(look)))


@cache
def _since() -> dict[str, tuple[str, str]]:
    content = json.loads((files("xenferry.errors") / "data/since.json").read_text("utf-8"))
    return {code: (program, version) for program in _RELEASED for code, version in content[program].items()}


def first(code: str) -> str:
    """`xapi 24.10`: the first version with this code, if XCP-ng 8.2 does not have it; else nothing."""
    return " ".join(_since().get(code, ()))


def _told(code: str) -> str:
    program, version = _since().get(code, ("", ""))
    if not version:
        return ""
    old, new = _RELEASED[program]
    whose = "XAPI has this code from version" if program == "xapi" else "The storage drivers have this number from sm"
    if _numbers(version) <= _numbers(new):
        return f"{whose} {version} on: XCP-ng 8.3 has it, 8.2 ({old}) has not."
    return f"{whose} {version} on: neither XCP-ng 8.2 ({old}) nor 8.3 as it was released ({new}) has it."


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def _product(look: Look) -> str:
    if look.snapshot is None or not look.snapshot.hosts:
        return ""
    return look.snapshot.hosts[0].software_version.get("product_version", "")


def _notes(reading: Reading, product: str) -> Iterator[str]:
    detail = f"{reading.text} {reading.opterr}"
    if reading.code in _NFS and reading.return_code == 32 and not reading.param(2).startswith("mount."):
        yield (
            "Return code 32 is what mount itself says for “failed”; drivers up to XCP-ng 8.2 pass it on. The reason is "
            "only in /var/log/SMlog on the host; XCP-ng 8.3 tries again and then reports the same failure as 110."
        )
    if reading.code in _NFS and reading.return_code == 110:
        old = product.startswith(("7.", "8.0", "8.1", "8.2"))
        yield (
            "110 is a timeout here: a driver of this version passes mount's own status on."
            if old
            else "From XCP-ng 8.3 on, 110 need not be a timeout: the driver tries a refused mount (32) or an I/O "
            "error (5) again and then reports 110. The first failure is in /var/log/SMlog on the host."
        )
    if "Failed to detect NFS service" in detail:
        yield (
            "This text comes from drivers up to sm 3.0.11 (XCP-ng 8.2 and early 8.3): they ask rpcbind on port 111 for "
            "up to three minutes and never try port 2049 alone. Updating the host removes this check."
        )
    if "/var/run/sr-mount/" in detail:
        yield "The path /var/run/sr-mount is that of XCP-ng 8.2 and 8.3; newer drivers use /run/sr-mount."
    if told := _told(reading.code):
        yield told
