"""Accounts of the server's own: who may log in, with which role; passwords are kept as scrypt's hashes only.

They live in one file that only its owner may read. It is read anew whenever it was changed, so that somebody who was
removed, or whose password or role was changed, is out at once.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import tempfile
import unicodedata
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from xenferry.web.roles import Role

N, R, P = 2**15, 8, 3
"""scrypt's cost: 32 MiB and about a third of a second (the OWASP cheat sheet on password storage, 2024)."""
MEMORY_MAX = 2 * 128 * N * R
BYTES = 32
SHORTEST, LONGEST = 10, 1000
NAME_MAX = 64


class BadAccount(ValueError):
    """The name or the password will not do, or the file cannot be understood; the message says why."""


class Account(Struct, frozen=True):
    """Somebody who may log in."""

    name: str
    role: Role
    salt: str
    hash: str
    n: int = N
    r: int = R
    p: int = P

    @property
    def stamp(self) -> str:
        """Changes with the password; a cookie that knows another one is worth nothing."""
        return hashlib.sha256(self.salt.encode()).hexdigest()[:16]


class Accounts:
    """All of them, in a file that need not be there yet."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: tuple[int, int] | None = None
        self._known: dict[str, Account] = {}

    @cached_property
    def _nobody(self) -> Account:
        """Whose hash is made where there is nobody of a name."""
        return _account("nobody", "look", secrets.token_hex(16))

    @property
    def all(self) -> Mapping[str, Account]:
        """Name -> account, as the file has them now. Raises BadAccount, OSError."""
        try:
            seen = self._path.stat()
        except FileNotFoundError:
            self._read, self._known = None, {}
            return self._known
        if self._read != (seen.st_mtime_ns, seen.st_ino):
            self._known = {each.name: each for each in _parse(self._path)}
            self._read = (seen.st_mtime_ns, seen.st_ino)
        return self._known

    def add(self, name: str, role: Role, password: str) -> None:
        """Add an account, or give one another password and role. Raises BadAccount."""
        _check(name, password)
        self._write({**self.all, name: _account(name, role, password)})

    def change(self, name: str, role: Role) -> None:
        """Give an account another role. Raises KeyError: there is none of that name."""
        self._write({**self.all, name: replace(self.all[name], role=role)})

    def remove(self, name: str) -> None:
        """Raises KeyError: there is none of that name."""
        kept = dict(self.all)
        del kept[name]
        self._write(kept)

    def check(self, name: str, password: str) -> Account | None:
        """Whose password this is; it takes as long where there is nobody of that name."""
        found = self.all.get(name)
        right = hmac.compare_digest(_hash(found or self._nobody, password[:LONGEST]), (found or self._nobody).hash)
        return found if right else None

    def _write(self, accounts: Mapping[str, Account]) -> None:
        """Whole or not at all."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        text = msgspec.json.format(msgspec.json.encode(sorted(accounts.values(), key=lambda each: each.name)), indent=1)
        handle, name = tempfile.mkstemp(dir=self._path.parent)  # only its owner may read it
        with os.fdopen(handle, "wb") as file:
            file.write(text + b"\n")
        Path(name).replace(self._path)


def _parse(path: Path) -> list[Account]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[Account])
    except msgspec.DecodeError as error:
        raise BadAccount(f"{path} is no file of accounts: {error}. Delete it and add them anew.") from None


def _check(name: str, password: str) -> None:
    if not name or len(name) > NAME_MAX or not name.isprintable() or name != name.strip():
        raise BadAccount(f"A name has 1 to {NAME_MAX} characters that can be printed, and no blanks around it.")
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadAccount(f"A password has at least {SHORTEST} and at most {LONGEST} characters.")


def _account(name: str, role: Role, password: str) -> Account:
    blank = Account(name, role, secrets.token_hex(16), "")
    return replace(blank, hash=_hash(blank, password))


def _hash(account: Account, password: str) -> str:
    text = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    salt, costs = bytes.fromhex(account.salt), {"n": account.n, "r": account.r, "p": account.p}
    return hashlib.scrypt(text, salt=salt, maxmem=MEMORY_MAX, dklen=BYTES, **costs).hex()
