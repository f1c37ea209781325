"""Names of drives: the number XenAPI gives, and the names a guest may see for it."""

from __future__ import annotations

import re

from xenferry.lab.db import Database
from xenferry.lab.error import LabError

INTEGER = re.compile(
    r"[+-]?(0[uU][0-9][0-9_]*|0[xX][0-9a-fA-F][0-9a-fA-F_]*|0[oO][0-7][0-7_]*|0[bB][01][01_]*|[0-9][0-9_]*)"
)
LINUX = re.compile(r"(xvd|hd|sd|fd)([a-z]+)(\d*)|d(\d+)(?:p(\d+))?")
IDE_DRIVES = 4
HIGHEST = 254
NUMBER_MAX = 2**20 - 1
FLOPPIES = ("fda", "fdb")
Meaning = tuple[str, int, int]
"""Bus, number of the drive and partition."""


def meanings(device: str) -> set[Meaning]:
    """The drives a name may stand for: a number is a drive of the guest's own bus and, if small, of an IDE bus too."""
    number = _integer(device)
    if number is not None and 0 <= number <= NUMBER_MAX:
        return {("xvd", number, 0)} | ({("hd", number, 0)} if number < IDE_DRIVES else set())
    match = LINUX.fullmatch(device)
    if match is None:
        return set()
    bus, letters, partition, disk, part = match.groups()
    return {(bus, _number(letters), int(partition or 0)) if bus else ("xvd", int(disk), int(part or 0))}


def _integer(text: str) -> int | None:
    """What OCaml's int_of_string takes: also 0x1f, 0b11, 1_000."""
    if not INTEGER.fullmatch(text):
        return None
    plain = text.replace("_", "").lower().replace("0u", "")
    return int(plain, 0 if plain.lstrip("+-")[:2] in ("0x", "0o", "0b") else 10)


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("a") + 1
    return number - 1


def shown(userdevice: str) -> str:
    """What the guest calls the drive, e.g. `xvdb` for 1."""
    if not re.fullmatch(r"\d+", userdevice):
        return userdevice
    number = int(userdevice)
    letters = "" if number < 26 else chr(ord("a") + number // 26 - 1)
    return f"xvd{letters}{chr(ord('a') + number % 26)}"


def _used(db: Database, vm: str) -> set[Meaning]:
    drives = [db.get("VBD", vbd) for vbd in db.get("VM", vm)["VBDs"] if db.exists("VBD", vbd)]
    return {each for drive in drives for name in (drive["userdevice"], drive["device"]) for each in meanings(name)}


def free(db: Database, vm: str) -> list[str]:
    """The numbers a new drive of the guest may have, in ascending order; a control domain may have one more."""
    used, record = _used(db, vm), db.get("VM", vm)
    highest = HIGHEST + bool(record["is_control_domain"] and record["domain_type"] == "pv")
    return [str(number) for number in range(highest + 1) if not meanings(str(number)) & used]


def choose(db: Database, vm: str, wanted: str, *, floppy: bool = False) -> str:
    """The drive's number or name, found for `autodetect`. Raises INVALID_DEVICE, DEVICE_ALREADY_EXISTS [device]."""
    used = _used(db, vm)
    if wanted == "autodetect":
        possible = [name for name in FLOPPIES if not meanings(name) & used] if floppy else free(db, vm)
        if not possible:
            raise LabError("INVALID_DEVICE", wanted)
        return possible[0]
    if not meanings(wanted) and (floppy or _integer(wanted) is None):
        raise LabError("INVALID_DEVICE", wanted)
    if meanings(wanted) & used:
        raise LabError("DEVICE_ALREADY_EXISTS", wanted)
    return wanted
