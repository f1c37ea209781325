"""Sessions: who may call what on which host.

A session belongs to the coordinator; a local session belongs to one host and lives in that host's memory only. XAPI
persists neither: a restart of the toolstack forgets them. Passwords are compared, never kept in a record or message.
"""

from __future__ import annotations

import asyncio
import hmac
from typing import TYPE_CHECKING

from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
from xenferry.lab.sweeping import seconds

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

WRONG_PASSWORD_DELAY_S = 2.0
"""Seconds a refused login takes (recorded: 1.6 to 2.5 s, it depends on the PAM configuration)."""

USE_NOTED_S = 600.0
"""A use of a session is not written down when the last one that was is younger (threshold_last_active)."""


class Sessions:
    """`username` and `password` are the only account. A lab has nothing to hide, so it may tell both."""

    def __init__(self, lab: Lab, username: str, password: str) -> None:
        self._lab = lab
        self.username = username
        self.password = password
        self._local: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"Sessions(username={self.username!r})"

    async def login(self, username: str, password: str, originator: str, host: str) -> str:
        """A session of the pool. Raises HOST_IS_SLAVE [address] before looking at the password."""
        self._refuse_member(host)
        await self._authenticate(username, password)
        return self.open(username, originator, host)

    def open(self, username: str, originator: str, host: str) -> str:
        """A session without asking for a password, as XAPI makes for its own use."""
        now = self._lab.date()
        superuser = {"is_local_superuser": True, "auth_user_name": username, "originator": originator}
        return self._lab.db.create(
            "session", superuser, this_host=host, this_user=NULL, last_active=now, validation_time=now, pool=False
        )

    async def login_local(self, username: str, password: str, host: str) -> str:
        """A session of this host alone; it may read, whatever the state of the pool."""
        await self._authenticate(username, password)
        ref = self._lab.db.new_ref("session")
        self._local[ref] = host
        return ref

    def check(self, session: str, host: str, *, anywhere: bool) -> None:
        """Raises SESSION_INVALID [session], or HOST_IS_SLAVE [coordinator's address] for a session of the pool."""
        if self._local.get(session) == host:
            return
        if not self._lab.db.exists("session", session):
            raise LabError("SESSION_INVALID", session)
        if not anywhere:
            self._refuse_member(host)
        if host == self._lab.coordinator:
            self._note_use(session)

    def _note_use(self, session: str) -> None:
        """XAPI writes it down at most every ten minutes."""
        last = seconds(self._lab.db.get("session", session)["last_active"])
        if self._lab.now() > last + USE_NOTED_S:
            self._lab.db.update("session", session, last_active=self._lab.date())

    def is_local(self, session: str) -> bool:
        return session in self._local

    def close(self, session: str) -> None:
        """Ends a session; calls of `event.from` that wait on it end with SESSION_INVALID."""
        if self._local.pop(session, None) is None and self._lab.db.exists("session", session):
            self._lab.db.destroy("session", session)

    def forget(self, host: str) -> None:
        """The toolstack of a host has restarted: its local sessions are gone, on the coordinator all sessions are."""
        self._local = {ref: owner for ref, owner in self._local.items() if owner != host}
        if host == self._lab.coordinator:
            for ref in list(self._lab.db.all("session")):
                self._lab.db.destroy("session", ref)

    def change_password(self, new: str) -> None:
        self.password = new

    async def _authenticate(self, username: str, password: str) -> None:
        if username == self.username and self._matches(password):
            return
        await asyncio.sleep(WRONG_PASSWORD_DELAY_S)
        known = username == self.username
        reason = "Authentication failure" if known else "User not known to the underlying authentication module"
        raise LabError("SESSION_AUTHENTICATION_FAILED", username, reason)

    def _matches(self, password: str) -> bool:
        return hmac.compare_digest(password.encode(), self.password.encode())

    def _refuse_member(self, host: str) -> None:
        if host != self._lab.coordinator:
            raise LabError("HOST_IS_SLAVE", coordinator_of(self._lab, host))


def coordinator_of(lab: Lab, host: str) -> str:
    """The address of the coordinator a member believes in; after an emergency that may be one that is gone."""
    return str(lab.db.hidden("host", host).get("follows") or lab.address(lab.coordinator))
