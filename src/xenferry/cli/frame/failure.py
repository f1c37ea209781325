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


def _tell_one(error: Exception) -> int | None:
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.ClickException):
        return _tell_click(error)
    from xenferry.config import ConfigError

    if isinstance(error, ConfigError):
        return _tell_plainly(error, 2)
    return _tell_pool_error(error)


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


def _tell_pool_error(error: Exception) -> int | None:
    from xenferry import xapi
    from xenferry.pool import capture

    if isinstance(error, (xapi.Unreachable, xapi.Untrusted)):
        return _tell_plainly(error, 3)
    if isinstance(error, capture.CaptureError):
        return _tell_plainly(error, 2)
    if isinstance(error, xapi.XapiError):
        return tell_xapi(error.code, error.params)
    if isinstance(error, OSError) and error.filename is not None:
        warn(f"xenferry: {error.filename}: {error.strerror}", style="red")
        return 2
    return None


def tell_xapi(code: str, params: tuple[str, ...]) -> int:
    """What XAPI refused, its own words first, then what they mean where we know it."""
    warn(f"xenferry: the pool refused: {code}({', '.join(params)})", style="red")
    warn(f"Run `xenferry explain {code}` for what it means and how to cure it.")
    return 1
