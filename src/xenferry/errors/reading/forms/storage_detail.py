"""What a driver says in [opterr=...], alone: people remember it, and search for it, without what stands around it.

The texts are those that name one failure of one step; others, like `error is 5`, are said by many.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from xenferry.errors.reading.clean import tidy
from xenferry.errors.reading.raw import Raw

ORDER = 76

DETAILS = (
    (r"mount failed(?: on server [`'][^`'\n]{1,255}[`'])? with return code -?\d+", 73, "NFS mount error"),
    (r"Failed to detect NFS service(?: on server)?", 73, "NFS mount error"),
    (r"Failed to make directory: code is \d+", 73, "NFS mount error"),
    (r"remote directory creation error is \d+", 88, "NFS SR creation error"),
    (r"Unsupported NFS version: [\w.]+", 72, "Required NFS server version unsupported"),
    (r"remote filesystem is read-only(?: error is \d+)?", 461, "The file system for SR cannot be written to"),
    (r"(?:no such directory|not mounted):? (?:/var)?/run/sr-mount/[\w-]+", 47, "The SR is not available"),
    (r"LUN failed to appear at path /[^\s\]'\",]+", 67, "ISCSI Error"),
    (r"Failed to find any LUNs", 67, "ISCSI Error"),
)  # fmt: skip
"""The detail, the number under which the driver raises it, and its sentence (sm: nfs.py, NFSSR.py, FileSR.py)."""

_DETAIL = re.compile("|".join(f"(?P<d{at}>{words.replace(' ', r'[ ]')})" for at, (words, _, _) in enumerate(DETAILS)))
_SR = re.compile(r"/run/sr-mount/([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})")


def find(text: str) -> Iterator[Raw]:
    """Every such detail that no other form has read as part of an error."""
    for found in _DETAIL.finditer(text):
        _, number, sentence = DETAILS[int((found.lastgroup or "d0")[1:])]
        params = ("", f"{sentence} [opterr={tidy(found[0])}]", "")
        sr = tuple(("sr", uuid, "") for uuid in _SR.findall(found[0]))
        yield Raw(f"SR_BACKEND_FAILURE_{number}", params, "sm-detail", found.start(), found.end(), "", {}, sr)
