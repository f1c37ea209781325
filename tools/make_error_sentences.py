"""Write the fingerprints by which `xenferry explain` knows error sentences of xe, XenCenter and the storage drivers.

    python tools/make_error_sentences.py SOURCE... > src/xenferry/errors/data/sentences.json

A source is a pair of XAPI's api_errors.ml and datamodel_errors.ml given as `API.ml:ERRORS.ml` (several versions may be
given), XenCenter's FriendlyErrorNames.resx, or sm's XE_SR_ERRORCODES.xml. Only fingerprints are kept, never texts.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from xenferry.errors import catalogue
from xenferry.errors.reading.sentence import LENGTHS, fingerprint, words

_CONSTANT = re.compile(r'let\s+(\w+)\s*=\s*(?:add_error\s+)?"([A-Z][A-Z0-9_]+)"')
_ERROR = re.compile(r'error\s+Api_errors\.(\w+)\s+\[[^\]]*\]\s*~doc:\s*\(?\s*"((?:[^"\\]|\\.)*)"', re.DOTALL)
_RESOURCE = re.compile(r'<data name="([A-Z0-9_]+)"[^>]*>\s*<value>(.*?)</value>', re.DOTALL)
_STORAGE = re.compile(r"<description>(.*?)</description>\s*<value>(\d+)</value>", re.DOTALL)
_HOLE = re.compile(r"\{\d+\}|%\w|<[^>]*>")


def sentences(source: str) -> Iterator[tuple[str, str]]:
    """Code and text of every sentence in a source."""
    if ":" in source:
        constants, errors = (Path(part).read_text("utf-8") for part in source.split(":"))
        names = dict(_CONSTANT.findall(constants))
        for name, text in _ERROR.findall(errors):
            if name in names:
                yield names[name], re.sub(r"\\\s*\n\s*", "", text).replace('\\"', '"')
    elif source.endswith(".resx"):
        for name, text in _RESOURCE.findall(Path(source).read_text("utf-8-sig")):
            yield name, unescape(text)
    else:
        for text, number in _STORAGE.findall(Path(source).read_text("utf-8")):
            yield f"SR_BACKEND_FAILURE_{number}", unescape(text)


COMMON = frozenset(
    "to the a an of is in on for this that be was with by and not cannot could it has no are from at as or you unable"
    " failed operation error".split()
)
"""Words with which sentences of any program begin: `unable to connect to` tells nothing yet."""
TELLING = 2
"""Other words that a fingerprint holds at least, where the sentence has as many."""


def _tells(first: tuple[str, ...], length: int) -> bool:
    return length == len(first) or sum(word not in COMMON for word in first[:length]) >= TELLING


def condense(told: dict[tuple[str, ...], set[str]]) -> dict[str, str]:
    """For each sentence the shortest fingerprint that belongs to one code only and tells something."""
    owners: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for first, codes in told.items():
        for length in LENGTHS:
            if len(first) >= length:
                owners[first[:length]] |= codes
    known = {}
    for first in told:
        for length in reversed(LENGTHS):
            if len(first) >= length and len(codes := owners[first[:length]]) == 1 and _tells(first, length):
                known[fingerprint(first[:length])] = next(iter(codes))
                break
    return known


def main() -> None:
    """All sources in, the fingerprints out, sorted, so that a new version gives a readable difference."""
    told: dict[tuple[str, ...], set[str]] = {}
    for source in sorted(sys.argv[1:], key=lambda source: ":" not in source):
        more: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for code, text in sentences(source):
            first = words(_HOLE.split(text)[0])
            if catalogue.parameters(code) is not None and len(first) >= min(LENGTHS):
                more[first].add(code)
        if ":" in source:
            told = {first: told.get(first, set()) | more.get(first, set()) for first in told | more}
        else:
            # XenCenter has one sentence for several codes at times; what XAPI says itself comes first.
            told = more | told
    openings = sorted({fingerprint(first[:2]) for first in told})
    result = {
        "generated_by": "tools/make_error_sentences.py",
        "openings": openings,
        "sentences": dict(sorted(condense(told).items())),
    }
    sys.stdout.write(json.dumps(result, indent=0) + "\n")


if __name__ == "__main__":
    main()
