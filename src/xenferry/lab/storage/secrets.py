"""Passwords in configurations: XAPI keeps each in a record of its own (class `secret`) and its uuid in their place.

XAPI moves a password when a call brings it, gives every PBD a copy, and forgets only the copies of what is destroyed:
the one that was moved stays in the database.
"""

from __future__ import annotations

from xenferry.lab.db import Database
from xenferry.lab.error import LabError

Config = dict[str, str]
PLAIN, KEPT = "password", "password_secret"


def moved(db: Database, config: Config) -> Config:
    """The configuration with uuids of new secrets: `cifspassword` becomes `cifspassword_secret`.

    Its order is turned round thereby (recorded).
    """
    kept = [(f"{key}_secret", _keep(db, text)) if key.endswith(PLAIN) else (key, text) for key, text in config.items()]
    return dict(reversed(kept))


def copied(db: Database, config: Config) -> Config:
    """The configuration with secrets of its own. Raises UUID_INVALID ["secret"; uuid]."""
    return {key: _copy(db, value) if key.endswith(KEPT) else value for key, value in config.items()}


def _copy(db: Database, uuid: str) -> str:
    for secret in db.find("secret", uuid=uuid):
        return _keep(db, db.get("secret", secret)["value"])
    raise LabError("UUID_INVALID", "secret", uuid)


def _keep(db: Database, value: str) -> str:
    return str(db.get("secret", db.create("secret", value=value))["uuid"])


def forget(db: Database, config: Config) -> None:
    """The secrets of a configuration that is no more."""
    for key, uuid in config.items():
        for secret in db.find("secret", uuid=uuid) if key.endswith(KEPT) else ():
            db.destroy("secret", secret)
