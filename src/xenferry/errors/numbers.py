"""What the numbers in an error mean: error numbers of the operating system, exit statuses of `mount`, bytes."""

from __future__ import annotations

ERRNO = {
    1: "operation not permitted",
    2: "no such file or directory",
    5: "input/output error",
    11: "temporarily unavailable",
    13: "permission denied",
    16: "device or resource busy",
    17: "it exists already",
    19: "no such device",
    20: "not a directory",
    22: "invalid argument",
    28: "no space left on the file server",
    30: "read-only file system",
    36: "file name too long",
    39: "directory not empty",
    95: "operation not supported",
    107: "not connected",
    110: "timed out",
    111: "connection refused",
    112: "host is down",
    113: "no route to host",
    116: "stale file handle",
    121: "remote input/output error",
    122: "disk quota exceeded",
}
"""Linux error numbers (errno.h) that file servers and dom0 answer with; the program may run on another system."""

MOUNT = {
    1: "wrong use of mount, or not permitted",
    2: "an error of the system in dom0 (no memory, no loop device)",
    4: "an internal error of mount",
    8: "interrupted by the user",
    16: "the mount table could not be written or locked",
    32: "the mount failed: the server refused, or did not answer",
    64: "some of several mounts succeeded",
    110: "timed out after repeated tries",
}
"""Exit statuses of mount.nfs (mount(8)), and the error number that newer drivers report in their place."""


def errno_words(number: int | None) -> str:
    """`errno 13, permission denied`; nothing for None."""
    if number is None:
        return ""
    return f"errno {number}, {ERRNO[number]}" if number in ERRNO else f"errno {number}"


def mount_words(code: int | None) -> str:
    """`return code 32, the mount failed: ...`; nothing for None."""
    if code is None:
        return ""
    return f"return code {code}, {MOUNT[code]}" if code in MOUNT else f"return code {code}"


def size(count: int) -> str:
    """Bytes as `8.07 GiB` or `512 MiB`, with enough digits to tell two near sizes apart."""
    for factor, unit in ((2**40, "TiB"), (2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if count >= factor:
            return f"{count / factor:.2f}".rstrip("0").rstrip(".") + f" {unit}"
    return f"{count} B"


def as_size(text: str) -> str:
    """A parameter that is a count of bytes, in words; any other text as it is."""
    return size(int(text)) if text.isascii() and text.isdigit() and len(text) < 30 else text
