"""One sentence on what happened, with names filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xenferry.errors import catalogue, numbers
from xenferry.errors.look import Look
from xenferry.errors.reading.carried import CARRIERS
from xenferry.errors.reading.value import Reading

ASKED = {
    "SR.create": "{host} was asked to create the SR{label} on {where}",
    "SR.probe": "{host} was asked to look at what {where} offers",
    "SR.destroy": "the pool was asked to destroy {sr}",
    "SR.forget": "the pool was asked to forget {sr}",
    "SR.scan": "the pool was asked to scan {sr}",
    "PBD.plug": "a host was asked to connect to its storage ({pbd})",
    "PBD.unplug": "a host was asked to disconnect from its storage ({pbd})",
    "host.evacuate": "{host} was to be emptied",
    "host.assert_can_evacuate": "it was asked whether {host} can be emptied",
    "VM.pool_migrate": "{vm} was to be moved to {target}",
    "VM.migrate_send": "{vm} was to be moved, with its disks, to {target}",
    "VM.assert_can_migrate": "it was asked whether {vm} can be moved to {target}",
    "VM.start": "{vm} was to be started",
    "VM.start_on": "{vm} was to be started on {host}",
    "VM.suspend": "{vm} was to be suspended",
    "VDI.pool_migrate": "{vdi} was to be moved to another SR",
}
"""What a call asks for, in words."""

CLIENT = {
    "sr.createnfs": "SR.create",
    "sr.createiso": "SR.create",
    "sr.createsmb": "SR.create",
    "sr.createext": "SR.create",
    "sr.createlvm": "SR.create",
    "sr.probenfs": "SR.probe",
    "sr.destroy": "SR.destroy",
    "sr.scan": "SR.scan",
    "sr.forget": "SR.forget",
    "pbd.connect": "PBD.plug",
    "pbd.disconnect": "PBD.unplug",
    "vm.migrate": "VM.pool_migrate",
    "vm.start": "VM.start",
    "vdi.migrate": "VDI.pool_migrate",
    "host.emergencyshutdownhost": "host.evacuate",
    "host.evacuate": "host.evacuate",
}
"""Xen Orchestra's names for calls, in lower case."""


GENERAL = ("the", "a", "an", "this", "host", "guest", "network", "disk", "storage", "control", "pool")
"""With what a field begins when it holds no name; a name keeps its own first letter."""


class Fields(Mapping[str, str]):
    """What may stand in braces in a sentence about one reading. Every field has a value, at least a general word."""

    _ROLES = {"target": ("target host", "host"), "host": ("host", "target host")}

    def __init__(self, reading: Reading, look: Look) -> None:
        self.reading, self.look = reading, look

    def __getitem__(self, key: str) -> str:
        reading = self.reading
        own: dict[str, Any] = {
            "label": lambda: f" '{label}'" if (label := _label(reading)) else "",
            "where": lambda: where(reading),
            "server_name": lambda: f"the name {reading.server}" if reading.server else "the file server's name",
            "server": lambda: reading.server or "the file server",
            "path": lambda: reading.path or "the path",
            "errno": lambda: numbers.errno_words(reading.errno) or "the text gives no error number",
            "mount": lambda: _mount(reading),
            "detail": lambda: reading.opterr or reading.text or "the text gives no detail",
        }
        if key in own:
            return str(own[key]())
        if key.startswith("p") and key[1:].isdigit():
            return reading.param(int(key[1:])) or _name(reading, int(key[1:]))
        if key.startswith("size") and key[4:].isdigit():
            return numbers.as_size(reading.param(int(key[4:]))) or _name(reading, int(key[4:]))
        roles = self._ROLES.get(key, (key.replace("_", " "),))
        return self.look.call(reading, *roles)

    def __iter__(self) -> Any:
        raise TypeError("fields are asked by name")

    def __len__(self) -> int:
        raise TypeError("fields are asked by name")


def _mount(reading: Reading) -> str:
    """What came of a mount: its status, and what the program itself said, beside the driver's error or alone."""
    output = reading.param(2) if reading.param(2).startswith(tuple(CARRIERS)) else ""
    said = reading.text if reading.form == "program" else output
    told = "; ".join(filter(None, (numbers.mount_words(reading.return_code), said)))
    return told or reading.opterr or "the text gives no return code"


def _name(reading: Reading, position: int) -> str:
    """In place of a parameter that the text does not give: its name in XenAPI, where the code stands alone."""
    names = catalogue.parameters(reading.code) or ()
    return names[position].upper() if not reading.params and position < len(names) else "(not given)"


def _label(reading: Reading) -> str:
    return reading.arguments.get("nameLabel") or reading.arguments.get("name_label") or ""


def where(reading: Reading) -> str:
    """`server:/path`, as far as the text tells."""
    if reading.server and reading.path:
        return f"{reading.server}:{reading.path.rstrip('/') or '/'}"
    return reading.server or "the file server"


def operation(reading: Reading) -> str:
    """The call's name in XenAPI, as far as the text tells."""
    return CLIENT.get(reading.operation.lower(), reading.operation)


def tell(reading: Reading, look: Look, clause: str) -> str:
    """What was asked and what came of it: one sentence. `clause` may hold fields in braces."""
    fields = Fields(reading, look)
    asked = ASKED.get(operation(reading), "")
    outcome = clause.format_map(fields)
    sentence = f"{asked.format_map(fields)}; {outcome}" if asked else outcome
    first = sentence.split(" ", 1)[0].removesuffix("'s")
    named = (asked or clause).startswith("{") and first not in GENERAL
    begun = sentence if named else sentence[:1].upper() + sentence[1:]
    return begun + ("" if sentence.endswith(".") else ".")
