"""What can go wrong on the way to a pool, named by what the caller can do about it."""

from __future__ import annotations


class XapiError(Exception):
    """XAPI refused or failed a call.

    Attributes:
        code: XAPI's name of the error, e.g. `VM_REQUIRES_SR`.
        params: its parameters in order. Session references in them are blotted out.
    """

    def __init__(self, code: str, params: tuple[str, ...] = ()) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return f"{self.code}({', '.join(self.params)})"


class Unreachable(Exception):
    """The pool did not answer; the message says which address, what happened and what to look at."""


class OutcomeUnknown(Unreachable):
    """The connection broke after a changing call was sent: XAPI may have done it or not. Look at the pool."""


class Untrusted(Exception):
    """The host showed another certificate than the one pinned, or none is pinned. Nothing was sent to it.

    Attributes:
        address: whom we meant to talk to.
        fingerprint: SHA-256 of the certificate seen, in lower-case hexadecimal.
    """

    def __init__(self, address: str, fingerprint: str, known: frozenset[str]) -> None:
        self.address = address
        self.fingerprint = fingerprint
        self.known = known
        super().__init__(address, fingerprint)

    def __str__(self) -> str:
        if not self.known:
            return (
                f"{self.address} shows the certificate {self.fingerprint}, and none is pinned. Nothing was sent. "
                "Compare it with `openssl x509 -noout -fingerprint -sha256 -in /etc/xensource/xapi-ssl.pem` on the "
                "host, then pin it with `xenferry pool add`."
            )
        pinned = ", ".join(sorted(self.known))
        return (
            f"{self.address} shows the certificate {self.fingerprint}, but pinned is {pinned}. Nothing was sent. "
            "If the host was reinstalled or its certificate renewed, compare the fingerprint on the host's console and "
            "pin it anew with `xenferry pool add`; if not, somebody may stand in between."
        )


class TaskVanished(Exception):
    """XAPI no longer knows the task (its toolstack restarted, or somebody destroyed it). Look at the pool."""


class TaskCancelled(Exception):
    """The task was cancelled before it was done."""
