"""The plugin updater.py of XCP-ng: what yum would install on a host, and installing it.

Only one of its functions runs at a time; the others are refused or wait a little. What is installed are the packages of
the scenario's `update` lines. Simplification: their sizes, texts and addresses are invented, and an error's last
parameter, the plugin's backtrace, is empty.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.updates import available

INSTALL_S = 90.0
"""How long an installation takes (invented)."""
PATIENCE_S = 10.0
"""How long a second installation of another kind waits for the first."""
REPOSITORIES = ("xcp-ng-base", "xcp-ng-updates", "xcp-ng-linstor")
ALL_REPOSITORIES = ("xcp-ng-base", "xcp-ng-updates", "xcp-ng-candidates", "xcp-ng-testing", "xcp-ng-linstor")
Arguments = dict[str, str]


def failed(text: str) -> LabError:
    """How XCP-ng's plugins tell an exception: code -1, the text, details, backtrace."""
    return LabError("-1", text, "", "")


async def check_update(ctx: Context, host: str, args: Arguments) -> str:
    with _alone(ctx, host, "check_update"):
        return json.dumps([_shown(name) for name in available.of_host(ctx.db, host)])


def _shown(package: str) -> dict[str, Any]:
    name, version, release = _parts(package)
    return {
        "name": name,
        "version": version,
        "release": release,
        "description": f"Update of {name}",
        "changelog": None,
        "url": "https://xcp-ng.org/",
        "size": 2**20,
        "license": "GPLv2",
    }


def _parts(package: str) -> tuple[str, str, str]:
    """`qemu-4.2.1-5` is qemu, 4.2.1, 5; a name without numbers is version 1, release 1."""
    name, _, rest = package.partition("-")
    while rest and not rest[0].isdigit():
        more, _, rest = rest.partition("-")
        name = f"{name}-{more}"
    version, _, release = rest.partition("-")
    return name, version or "1", release or "1"


async def update(ctx: Context, host: str, args: Arguments) -> str:
    """Everything that waits, or the packages named. Answers what yum did."""
    return await _yum(ctx, host, "update", args)


async def install(ctx: Context, host: str, args: Arguments) -> str:
    if not args.get("packages"):
        raise failed("Missing or empty argument `packages`")
    return await _yum(ctx, host, "install", args)


async def _yum(ctx: Context, host: str, action: str, args: Arguments) -> str:
    """A task of its own shows what goes on, and is gone afterwards."""
    await _wait(ctx, host, action)
    packages = args.get("packages", "")
    record = ctx.db.get("host", host)
    place = f"{record['name_label']} ({record['uuid']})"
    label = f"{action.capitalize()} {packages} on host {place}" if packages else f"Update host {place}"
    with _alone(ctx, host, action):
        task = ctx.lab.tasks.create(label, host=host)
        try:
            await asyncio.sleep(INSTALL_S)
            available.take(ctx.db, host, _named(ctx, host, packages) if packages else None)
        finally:
            ctx.lab.tasks.forget(task)
    command = ["yum", action, "--disablerepo=*", f"--enablerepo={','.join(REPOSITORIES)}", "-y"]
    command += [packages] if packages else []
    return json.dumps({"stdout": "Complete!\n", "stderr": "", "command": command, "returncode": 0})


def _named(ctx: Context, host: str, packages: str) -> list[str]:
    wanted = packages.replace(",", " ").split()
    return [each for each in available.of_host(ctx.db, host) if each in wanted or _parts(each)[0] in wanted]


async def query_installed(ctx: Context, host: str, args: Arguments) -> str:
    """The full name of each package; empty for one that is not installed."""
    wanted = args.get("packages", "").replace(",", " ").split()
    installed = ctx.db.hidden("host", host).get("installed", [])
    found = {name: next((one for one in installed if _parts(one)[0] == name), "") for name in wanted}
    return json.dumps(found) if found else "{}"


async def get_proxies(ctx: Context, host: str, args: Arguments) -> str:
    with _alone(ctx, host, "get_proxies"):
        return json.dumps(dict.fromkeys(ALL_REPOSITORIES, "_none_") | ctx.db.hidden("host", host).get("proxies", {}))


async def set_proxies(ctx: Context, host: str, args: Arguments) -> str:
    with _alone(ctx, host, "set_proxies"):
        try:
            wanted = dict(json.loads(args["proxies"]))
        except (ValueError, KeyError, TypeError) as error:
            raise failed(str(error)) from None
        for name in wanted:
            if name not in ALL_REPOSITORIES:
                raise failed(f"Can't find section '{name}' in config file")
        ctx.db.hidden("host", host).setdefault("proxies", {}).update(wanted)
        return ""


async def _wait(ctx: Context, host: str, action: str) -> None:
    """A second update is refused at once; anything else is waited for."""
    if action == "update" and _current(ctx, host) == "update":
        raise failed("Update already in progress")
    end = asyncio.get_running_loop().time() + PATIENCE_S
    while _current(ctx, host) and asyncio.get_running_loop().time() < end:  # noqa: ASYNC110 (it polls a lock file)
        await asyncio.sleep(1)


def _current(ctx: Context, host: str) -> str:
    return str(ctx.db.hidden("host", host).get("updater", ""))


@contextmanager
def _alone(ctx: Context, host: str, action: str) -> Iterator[None]:
    if _current(ctx, host):
        raise failed(f"The updater plugin is busy (current operation: {_current(ctx, host)})")
    ctx.db.hidden("host", host)["updater"] = action
    try:
        yield
    finally:
        ctx.db.hidden("host", host).pop("updater", None)


FUNCTIONS = {
    "check_update": check_update,
    "get_proxies": get_proxies,
    "install": install,
    "query_installed": query_installed,
    "set_proxies": set_proxies,
    "update": update,
}
