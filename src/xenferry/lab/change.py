"""What an administrator does outside XAPI while a lab runs, one line of text each: at the NAS, at a switch.

The verbs are in docs/scenarios.md: `server nas export /srv root-squash=off`, `server nas resolvable`, `host xcp2 nic
eth4 link=off`, `guest db dirty=20MiB/s`, `fault host-crash on=xcp2`.
"""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from xenferry.lab.change_faults import change_faults
from xenferry.lab.network import cables
from xenferry.lab.scenario.build.update import wanted
from xenferry.lab.scenario.error import ScenarioError, one_of
from xenferry.lab.scenario.lines import Line
from xenferry.lab.scenario.values import names, number, rate
from xenferry.lab.updates import available
from xenferry.lab.world import Dom0, Export, Load, Server

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

SUBJECTS = ("server", "host", "guest")
EXPORT_FLAGS = {"root-squash": "root_squash", "subdirs": "subdirs", "read-only": "read_only", "full": "full"}


def change_world(lab: Lab, text: str) -> None:
    """Carry out one line.

    Raises:
        ScenarioError: the line cannot be understood or names nothing that is there; says what was expected.
    """
    try:
        words = shlex.split(text, comments=True)
    except ValueError as error:
        raise ScenarioError(0, f"`{text}` ({error})", "quotes in pairs", "change") from None
    if words[:1] == ["fault"]:
        change_faults(lab, text)
        return
    if len(words) < 3 or words[0] not in SUBJECTS:
        raise _wrong(f"`{text}`", f"{', '.join(SUBJECTS)} or fault, then a name, then what changes")
    kind, name, *rest = words
    if kind == "server":
        _server(lab, name, rest)
    elif kind == "host":
        _dom0(lab, name, rest)
    else:
        _guest(lab, name, rest)


def _wrong(seen: str, expected: str) -> ScenarioError:
    return ScenarioError(0, seen, expected, "change")


def _server(lab: Lab, name: str, rest: list[str]) -> None:
    if name not in lab.world.servers:
        raise _wrong(f"the unknown server `{name}`", one_of(lab.world.servers, name))
    server = lab.world.servers[name]
    if rest[0] == "export":
        _export(server, rest[1:])
        return
    if rest[0] in _sets(server):
        _reach(lab, server, rest[0], rest[1:])
        return
    for word in rest:
        key, _, value = word.partition("=")
        if key == "rpcbind":
            server.rpcbind = _on(word, value)
        elif key == "versions":
            server.versions = tuple(number(Line(0, "server"), each) for each in names(value))
        else:
            raise _wrong(f"`{word}`", one_of([*_sets(server), "export", "rpcbind", "versions"], key))


def _sets(server: Server) -> dict[str, tuple[set[str], bool]]:
    """Word -> the set of hosts it speaks about, and whether it adds to it."""
    return {
        "resolvable": (server.unresolvable, False),
        "unresolvable": (server.unresolvable, True),
        "reachable": (server.unreachable, False),
        "unreachable": (server.unreachable, True),
        "mountable": (server.unmountable, False),
        "no-mounts": (server.unmountable, True),
    }


def _reach(lab: Lab, server: Server, word: str, hosts: list[str]) -> None:
    concerned = {_host(lab, each) for each in names(hosts[0])} if hosts else set(lab.db.all("host"))
    affected, adds = _sets(server)[word]
    if adds:
        affected |= concerned
    else:
        affected -= concerned


def _host(lab: Lab, name: str) -> str:
    for ref in lab.db.find("host", name_label=name):
        return ref
    raise _wrong(f"the unknown host `{name}`", one_of((h["name_label"] for h in lab.db.all("host").values()), name))


def _on(word: str, value: str) -> bool:
    if value not in ("on", "off"):
        raise _wrong(f"`{word}`", "on or off")
    return value == "on"


def _export(server: Server, rest: list[str]) -> None:
    """Change an export, make a new one, or take one away (`gone`)."""
    if not rest or not rest[0].startswith("/"):
        raise _wrong("an export without a path", one_of(server.exports))
    path, *words = rest
    if words == ["gone"]:
        server.exports.pop(path, None)
        return
    export = server.exports.setdefault(path, Export(path))
    for word in words:
        key, _, value = word.partition("=")
        if key == "to":
            export.clients = tuple(names(value))
        elif key == "errno":
            export.errno = number(Line(0, "server"), value)
        elif key in EXPORT_FLAGS:
            setattr(export, EXPORT_FLAGS[key], _on(word, value))
        else:
            raise _wrong(f"`{word}`", one_of([*EXPORT_FLAGS, "to", "errno", "gone"], key))


def _dom0(lab: Lab, name: str, rest: list[str]) -> None:
    host = _host(lab, name)
    dom0 = lab.world.dom0.get(host)
    key, _, value = rest[0].partition("=")
    if key == "busy-mounts" and len(rest) == 1 and dom0:
        dom0.busy_mounts = _on(rest[0], value)
    elif rest[0] == "update":
        _update(lab, host, rest[1:])
    else:
        _nic(lab, host, dom0, rest)


def _update(lab: Lab, host: str, rest: list[str]) -> None:
    """A package is published: it waits for this host from now on."""
    values = dict(word.split("=", 1) for word in rest[1:] if "=" in word)
    if not rest or "=" in rest[0] or len(values) != len(rest) - 1 or values.keys() - set(available.KINDS):
        raise _wrong(
            f"`update {' '.join(rest)}`", f"update PACKAGE, then {one_of(available.KINDS)} with = and guidances"
        )
    line = Line(0, "update", rest[:1], values)
    lab.db.hidden("host", host)["updates"] = available.of_host(lab.db, host) | {rest[0]: wanted(line)}


def _nic(lab: Lab, host: str, dom0: Dom0 | None, rest: list[str]) -> None:
    known = {nic.name: nic for nic in dom0.nics} if dom0 else {}
    if rest[0] != "nic" or len(rest) < 3 or rest[1] not in known:
        raise _wrong(f"`{' '.join(rest)}`", f"busy-mounts=, update, or nic, then {one_of(known)}, then cable= or link=")
    for word in rest[2:]:
        key, _, value = word.partition("=")
        if key == "cable":
            known[rest[1]].cable = value
        elif key == "link":
            known[rest[1]].link = _on(word, value)
            cables.show(lab.db, host, known[rest[1]])
        else:
            raise _wrong(f"`{word}`", one_of(["cable", "link"], key))


def _guest(lab: Lab, name: str, rest: list[str]) -> None:
    found = lab.db.find("VM", name_label=name)
    if not found:
        raise _wrong(f"the unknown guest `{name}`", "the name of a guest of this pool")
    load = lab.world.loads.get(found[0], Load())
    for word in rest:
        key, _, value = word.partition("=")
        if key not in ("dirty", "writes"):
            raise _wrong(f"`{' '.join(rest)}`", "dirty= or writes= with a rate such as 20MiB/s")
        load = replace(load, **{key: rate(Line(0, "guest"), value)})
    lab.world.loads[found[0]] = load
