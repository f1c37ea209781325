"""The numbers and names inside a storage driver's text: what `[opterr=...]` holds."""

from __future__ import annotations

import re

from xenferry.errors.reading.clean import tidy

_RETURN_CODE = re.compile(r"(?:return code|exit code:?|\brc:?)\s+(-?\d{1,5})", re.IGNORECASE)
_ERRNO = re.compile(
    r"(?:\berror is|\berrno is|\bcode is|\[Errno|\berror|errno:?)\s+(\d{1,4})\b|mount error\((\d{1,3})\)", re.IGNORECASE
)
_OPTERR = re.compile(r"\s*\[opterr=")
_TIMED_OUT = 110


def split_text(text: str) -> tuple[str, str]:
    """A driver's text as its sentence and its detail: `NFS mount error [opterr=X]` -> (`NFS mount error`, `X`)."""
    found = _OPTERR.search(text)
    if found is None:
        return tidy(text), ""
    rest = text[found.end() :]
    end = rest.rfind("]")
    return tidy(text[: found.start()]), tidy(rest[:end] if end >= 0 else rest)


def return_code(detail: str) -> int | None:
    """The exit status of a program in a driver's detail."""
    found = _RETURN_CODE.search(detail)
    return int(found[1]) if found else None


def error_number(detail: str) -> int | None:
    """The operating system's error number in a driver's detail; an exit status of 110 is one, not mount's own."""
    if return_code(detail) == _TIMED_OUT:
        return _TIMED_OUT
    if return_code(detail) is not None:
        return None
    found = _ERRNO.search(detail)
    return int(found[1] or found[2]) if found else None
