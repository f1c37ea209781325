"""Who may come in, and what they may do: a link that works once, accounts, a signed cookie, three roles.

What keeps other pages of the same browser from acting here: the cookie is `SameSite=Strict`, every form carries a token
that only our own pages know, a `Host` that is not ours is refused (names that are made to point here), and no page may
be framed. Our pages hold no script and no style of their own, so none that a pool's names smuggle in is run.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, urlsplit

from itsdangerous import BadData, URLSafeTimedSerializer
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from xenferry.web.accounts import Account, Accounts, BadAccount
from xenferry.web.guesses import Guesses
from xenferry.web.roles import ROLES, Role, least

COOKIE = "xenferry"
LINK = "link"
"""Whoever guesses links, from wherever."""
STAYS_S = 12 * 3600
"""How long somebody stays known."""
BODY_MAX, FIELDS_MAX = 20 * 1024 * 1024, 10_000
WRONG_MAX, WITHIN_S = 10, 60.0
"""So many wrong links, or passwords from one address, are answered within so many seconds; then none for a while."""
NAME_WRONG_MAX = 30
"""The same for one name, from wherever: few enough to guess nothing, enough not to lock its owner out by mistake."""
HASHED_AT_ONCE = 2
"""Each takes 32 MiB and a processor."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Person(Struct, frozen=True):
    """Who asks."""

    name: str
    role: Role
    csrf: str
    """What their forms have to carry."""
    leaves: bool = False
    """Whether they logged in, and so may log out."""

    def may(self, role: Role) -> bool:
        return ROLES.index(self.role) >= ROLES.index(role)


class Refused(Exception):
    """This may not be done; the message says why, `status` is HTTP's."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Door:
    """Opens to whoever holds the link, or comes through the proxy that says who it is.

    Args:
        key: signs the cookies; who keeps it over a restart keeps people logged in.
        hosts: what a request's `Host` may be, port included.
        name, role: of whoever opens the link.
        header: a reverse proxy's header with the name of the person it has let in; empty: there is no proxy.
        secure: pages are served by TLS.
        accounts: who may log in with a password; None: nobody.
    """

    def __init__(
        self,
        key: bytes,
        hosts: frozenset[str],
        *,
        name: str,
        role: Role,
        header: str = "",
        secure: bool = False,
        accounts: Accounts | None = None,
    ) -> None:
        self.hosts, self.name, self.role, self.header, self.secure = hosts, name, role, header, secure
        self._signed = URLSafeTimedSerializer(key, salt="xenferry-person")
        self._key = key
        self.used: Callable[[], None] = lambda: None
        """Called when a link was used, so that the next one can be shown."""
        self._links: set[str] = set()
        self.accounts = accounts
        self._wrong = Guesses(WRONG_MAX, WITHIN_S)
        self._wrong_names = Guesses(NAME_WRONG_MAX, WITHIN_S)
        self._hashing = asyncio.Semaphore(HASHED_AT_ONCE)

    # --- coming in -----------------------------------------------------------------------------------------

    def link(self) -> str:
        """A path that opens the door once."""
        token = secrets.token_urlsafe(32)
        self._links.add(token)
        return f"/enter?link={token}"

    def enter(self, token: str) -> str:
        """The cookie for whoever holds a link. Raises Refused."""
        if self._wrong.exhausted(LINK):
            raise Refused(429, "Too many wrong links within a minute. Wait, then open the link again.")
        found = next((each for each in self._links if hmac.compare_digest(each.encode(), token.encode())), None)
        if found is None:
            self._wrong.wrong(LINK)
            raise Refused(
                403, "This link was used already, or is not one of this program's. Take the newest it printed."
            )
        self._links.discard(found)
        self.used()
        return self._signed.dumps({"name": self.name, "role": self.role, "csrf": secrets.token_urlsafe(24)})

    async def login(self, name: str, password: str, there: str) -> tuple[str, Role]:
        """The cookie and the role of whoever knows the password; `there` is their address. Raises Refused."""
        if not self.people or self.accounts is None:
            raise Refused(404, "There are no accounts here; `xenferry accounts add` makes one.")
        if self._wrong.exhausted(there) or self._wrong_names.exhausted(name):
            raise Refused(429, "Too many wrong passwords within a minute. Wait a minute, then try again.")
        self._wrong.wrong(there)  # counted before it is looked at: many at once are many guesses, too
        self._wrong_names.wrong(name)
        async with self._hashing:
            account = await asyncio.to_thread(self.accounts.check, name, password)
        if account is None:
            raise Refused(401, "This name and this password do not go together.")
        self._wrong.right(there)
        self._wrong_names.right(name)
        role = least(account.role, self.role)
        known = {"name": name, "role": role, "csrf": secrets.token_urlsafe(24), "stamp": account.stamp}
        return self._signed.dumps(known), role

    def person(self, request: Request) -> Person:
        """Who asks; whatever their cookie says, with no more than the role that is given now. Raises Refused."""
        if self.header:
            return self._introduced(request)
        try:
            known = self._signed.loads(request.cookies.get(COOKIE, ""), max_age=STAYS_S)
        except BadData:
            raise Refused(401, self._way_in) from None
        if "stamp" not in known:  # came in by the link
            return Person(known["name"], least(known["role"], self.role), known["csrf"])
        account = self.people.get(known["name"])
        if account is None or not hmac.compare_digest(account.stamp, str(known["stamp"])):
            raise Refused(401, "Your account was changed or removed meanwhile. Log in again.")
        return Person(account.name, least(account.role, self.role), known["csrf"], leaves=True)

    @property
    def people(self) -> Mapping[str, Account]:
        """Who may log in with a password. Raises Refused: their file cannot be read."""
        try:
            return self.accounts.all if self.accounts is not None else {}
        except (BadAccount, OSError) as error:
            raise Refused(503, str(error)) from None

    @property
    def _way_in(self) -> str:
        if self.people:
            return ""
        return "Open the link that `xenferry serve` has printed on its terminal; each works once."

    def _introduced(self, request: Request) -> Person:
        """By the proxy, which alone reaches us."""
        name = request.headers.get(self.header, "")
        if not name:
            raise Refused(401, f"The proxy in front of xenferry did not say who asks (its header {self.header}).")
        csrf = hmac.new(self._key, name.encode(), "sha256").hexdigest()
        return Person(name, self.role, csrf)

    # --- acting --------------------------------------------------------------------------------------------

    async def acting(self, request: Request, role: Role) -> tuple[Person, dict[str, list[str]]]:
        """Who sends this form, and what it says; only if it comes from one of our pages. Raises Refused."""
        person = self.person(request)
        if not person.may(role):
            raise Refused(403, f"Your role is `{person.role}`; this needs `{role}` (`xenferry serve --role {role}`).")
        if not is_own(request, self.hosts):
            raise Refused(403, "This request comes from another site.")
        form = await read_form(request)
        given = request.headers.get("x-csrf", "") or "".join(form.get("csrf", [])[:1])
        if not hmac.compare_digest(given.encode(), person.csrf.encode()):
            raise Refused(403, "This form is too old, or comes from another site. Load the page again.")
        return person, form

    def keep(self, answer: Response, cookie: str) -> None:
        """Put the cookie into an answer."""
        answer.set_cookie(
            COOKIE, cookie, max_age=STAYS_S, httponly=True, samesite="strict", secure=self.secure, path="/"
        )


def is_own(request: Request, hosts: frozenset[str]) -> bool:
    """Whether a page of ours sends this, as far as the browser says where it comes from."""
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc in hosts


async def read_form(request: Request) -> dict[str, list[str]]:
    """The fields of a form. Raises Refused when it is too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_MAX:
            raise Refused(413, "That is more than 20 MiB. Give a file to `xenferry explain FILE` instead.")
    try:
        return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError:
        raise Refused(413, f"That form has more than {FIELDS_MAX} fields.") from None


class Guard:
    """Around the application: no foreign `Host` gets in, no answer leaves without its headers."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                own: Mapping[str, str] = {**HEADERS, **({} if _static(scope) else {"Cache-Control": "no-store"})}
                added = [(name.lower().encode(), value.encode()) for name, value in own.items()]
                message["headers"] = [*message.get("headers", ()), *added]
            await send(message)

        if dict(scope["headers"]).get(b"host", b"").decode("latin-1") not in self._hosts:
            text = "This address is not one under which xenferry serves (see --name)."
            await Response(text, 421, media_type="text/plain")(scope, receive, guarded)
            return
        await self._app(scope, receive, guarded)


def _static(scope: Scope) -> bool:
    return str(scope["path"]).startswith("/static/")
