"""The one place where errors become a message on standard error and an exit status."""

from __future__ import annotations

from collections.abc import Iterator

import click

from xenferry.cli.frame.paper import warn


class Wrong(click.ClickException):
    """The command cannot be carried out as it was given; the message says what to give instead. Status 2."""

    exit_code = 2


def tell(error: Exception) -> int:
    """Say what went wrong, in words, and return the exit status.

    Raises:
        Exception: the error itself, when it is none of those that are known: a fault in xenferry, shown in full.
    """
    for cause in _leaves(error):
        status = _tell_one(cause)
        if status is None:
            raise error
        return status
    raise error


def _leaves(error: BaseException) -> Iterator[Exception]:
    if isinstance(error, ExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    elif isinstance(error, Exception):
        yield error


STATUS = {
    "xenferry.config.ConfigError": 2,
    "xenferry.lab.scenario.error.ScenarioError": 2,
    "xenferry.plan.file.BadPlan": 2,
    "xenferry.plan.things.Gone": 1,
    "xenferry.plan.things.Unseen": 1,
    "xenferry.pool.reading.CaptureError": 2,
    "xenferry.probe.dom0.Dom0Refused": 1,
    "xenferry.probe.dom0.Dom0Unreachable": 3,
    "xenferry.probe.share.BadShare": 2,
    "xenferry.runs.kept.LeaseLost": 1,
    "xenferry.runs.kept.NoSuchRun": 2,
    "xenferry.runs.kept.Taken": 1,
    "xenferry.xapi.address.BadAddress": 2,
    "xenferry.xapi.error.TaskCancelled": 1,
    "xenferry.xapi.error.TaskVanished": 1,
    "xenferry.xapi.error.Unreachable": 3,
    "xenferry.xapi.error.Untrusted": 3,
    "xenferry.xapi.error.XapiError": 1,
}
"""Every known error by its class's full name -> exit status. By name, so that telling one imports nothing."""


def _tell_one(error: Exception) -> int | None:
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.ClickException):
        return _tell_click(error)
    if isinstance(error, OSError) and error.filename is not None:
        warn(f"xenferry: {error.filename}: {error.strerror}", style="red")
        return 2
    names = [f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__]
    if "sqlalchemy.exc.DBAPIError" in names:
        return _tell_journal(error)
    known = [name for name in names if name in STATUS]
    if not known:
        return None
    if known[0].endswith(".XapiError"):
        return _tell_xapi(error)
    return _tell_plainly(error, STATUS[known[0]])


def _tell_click(error: click.ClickException) -> int:
    if isinstance(error, click.UsageError) and error.ctx is not None:
        warn(error.ctx.get_usage())
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
    else:
        warn(f"xenferry: {error.format_message()}", style="red")
    return error.exit_code


def _tell_plainly(error: Exception, status: int) -> int:
    for line in str(error).splitlines():
        warn(f"xenferry: {line}", style="red")
    return status


def _tell_journal(error: Exception) -> int:
    """The database's own words only: SQLAlchemy's message holds the statement and its values."""
    said = getattr(error, "orig", None) or type(error).__name__
    warn(f"xenferry: the journal of runs cannot be read or written: {said}.", style="red")
    where = "It is journal.db in ~/.local/state/xenferry (or $XDG_STATE_HOME/xenferry), or what `journal` in the"
    warn(f"{where} configuration names. If the file is damaged, move it away: only the history of runs is lost.")
    return 2


def _tell_xapi(error: Exception) -> int:
    """What XAPI refused: its own words first, then what they mean where we know it."""
    from xenferry.cli.frame.explained import say_explained

    warn(f"xenferry: the pool refused: {error}", style="red")
    say_explained(str(error), speak=warn)
    return 1
