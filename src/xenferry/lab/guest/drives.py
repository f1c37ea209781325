"""Names of drives: the number XenAPI gives, and the names a guest may see for it."""

from __future__ import annotations

import re

from xenferry.lab.db import Database
from xenferry.lab.error import LabError

NAME = re.compile(r"(xvd|hd|sd)([a-z]{1,2})|fd[ab]")
IDE_DRIVES = 4
HIGHEST = 254


def meanings(device: str) -> set[tuple[str, int]]:
    """The drives a name may stand for: a number is a drive of the guest's own bus and, if small, of an IDE bus too."""
    if re.fullmatch(r"\d+", device):
        number = int(device)
        return {("xvd", number)} | ({("hd", number)} if number < IDE_DRIVES else set())
    match = NAME.fullmatch(device)
    if match is None:
        return set()
    return {(match[1], _number(match[2]))} if match[1] else {("fd", ord(device[2]) - ord("a"))}


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


def _used(db: Database, vm: str) -> set[tuple[str, int]]:
    drives = [db.get("VBD", vbd) for vbd in db.get("VM", vm)["VBDs"] if db.exists("VBD", vbd)]
    return {each for drive in drives for name in (drive["userdevice"], drive["device"]) for each in meanings(name)}


def free(db: Database, vm: str) -> list[str]:
    """The numbers a new drive of the guest may have, in ascending order."""
    used = _used(db, vm)
    return [str(number) for number in range(HIGHEST + 1) if not meanings(str(number)) & used]


def choose(db: Database, vm: str, wanted: str) -> str:
    """The drive's number or name, found for `autodetect`. Raises INVALID_DEVICE, DEVICE_ALREADY_EXISTS [device]."""
    used = _used(db, vm)
    if wanted == "autodetect":
        numbers = free(db, vm)
        if not numbers:
            raise LabError("INVALID_DEVICE", wanted)
        return numbers[0]
    if not meanings(wanted) and not re.fullmatch(r"-?\d+", wanted):
        raise LabError("INVALID_DEVICE", wanted)
    if meanings(wanted) & used:
        raise LabError("DEVICE_ALREADY_EXISTS", wanted)
    return wanted
