"""Where pools, certificate fingerprints and passwords come from: one TOML file that holds no password.

    [pools.home]
    address = "192.0.2.11"
    user = "root"
    fingerprints = ["..."]                   # SHA-256 of the hosts' certificates, pinned by `xenferry pool add`
    password = { env = "XENFERRY_HOME" }     # or file = PATH, command = [..], keyring = SERVICE, or prompt = true

The file is $XENFERRY_CONFIG, else $XDG_CONFIG_HOME/xenferry/config.toml, else ~/.config/xenferry/config.toml. It says
which command is run for a password, so it must not be writable by others.
"""

from __future__ import annotations

import os
import re
import stat
import subprocess
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct, field

COMMAND_SECONDS_MAX = 60
"""How long a password command may take: long enough to touch a key or type a passphrase."""


class ConfigError(Exception):
    """The configuration cannot be used; the message says what was found, where, and what to write instead."""


class PasswordSource(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a pool's password is; exactly one field is set. The password itself is never stored."""

    env: str = ""
    """The name of an environment variable."""
    file: str = ""
    """A file that only its owner may read; its first line is the password."""
    command: tuple[str, ...] = ()
    """A command (no shell) whose first line of output is the password."""
    keyring: str = ""
    """A service of the desktop's keyring; needs the extra `keyring`."""
    prompt: bool = False
    """Ask on the terminal each time."""

    def __post_init__(self) -> None:
        if len([1 for name in self.__struct_fields__ if getattr(self, name)]) != 1:
            raise ValueError("give exactly one of env, file, command, keyring, prompt")


class Dom0Entry(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The ssh server of one host's control domain."""

    address: str
    port: int = 22
    key: str = ""
    """SHA-256 fingerprint of its key (`SHA256:...`); empty: asked at the first contact, then remembered."""


class PoolEntry(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How to reach one pool."""

    address: str
    """The coordinator (or any host: members point to it), as name or IP address, with `:port` if not 443."""
    user: str = "root"
    fingerprints: tuple[str, ...] = ()
    """SHA-256 of the certificates that are trusted: the coordinator's, and of the hosts that may become it."""
    password: PasswordSource = PasswordSource(prompt=True)
    dom0: dict[str, Dom0Entry] = field(default_factory=dict)
    """Address of a host -> how its dom0 is reached by ssh, where that is not port 22 of the same address."""


class Webhook(Struct, frozen=True, forbid_unknown_fields=True):
    """A program that wants to hear of runs (`xenferry.runs.bell`)."""

    url: str | PasswordSource
    """https://...; or where that is, if it is a secret."""
    events: tuple[Literal["started", "failed", "person", "unreachable", "ended"], ...] = ("person", "failed", "ended")
    pools: tuple[str, ...] = ()
    """Only runs of these pools, by their names in XAPI; empty: of all."""
    secret: PasswordSource | None = None
    """Signs what is sent."""


class Config(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    pools: dict[str, PoolEntry] = field(default_factory=dict)
    journal: str = ""
    """SQLAlchemy URL of the runs' journal; empty: a file beside the configuration's data."""
    webhooks: tuple[Webhook, ...] = ()


def find() -> Path:
    """Where the configuration is, or would be."""
    if named := os.environ.get("XENFERRY_CONFIG"):
        return Path(named)
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "xenferry" / "config.toml"


def find_state() -> Path:
    """The folder for the journal of runs: $XDG_STATE_HOME/xenferry, else ~/.local/state/xenferry."""
    base = os.environ.get("XDG_STATE_HOME")
    return (Path(base) if base else Path.home() / ".local" / "state") / "xenferry"


def load(path: Path | None = None) -> Config:
    """The configuration; an empty one when there is no file.

    Raises:
        ConfigError: not TOML, an unknown or wrong setting, or the file may be changed by others.
    """
    path = path or find()
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return Config()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    if path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise ConfigError(f"{path}: may be changed by other users, and it names commands to run: chmod 600 {path}")
    return parse(text, source=str(path))


def parse(text: str, *, source: str) -> Config:
    """Read the TOML text; `source` names it in errors.

    Raises:
        ConfigError: see `load`.
    """
    try:
        return msgspec.convert(tomllib.loads(text), Config)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{source}: not TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise ConfigError(f"{source}: {error}") from error


_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def add_pool(name: str, entry: PoolEntry, path: Path | None = None) -> Path:
    """Remember a pool; everything else in the file stays as it is, comments included.

    Raises:
        ConfigError: the name is taken or is not letters, digits, `-` and `_`; or the file cannot be used.
    """
    path = path or find()
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{name!r} cannot be the name of a pool here: use letters, digits, - and _")
    if name in load(path).pools:
        raise ConfigError(f"{path}: there is a pool {name!r} already; `xenferry pool remove {name}` forgets it")
    before = path.read_text("utf-8") if path.exists() else ""
    gap = "" if not before or before.endswith("\n\n") else "\n" if before.endswith("\n") else "\n\n"
    _write(path, before + gap + _table(name, entry))
    return path


def remove_pool(name: str, path: Path | None = None) -> Path:
    """Forget a pool; everything else in the file stays as it is.

    Raises:
        ConfigError: there is no such pool, or it is written in a way that cannot be cut out safely.
    """
    path = path or find()
    if name not in load(path).pools:
        raise ConfigError(f"{path}: there is no pool {name!r}")
    rest = _without(path.read_text("utf-8"), name)
    if name in parse(rest, source=str(path)).pools:
        raise ConfigError(f"{path}: pool {name!r} is not in a [pools.{name}] table of its own; remove it by hand")
    _write(path, rest)
    return path


def _table(name: str, entry: PoolEntry) -> str:
    lines = [f"[pools.{name}]"]
    for key, value in msgspec.to_builtins(entry).items():
        lines.append(f"{key} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_toml(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_toml, value)) + "]"
    # A TOML basic string escapes as JSON does, plus DEL, which JSON leaves as it is.
    return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if _NAME.fullmatch(key) else msgspec.json.encode(key).decode()


_HEADER = re.compile(r"^\s*\[{1,2}\s*(?P<name>[^\]]+?)\s*\]")


def _without(text: str, name: str) -> str:
    kept, inside = [], False
    for line in text.splitlines(keepends=True):
        if header := _HEADER.match(line):
            title = header["name"].replace(" ", "").replace('"', "")
            inside = title == f"pools.{name}" or title.startswith(f"pools.{name}.")
        if not inside:
            kept.append(line)
    return "".join(kept)


def _write(path: Path, text: str) -> None:
    """Replace the file in one step, readable by its owner only; a crash leaves the old one."""
    parse(text, source=str(path))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = path.resolve()
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name + ".")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def read_password(name: str, entry: PoolEntry, ask: Callable[[str], str]) -> str:
    """The password of a pool, from wherever its entry says; `ask` is called with a question if it says `prompt`.

    Raises:
        ConfigError: it is not there, or it is a file that others may read.
    """
    if entry.password.prompt:
        return ask(f"Password of {entry.user} on pool {name} ({entry.address})")
    return read_secret(f"the password of pool {name}", entry.password, entry.user)


def read_secret(what: str, source: PasswordSource, user: str) -> str:
    """As `read_password`, of anything that nobody can be asked for; `what` names it in errors."""
    if source.env:
        return _from_environment(what, source.env)
    if source.file:
        return _from_file(what, Path(source.file).expanduser())
    if source.command:
        return _from_command(what, source.command)
    if source.keyring:
        return _from_keyring(what, source.keyring, user)
    raise ConfigError(f"{what} cannot be asked for on the terminal: give env, file, command or keyring")


def _from_environment(what: str, variable: str) -> str:
    found = os.environ.get(variable)
    if not found:
        raise ConfigError(f"{what} is expected in the environment variable {variable}, not set")
    return found


def _from_file(what: str, path: Path) -> str:
    try:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise ConfigError(f"{path} holds {what} and others may read it: chmod 600 {path}")
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise ConfigError(f"{what} cannot be read: {path}: {error.strerror}") from error
    if not lines or not lines[0]:
        raise ConfigError(f"{path} should hold {what} in its first line, which is empty")
    return lines[0]


def _from_command(what: str, command: tuple[str, ...]) -> str:
    try:
        ended = subprocess.run(command, stdout=subprocess.PIPE, timeout=COMMAND_SECONDS_MAX, check=True, text=True)
    except FileNotFoundError as error:
        raise ConfigError(f"the command for {what} does not exist: {command[0]}") from error
    except subprocess.TimeoutExpired:
        # Without the cause: it holds the output.
        raise ConfigError(f"the command for {what} gave no answer in {COMMAND_SECONDS_MAX} s") from None
    except subprocess.CalledProcessError as error:
        raise ConfigError(f"the command for {what} ended with status {error.returncode}") from None
    lines = ended.stdout.splitlines()
    if not lines or not lines[0]:
        raise ConfigError(f"the command for {what} printed nothing")
    return lines[0]


def _from_keyring(what: str, service: str, user: str) -> str:
    try:
        import keyring  # type: ignore[import-not-found, unused-ignore]  # an extra
    except ImportError as error:
        raise ConfigError("passwords from a keyring need the extra: pip install 'xenferry[keyring]'") from error
    found = keyring.get_password(service, user)
    if found is None:
        raise ConfigError(f"the keyring holds nothing of {user} under the service {service}; {what} should be there")
    return str(found)
