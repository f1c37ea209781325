"""Log in once, show and pin the certificate, remember where the password is."""

from __future__ import annotations

import asyncio
import hashlib
import shlex
import ssl
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from xenferry import config
from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.paper import say, say_fingerprint
from xenferry.cli.frame.source import ask_password
from xenferry.config import Dom0Entry, PasswordSource, PoolEntry

if TYPE_CHECKING:
    from xenferry.xapi import Connection


@click.command()
@click.argument("name")
@click.argument("address")
@click.option("--user", default="root", show_default=True, help="Who logs in.")
@click.option(
    "--fingerprint", default="", metavar="SHA256", help="The certificate's, known beforehand: nothing is asked."
)
@click.option("--password-env", default="", metavar="VARIABLE", help="The password is in this environment variable.")
@click.option("--password-file", default="", metavar="FILE", help="The password is this file's first line (mode 600).")
@click.option("--password-command", default="", metavar="CMD", help="The password is what this command prints.")
@click.option("--keyring", default="", metavar="SERVICE", help="The password is in the desktop's keyring.")
@click.option(
    "--dom0",
    "dom0s",
    multiple=True,
    metavar="HOST=ADDRESS[:PORT][,SHA256:KEY]",
    help="Where the ssh server of a host's control domain is, if not port 22 of the host's address. Repeatable.",
)
@click.option("--replace", is_flag=True, help="Replace a pool of this name: new address, new certificate.")
def command(
    name: str,
    address: str,
    user: str,
    fingerprint: str,
    password_env: str,
    password_file: str,
    password_command: str,
    keyring: str,
    dom0s: tuple[str, ...],
    replace: bool,
) -> int:
    """Remember the pool at ADDRESS (any of its hosts) as NAME.

    Its certificate is shown and pinned, then one login proves that it works. Without an option for the password it is
    asked each time. The password itself is never stored.
    """
    if name in config.load().pools and not replace:
        raise Wrong(
            f"There is a pool {name!r} already; --replace replaces it, `xenferry pool remove {name}` forgets it."
        )
    source = _password(password_env, password_file, password_command, keyring)
    entry = PoolEntry(address=address, user=user, password=source, dom0=dict(map(_dom0, dom0s)))
    pins = asyncio.run(_try(name, entry, fingerprint))
    if replace and name in config.load().pools:
        config.remove_pool(name)
    path = config.add_pool(name, msgspec.structs.replace(entry, fingerprints=pins))
    say(f"Pool {name} is remembered in {path}. Next: `xenferry check -p {name}`.")
    return 0


def _dom0(text: str) -> tuple[str, Dom0Entry]:
    from xenferry.xapi.address import BadAddress, parse

    host, _, rest = text.partition("=")
    where, _, key = rest.partition(",")
    try:
        at = parse(where, port=22)
    except BadAddress as error:
        raise Wrong(f"--dom0 {text}: expected HOST=ADDRESS[:PORT][,SHA256:KEY]; {error}") from None
    return host, Dom0Entry(address=at.host, port=at.port, key=key)


def _password(env: str, file: str, command_line: str, keyring: str) -> PasswordSource:
    if sum(map(bool, (env, file, command_line, keyring))) > 1:
        raise Wrong("Give one of --password-env, --password-file, --password-command and --keyring.")
    if not (env or file or command_line or keyring):
        return PasswordSource(prompt=True)
    absolute = str(Path(file).absolute()) if file else ""
    return PasswordSource(env=env, file=absolute, command=tuple(shlex.split(command_line)), keyring=keyring)


async def _try(name: str, entry: PoolEntry, expected: str) -> tuple[str, ...]:
    """Pin, log in, look around; the fingerprints of all hosts."""
    from xenferry.xapi import Untrusted, connect, look
    from xenferry.xapi.address import parse

    pins: tuple[str, ...] = (await _pin(str(parse(entry.address)), await look(parse(entry.address)), expected),)
    password = ask_password(name, entry)
    while True:
        try:
            async with connect(entry.address, entry.user, password, pin=pins) as pool:
                return await _greet(pool, pins)
        except Untrusted as sent_on:
            # The address was a member's; the coordinator it points to shows a certificate of its own.
            if sent_on.fingerprint in pins:
                raise
            say(f"{entry.address} belongs to the pool whose coordinator is {sent_on.address}.")
            pins = (*pins, await _pin(sent_on.address, sent_on.fingerprint, ""))


async def _pin(address: str, seen: str, expected: str) -> str:
    from xenferry.xapi import Untrusted
    from xenferry.xapi.trust import fingerprints

    if expected:
        known = fingerprints(expected)
        if seen not in known:
            raise Untrusted(address, seen, known)
        return seen
    say(f"{address} shows the certificate with the SHA-256 fingerprint")
    say_fingerprint(seen)
    say("On the host: openssl x509 -noout -fingerprint -sha256 -in /etc/xensource/xapi-ssl.pem", indent=2, hang=2)
    if not click.confirm("Is it the same?", default=False):
        raise Wrong("Nothing was sent and nothing is remembered.")
    return seen


async def _greet(pool: Connection, pins: tuple[str, ...]) -> tuple[str, ...]:
    """Say whom we found, and learn the other hosts' certificates over the trusted connection."""
    from xenferry.xapi import XapiError

    (record,) = (await pool.call("pool.get_all_records")).values()
    hosts = await pool.call("host.get_all_records")
    say(f"Logged in: pool {record['name_label'] or '(no name)'}, {len(hosts)} hosts.")
    found = dict.fromkeys(pins)
    for ref, host in hosts.items():
        try:
            pem = await pool.call("host.get_server_certificate", ref)
        except XapiError as error:
            say(
                f"The certificate of {host['name_label']} is not known ({error.code}); it is not pinned.",
                style="yellow",
            )
            continue
        found[hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()] = None
    return tuple(found)
