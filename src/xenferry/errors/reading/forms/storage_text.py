"""A storage driver's sentence without its code: `The SR is not available [opterr=...]`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xenferry.errors.reading.clean import bracketed, tidy
from xenferry.errors.reading.raw import Raw

ORDER = 60

SENTENCES = {
    "The SR device is currently in use": 16,
    "The VDI is currently in use": 24,
    "The SR is not empty": 39,
    "The SR scan failed": 40,
    "The SR already exists": 42,
    "There is insufficient space": 44,
    "The VDI is not available": 46,
    "The SR is not available": 47,
    "File SR creation error": 61,
    "File SR deletion error": 63,
    "Required NFS server version unsupported": 72,
    "NFS mount error": 73,
    "NFS unmount error": 74,
    "NFS mount point already attached": 75,
    "Failed to remove NFS mount point": 76,
    "NFS SR creation error": 88,
    "The request is missing the serverpath parameter": 101,
    "The request is missing the server parameter": 102,
    "Unable to detect an NFS service on this target": 108,
    "Incorrect DNS name, unable to resolve": 140,
    "General backend error": 202,
    "Could not mount the directory specified in Device Configuration": 222,
    "The file system for SR cannot be written to": 461,
    "SM has thrown a generic python exception": 1200,
}
"""How each driver's sentence begins (sm, XE_SR_ERRORCODES.xml) and its number; the last is XenCenter's for 1200."""

_SENTENCE = re.compile(
    "(" + "|".join(re.escape(words).replace(r"\ ", r"\s+") for words in SENTENCES) + r")\.?(?:\s*(\[)opterr=)?"
)
_SR = re.compile(r"\bSR\s+([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")


def find(text: str) -> Iterator[Raw]:
    """Every such sentence, with the detail behind it and the SR that is named before it."""
    for found, closing in bracketed(text, _SENTENCE, 2, "[]"):
        end = min(closing + 1, len(text)) if found[2] else found.end()
        before = text[max(0, found.start() - 200) : found.start()]
        named = tuple(("sr", uuid, "") for uuid in _SR.findall(before)[-1:])
        operation = "SR.scan" if "Failed to scan SR" in before else ""
        params = ("", tidy(text[found.start() : end]), "")
        code = f"SR_BACKEND_FAILURE_{SENTENCES[tidy(found[1])]}"
        yield Raw(code, params, "sm-text", found.start(), end, operation, {}, named)
