"""Let somebody log in to `xenferry serve`, or give them another password or role."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.paper import say

if TYPE_CHECKING:
    from xenferry.web.roles import Role


@click.command()
@click.argument("name")
@click.option(
    "--role", type=click.Choice(("look", "plan", "act")), required=True, help="What they may do: read, plan, carry out."
)
@click.option("--password-file", default="", metavar="FILE", help="The password is this file's first line; - is stdin.")
@click.option("--replace", is_flag=True, help="There is such an account: give it this password and role.")
def command(name: str, role: Role, password_file: str, replace: bool) -> int:
    """Let NAME log in to `xenferry serve`. The password is asked for, and kept as a hash only.

    A running server knows it at once. With --replace whoever was logged in with the old password is out.
    """
    from xenferry.cli.serve import find_accounts
    from xenferry.web.accounts import BadAccount

    accounts = find_accounts()
    try:
        if (name in accounts.all) is not replace:
            there = f"There is an account {name!r} already; --replace gives it another password and role."
            raise Wrong(f"There is no account {name!r} to replace." if replace else there)
        accounts.add(name, role, _password(name, password_file))
    except BadAccount as error:
        raise Wrong(str(error)) from None
    say(f"{name} may log in to `xenferry serve`, with role {role}.")
    return 0


def _password(name: str, file: str) -> str:
    """From the file, or asked for twice without showing it.

    Raises:
        Wrong: there is nobody to ask.
    """
    if file == "-":
        return sys.stdin.readline().rstrip("\r\n")
    if file:
        return Path(file).read_text("utf-8").partition("\n")[0].rstrip("\r")
    try:
        typed: str = click.prompt(f"Password for {name}", hide_input=True, confirmation_prompt=True, err=True)
    except click.Abort:
        raise Wrong("Nobody is there to type the password. Give --password-file.") from None
    return typed
