"""The wire and nothing else: XenAPI over HTTPS, with the certificate pinned before a byte is sent."""

from xenferry.xapi.address import Address, BadAddress
from xenferry.xapi.connection import Connection, connect
from xenferry.xapi.error import OutcomeUnknown, TaskCancelled, TaskVanished, Unreachable, Untrusted, XapiError
from xenferry.xapi.events import Batch, Event
from xenferry.xapi.task import Task
from xenferry.xapi.transport import Dial, Transport
from xenferry.xapi.trust import look

__all__ = [
    "Address",
    "BadAddress",
    "Batch",
    "Connection",
    "Dial",
    "Event",
    "OutcomeUnknown",
    "Task",
    "TaskCancelled",
    "TaskVanished",
    "Transport",
    "Unreachable",
    "Untrusted",
    "XapiError",
    "connect",
    "look",
]
