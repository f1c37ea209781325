"""What could be read of one error in a text that somebody pasted."""

from __future__ import annotations

from msgspec import Struct, field


class Thing(Struct, frozen=True, kw_only=True):
    """An object that the text speaks of."""

    role: str
    """What it is in this error: `vm`, `sr`, `host`, `network`, ...; empty if the text does not tell."""
    value: str
    """The reference, UUID or other word by which the text names it."""
    name: str = ""
    """Its name, if the text gives it beside the UUID, as `xe` does."""


class LogLine(Struct, frozen=True, kw_only=True):
    """Who wrote the line of a host's log on which an error stands; what it does not tell is empty."""

    time: str = ""
    program: str = ""
    """`xapi`, `xenopsd-xc`, `SM`, ..."""
    thread: str = ""
    """XAPI's thread, or the process of a storage driver."""
    task: str = ""
    """XAPI's task, e.g. `Async.VM.pool_migrate R:cb67d5d07c2b`: the same task has the same letters on every host."""


class Reading(Struct, frozen=True, kw_only=True):
    """One error. Texts are as they were pasted: hostile until escaped."""

    code: str = ""
    """XAPI's code; for a storage driver's text without one, the code that it would arrive with."""
    params: tuple[str, ...] = ()
    """The code's parameters in order."""
    form: str = ""
    """In what form it stood there: `xo-log`, `call`, `xe`, `xe-words`, `list`, `json-rpc`, `xml-rpc`, `sm-log`, ..."""
    start: int = 0
    end: int = 0
    """Where in the text it stands (characters, the end is exclusive)."""
    line: int = 1
    """The line on which it starts, from 1."""
    operation: str = ""
    """The call that failed, e.g. `SR.create`, else the client's name for it, e.g. `sr.createNfs`; may be unknown."""
    arguments: dict[str, str] = field(default_factory=dict)
    """What the call was given, as far as it is text: `server`, `serverpath`, `nameLabel`, `targetHost`, ..."""
    things: tuple[Thing, ...] = ()
    """The objects named by parameters and arguments."""
    text: str = ""
    """The storage driver's sentence, without what is in brackets."""
    opterr: str = ""
    """The detail that the driver gave: what stands in `[opterr=...]`."""
    errno: int | None = None
    """The error number of the operating system, where the detail holds one."""
    return_code: int | None = None
    """The exit status of `mount` or another program, where the detail holds one."""
    within: str = ""
    """The code of the error that this one was packed in (CANNOT_EVACUATE_HOST lists one per guest)."""
    log: LogLine | None = None
    """The log line on which it stands, if it stands on one."""
    times: int = 1
    """How often the same error stands in the text."""

    def role(self, *roles: str) -> str:
        """The reference, UUID or word of the first thing in one of these roles, or nothing."""
        for role in roles:
            for thing in self.things:
                if thing.role == role:
                    return thing.value
        return ""

    def param(self, position: int) -> str:
        """A parameter, or nothing if there are fewer."""
        return self.params[position] if position < len(self.params) else ""

    @property
    def server(self) -> str:
        """The file server that the call named, or nothing."""
        if server := self.arguments.get("server", ""):
            return server
        location = self.arguments.get("location", "")
        return location.rpartition(":")[0].strip("[]") if ":" in location else ""

    @property
    def path(self) -> str:
        """The path on the file server that the call named, or nothing."""
        path = self.arguments.get("serverpath") or self.arguments.get("serverPath") or ""
        location = self.arguments.get("location", "")
        return path or (location.rpartition(":")[2] if ":" in location else "")
