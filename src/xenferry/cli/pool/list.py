"""The configured pools and where their passwords are."""

from __future__ import annotations

import click

from xenferry import config
from xenferry.cli.frame.paper import say, say_json, say_table


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(as_json: bool) -> int:
    """List the configured pools: address, user, pinned certificate, where the password is."""
    pools = config.load().pools
    if as_json:
        say_json(pools)
    elif pools:
        rows = [(name, pool.address, pool.user, _pin(pool), _password(pool)) for name, pool in sorted(pools.items())]
        say_table(("pool", "address", "user", "certificates", "password"), rows)
    else:
        say(f"No pool is configured in {config.find()}. Add one with `xenferry pool add NAME ADDRESS`.")
    return 0


def _pin(pool: config.PoolEntry) -> str:
    return ", ".join(f"{pin[:8]}..." for pin in pool.fingerprints) or "none pinned"


def _password(pool: config.PoolEntry) -> str:
    source = pool.password
    if source.command:
        return f"printed by {source.command[0]}"
    named = (("variable", source.env), ("file", source.file), ("keyring", source.keyring))
    return next((f"{where} {value}" for where, value in named if value), "asked each time")
