"""The same in a browser: pools, matrix, plans, runs, live, on this machine only unless told otherwise."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.paper import say
from xenferry.cli.frame.source import ask_password

if TYPE_CHECKING:
    from xenferry.config import PoolEntry
    from xenferry.web.accounts import Accounts
    from xenferry.web.control import ControlDomains
    from xenferry.web.desk import Connect, Desk
    from xenferry.web.door import Door
    from xenferry.web.house import House
    from xenferry.web.roles import Role

KEY_BYTES = 32


@click.command()
@click.option("-p", "--pool", "pools", multiple=True, metavar="NAME", help="Only this pool of the configuration.")
@click.option("--capture", "captures", multiple=True, metavar="FILE", help="A file made by `xenferry capture`.")
@click.option("--lab", "labs", multiple=True, metavar="SCENARIO", help="An embedded pool (`xenferry lab scenarios`).")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0: any free one.")
@click.option(
    "--host", "address", default="127.0.0.1", show_default=True, metavar="IP", help="The address to listen on."
)
@click.option("--name", "names", multiple=True, metavar="NAME[:PORT]", help="Another name by which browsers may call.")
@click.option(
    "--role", type=click.Choice(("look", "plan", "act")), default="act", show_default=True, help="What visitors may do."
)
@click.option("--cert", default="", metavar="FILE", help="TLS certificate, PEM; needs --key.")
@click.option("--key", default="", metavar="FILE", help="The certificate's private key, PEM.")
@click.option("--proxy-header", default="", metavar="HEADER", help="Believe a reverse proxy here who the visitor is.")
def command(
    pools: tuple[str, ...],
    captures: tuple[str, ...],
    labs: tuple[str, ...],
    port: int,
    address: str,
    names: tuple[str, ...],
    role: Role,
    cert: str,
    key: str,
    proxy_header: str,
) -> int:
    """Show all configured pools in a browser; plan, approve, watch and stop runs there. Until Ctrl-C.

    A link that works once opens it; the next link is printed when one was used. Whoever has an account (see `xenferry
    accounts`) may log in as well. It listens on this machine only: to be reached from elsewhere it needs accounts,
    --cert and --key, or a reverse proxy on this machine that logs people in and tells who they are in --proxy-header.
    """
    _allow(address, cert, key, proxy_header)
    with ExitStack() as stack:
        listener = stack.enter_context(_listen(address, port))
        at = listener.getsockname()[1]
        desks = _distinct([*_live(pools, captures, labs), *_still(captures), *_embedded(labs)])
        house = _house(stack, desks, lasting=not labs or bool(pools))
        door = _door(address, at, names, role, proxy_header, secure=bool(cert))
        base = f"{'https' if cert else 'http'}://{'localhost' if _loopback(address) else address}:{at}"
        return asyncio.run(_serve(house, door, listener, base, cert, key, by_link=_loopback(address)))


def _allow(address: str, cert: str, key: str, proxy_header: str) -> None:
    if bool(cert) != bool(key):
        raise Wrong("--cert and --key go together.")
    if not _loopback(address) and not cert:
        raise Wrong(
            f"{address} can be reached from elsewhere, and without TLS everybody between could read along and act. "
            "Give --cert and --key, or leave --host away and put a reverse proxy with TLS in front."
        )
    if proxy_header and not _loopback(address):
        raise Wrong(
            f"With --proxy-header whoever reaches {address} could say to be anybody. Listen on 127.0.0.1 and let only "
            "the proxy in."
        )


def find_accounts() -> Accounts:
    """Those that this user's servers let in."""
    from xenferry import config
    from xenferry.web.accounts import Accounts

    return Accounts(config.find_state() / "accounts.json")


def _accounts(address: str) -> Accounts:
    """Those who may log in: from elsewhere nobody comes in otherwise.

    Raises:
        Wrong: there has to be one, or their file cannot be read.
    """
    from xenferry.web.accounts import BadAccount

    accounts = find_accounts()
    try:
        known = accounts.all
    except BadAccount as error:
        raise Wrong(str(error)) from None
    if not known and not _loopback(address):
        raise Wrong(
            f"{address} can be reached from elsewhere, and nobody has an account. Add one first: "
            "`xenferry accounts add NAME --role look`."
        )
    return accounts


def _loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        raise Wrong(f"--host needs an IP address of this machine, not {address!r}.") from None


def _listen(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
    except OSError as error:
        listener.close()
        raise Wrong(f"Cannot listen on {address} port {port}: {error.strerror}. Choose another with --port.") from None
    return listener


# --- the pools ---------------------------------------------------------------------------------------------


def _live(pools: tuple[str, ...], captures: tuple[str, ...], labs: tuple[str, ...]) -> list[Desk]:
    """The configured pools: those named, or all if nothing else was given. Passwords are asked for now, once."""
    from xenferry import config
    from xenferry.cli.frame.source import chosen
    from xenferry.probe.knock import knock
    from xenferry.web.desk import Desk

    configured = config.load()
    names = pools or (() if captures or labs else tuple(configured.pools))
    if not names and not captures and not labs:
        chosen(configured, "", ("--capture FILE", "--lab SCENARIO"))
    desks = []
    for name in dict.fromkeys(names):
        _, entry = chosen(configured, name)
        dial = _dial(name, entry.address, entry.user, entry.fingerprints, entry)
        desks.append(Desk(name, time.time, connect=dial, knock=knock, control=_control(name, entry)))
    return desks


def _control(name: str, entry: PoolEntry) -> ControlDomains:
    """Its control domains; keys that are not known are confirmed in the browser."""
    from xenferry.cli.frame.dom0 import known_keys, of_entry
    from xenferry.web.control import ControlDomains

    keys = known_keys()
    return ControlDomains(lambda meet: of_entry(name, entry, keys, meet), keys.pin)


def _dial(name: str, address: str, user: str, pins: tuple[str, ...], entry: PoolEntry) -> Connect:
    from xenferry.xapi import connect

    password = ask_password(name, entry)
    return lambda: connect(address, user, password, pin=pins)


def _still(captures: tuple[str, ...]) -> list[Desk]:
    from xenferry.pool import capture
    from xenferry.web.desk import Desk

    found = [(Path(name), capture.load(Path(name))) for name in captures]
    return [
        Desk(_clean(path.name.removesuffix(".gz").removesuffix(".json")), time.time, still=snapshot, file=str(path))
        for path, snapshot in found
    ]


def _embedded(labs: tuple[str, ...]) -> list[Desk]:
    if not labs:
        return []
    from xenferry.cli.lab.hold import held
    from xenferry.web.desk import Desk

    return [Desk(f"lab {_clean(Path(name).stem)}", time.time, connect=held(name)) for name in labs]


def _clean(name: str) -> str:
    """A name for the address line."""
    return name.replace("/", "-").strip(".") or "pool"


def _distinct(desks: list[Desk]) -> list[Desk]:
    """Two files of one name are two pools: the second is called `name 2`."""
    taken: set[str] = set()
    for desk in desks:
        plain, number = desk.name, 1
        while desk.name in taken:
            number += 1
            desk.name = f"{plain} {number}"
        taken.add(desk.name)
    return desks


# --- the rest of the house ---------------------------------------------------------------------------------


def _house(stack: ExitStack, desks: list[Desk], *, lasting: bool) -> House:
    """`lasting`: runs go into the journal that the other commands use; those of labs are forgotten with the lab."""
    from xenferry import config
    from xenferry.cli.frame.driving import is_gone, journal_url, owner
    from xenferry.cli.frame.telling import complain, told
    from xenferry.runs.audit import Audit
    from xenferry.runs.journal import Journal
    from xenferry.web.house import House

    folder = config.find_state() if lasting else _passing(stack)
    url = journal_url() if lasting else f"sqlite:///{folder / 'journal.db'}"
    journal, audit = Journal(url, clock=time.time), Audit(url, clock=time.time)
    stack.callback(journal.close)
    stack.callback(audit.close)
    house = House(desks, journal, audit, plans=folder / "plans", owner=owner(), gone=is_gone)
    house.told, house.complain = told() if lasting else (), complain
    if not url.startswith("sqlite"):
        from xenferry.runs.fleet import Fleet

        house.join = lambda carry: Fleet(url, owner(), carry, journal.driven)
    return house


def _passing(stack: ExitStack) -> Path:
    """A folder for as long as the program runs."""
    import tempfile

    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="xenferry-")))


def _door(address: str, port: int, names: tuple[str, ...], role: Role, header: str, *, secure: bool) -> Door:
    import getpass

    from xenferry.web.door import Door

    own = ("localhost", "127.0.0.1", "[::1]") if _loopback(address) else (address,)
    hosts = {f"{name}:{port}" for name in own} | {name if ":" in name else f"{name}:{port}" for name in names}
    plain = {name for name in names if ":" not in name}
    known = frozenset(hosts | plain)
    accounts = None if header else _accounts(address)
    return Door(_key(), known, name=getpass.getuser(), role=role, header=header, secure=secure, accounts=accounts)


def _key() -> bytes:
    """What signs visitors' cookies; kept, so that they stay known when the server starts anew."""
    import os
    import secrets

    from xenferry import config

    path = config.find_state() / "serve.key"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
    except FileExistsError:
        pass  # made at the first start
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise Wrong(
            f"{path} should hold {KEY_BYTES} bytes and holds {len(key)}. Delete it; visitors then come in anew."
        )
    return key


async def _serve(
    house: House, door: Door, listener: socket.socket, base: str, cert: str, key: str, *, by_link: bool
) -> int:
    import uvicorn

    from xenferry.web.app import create

    def invite() -> None:
        if door.header:
            say(f"Serving at {base}; visitors are whom the proxy names in {door.header}.", style="bold")
        elif by_link:
            say(f"Open {base}{door.link()}", style="bold", wrap=False)
        else:
            say(f"Open {base}/login", style="bold", wrap=False)

    door.used = invite
    tls = {"ssl_certfile": cert, "ssl_keyfile": key} if cert else {}
    settings = uvicorn.Config(
        create(house, door), log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=2,
        lifespan="on", proxy_headers=bool(door.header), **tls,  # type: ignore[arg-type]
    )  # fmt: skip
    listener.listen(128)
    invite()
    say("The link works once; Ctrl-C ends." if by_link and not door.header else "Ctrl-C ends.")
    await uvicorn.Server(settings).serve(sockets=[listener])
    return 0
