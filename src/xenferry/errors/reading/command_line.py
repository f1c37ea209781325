"""What was asked for, where the `xe` command stands in the paste above its error.

[root@host ~]# xe sr-create type=nfs name-label=test device-config:server=nas device-config:serverpath=/export
Error code: SR_BACKEND_FAILURE_140
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from xenferry.errors.reading.value import Reading

_COMMAND = re.compile(
    r"(?:^|[#$>] ?|`)xe ([a-z]{2,12})-([a-z]{2,20}(?:-[a-z]{2,20}){0,4})\b([^\n]{0,1000})", re.MULTILINE
)
_ARGUMENT = re.compile(r"(?:^|\s)(?:device-config:)?([a-z][a-zA-Z-]{1,30})=(\"[^\"]*\"|'[^']*'|\S+)")
_NAMES = {"name-label": "nameLabel"}
_LOWER = {"host", "pool", "network", "task", "session", "subject", "console", "message"}
_FAR = 3000
"""Characters between a command and its error."""
_WORTH = {
    "server", "serverpath", "location", "target", "targetIQN", "SCSIid", "device", "nameLabel", "type", "nfsversion",
}  # fmt: skip


def asked(reading: Reading, text: str) -> Reading:
    """The reading with operation and arguments of the last `xe` command before it, if it has neither."""
    if reading.operation or reading.log or "xe " not in text:
        return reading
    commands = list(_COMMAND.finditer(text, max(0, reading.start - _FAR), reading.start))
    if not commands:
        return reading
    kind, verb, rest = commands[-1].groups()
    given = ((_NAMES.get(key, key), value.strip("\"'")) for key, value in _ARGUMENT.findall(rest))
    return replace(
        reading,
        operation=f"{kind if kind in _LOWER else kind.upper()}.{verb.replace('-', '_')}",
        arguments={**{key: value for key, value in given if key in _WORTH}, **reading.arguments},
    )
