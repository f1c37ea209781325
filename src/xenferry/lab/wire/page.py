"""The answers of xapi's HTTP server that are not XenAPI: error pages, refused methods, CORS preflights."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

Headers = tuple[tuple[str, str], ...]

NO_CACHE = ("cache-control", "no-cache, no-store")
KEEP = (("connection", "keep-alive"), NO_CACHE)
CLOSE = (("connection", "close"), NO_CACHE)
JSON = "application/json"
ORIGIN = ("Access-Control-Allow-Origin", "*")

SORRY = (
    "<html><body><h1>HTTP 500 internal server error</h1>An unexpected error occurred; please wait a while and try "
    "again. If the problem persists, please contact your support representative.<h1> Additional information </h1>"
)
FORBIDDEN = "<html><body><h1>HTTP 403 forbidden</h1>Access to the requested resource is forbidden.</body></html>"
UNAUTHORISED = "<html><body><h1>HTTP 401 unauthorised</h1>Please check your credentials and retry.</body></html>"

PROTECTED = frozenset(
    {
        "rrd_updates",
        "host_logs_download",
        "host_rrd",
        "vm_rrd",
        "sr_rrd",
        "export",
        "import",
        "export_metadata",
        "import_metadata",
        "vncsnapshot",
        "console",
        "services",
        "audit_log",
        "sync_config_files",
        "pool/xmldbdump",
        "host_backup",
        "host_restore",
        "system-status",
    }
)
"""Downloads that want a password first. The lab serves only those of `wire.download`."""


@dataclass(frozen=True)
class Reply:
    """An HTTP answer; `headers` without content-length, which the server adds."""

    status: int
    body: bytes = b""
    headers: Headers = field(default=CLOSE)


def envelope(content_type: str, body: bytes) -> Reply:
    """A XenAPI answer, good or bad: HTTP knows only 200."""
    kind = ("content-type", content_type)
    return Reply(200, body, (*KEEP, kind, ORIGIN, ("Access-Control-Allow-Headers", "X-Requested-With")))


def unreadable(text: str) -> Reply:
    """HTTP 500: the request could not be read; the page shows the OCaml exception."""
    return _html(500, f"{SORRY}{escape(text).replace('&#x27;', '&apos;')}</body></html>")


def unauthorised(realm: str) -> Reply:
    """HTTP 401: no session, a session that is no more, or a wrong password."""
    return _html(401, UNAUTHORISED, ("WWW-Authenticate", f'Basic realm="{realm}"'))


def other(method: str, path: str, *, encrypted: bool) -> Reply:
    """The answer to anything that is not a POST."""
    if method == "OPTIONS":
        allowed = ("Access-Control-Allow-Headers", "content-type, X-Requested-With")
        return Reply(200, b"", (*KEEP, ORIGIN, allowed, ("Access-Control-Allow-Methods", "PUT")))
    if method == "GET":
        return _download(path.split("?")[0].lstrip("/"), encrypted)
    if method == "PUT":
        return _html(403, FORBIDDEN)
    return _not_implemented(f"Unknown {escape(method)} not supported.")


def not_simulated(path: str) -> Reply:
    """HTTP 501: a real host would serve this."""
    return _not_implemented(f"This lab does not simulate /{escape(path)}.")


def _not_implemented(sorry: str) -> Reply:
    return _html(501, f"<html><body><h1>HTTP 501 Method Not Implemented</h1><p>{sorry}<br /></p></body></html>")


def _download(path: str, encrypted: bool) -> Reply:
    if not encrypted:
        return _html(403, FORBIDDEN)
    if path == "blob":
        return Reply(400)
    if path in PROTECTED:
        return unauthorised(path)
    page = (
        '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN"> <html><head> <title>404 Not Found</title> </head><body> '
        f"<h1>Not Found</h1> <p>The requested URL /{escape(path)} was not found on this server.</p> "
        "<hr><address>Xapi Server</address></body></html>"
    )
    return Reply(404, page.encode())


def _html(status: int, page: str, *more: tuple[str, str]) -> Reply:
    return Reply(status, page.encode(), (("content-type", "text/html"), *CLOSE, *more))
