"""NFSv4.0 (RFC 7530): the same questions where there is no mount daemon. One compound call each, no state, no locks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

from xenferry.onc.rpc import Client
from xenferry.onc.xdr import Reader, hyper, number, text

PORT, PROGRAM, VERSION, COMPOUND = 2049, 100003, 4, 1
ACCESS, CREATE, GETATTR, LOOKUP, PUTROOTFH, READDIR, REMOVE = 3, 6, 9, 15, 24, 26, 28
FILES_LEFT, FILES, SPACE_LEFT, SPACE = 21, 23, 42, 44
"""Numbers of attributes, in the order in which they are answered."""
DIRECTORY = 2
MODIFY, EXTEND = 0x04, 0x08
ERRNOS = {1: 1, 2: 2, 5: 5, 13: 13, 17: 17, 20: 20, 28: 28, 30: 30, 66: 39, 69: 122, 10016: 1, 10026: 1}
"""Status -> errno; WRONGSEC and RESOURCE are shown as EPERM, all others as EIO."""


class Nfs4Error(OSError):
    """The refusal, with the `errno` a mounted client would see; `step` is the operation that was refused."""

    def __init__(self, status: int, step: int) -> None:
        number_ = ERRNOS.get(status, 5)
        super().__init__(number_, os.strerror(number_))
        self.step = step


class Place(NamedTuple):
    """A directory of a server, and the address from which it is looked at."""

    address: str
    path: str
    source: str = ""
    port: int = PORT


async def look(place: Place) -> None:
    """Whether the path is there for this client. Raises Nfs4Error, OSError, TimeoutError."""
    await _compound(place)


async def may_change(place: Place) -> bool:
    """Whether root of this machine may add entries, by what the server says; nothing is changed."""
    answer = await _compound(place, number(ACCESS) + number(MODIFY | EXTEND))
    answer.number()
    return answer.number() & (MODIFY | EXTEND) == MODIFY | EXTEND


async def make_directory(place: Place, name: str) -> None:
    mode = number(2) + number(0) + number(2) + number(4) + number(0o755)
    await _compound(place, number(CREATE) + number(DIRECTORY) + text(name) + mode)


async def remove(place: Place, name: str) -> None:
    await _compound(place, number(REMOVE) + text(name))


async def space(place: Place) -> tuple[int, int]:
    """Bytes in all, and bytes that are free; 0 too where no file can be added. A server that does not tell: OSError."""
    words = [0, 0]
    for attribute in (FILES_LEFT, FILES, SPACE_LEFT, SPACE):
        words[attribute // 32] |= 1 << attribute % 32
    answer = await _compound(place, number(GETATTR) + number(len(words)) + b"".join(map(number, words)))
    told = [answer.number() for _ in range(answer.number())]
    answer.number()  # bytes of what follows
    wanted = (FILES_LEFT, FILES, SPACE_LEFT, SPACE)
    found = {each: answer.hyper() for each in wanted if told[each // 32 : each // 32 + 1] and _has(told, each)}
    if not {SPACE_LEFT, SPACE} <= found.keys():
        raise OSError("the server does not tell its space")
    full = found.get(FILES) and not found.get(FILES_LEFT, 1)
    return found[SPACE], 0 if full else found[SPACE_LEFT]


def _has(words: list[int], attribute: int) -> bool:
    return bool(words[attribute // 32] >> attribute % 32 & 1)


async def names(place: Place) -> list[str]:
    """The entries of the directory, the first few thousand."""
    asked = hyper(0) + bytes(8) + number(8192) + number(65536) + number(0)
    answer = await _compound(place, number(READDIR) + asked)
    answer.take(8)
    return list(_entries(answer))


def _entries(answer: Reader) -> Iterator[str]:
    while answer.number():
        answer.hyper()
        yield answer.text()
        for _ in range(answer.number()):
            answer.number()
        answer.opaque()


async def _compound(place: Place, last: bytes = b"") -> Reader:
    """From the root to the path and then the last operation; what is left of the answer is that one's result."""
    steps = [number(PUTROOTFH), *(number(LOOKUP) + text(part) for part in place.path.split("/") if part)]
    steps += [last] if last else []
    arguments = text("") + number(0) + number(len(steps)) + b"".join(steps)
    async with Client.open(place.address, place.port, PROGRAM, VERSION, place.source) as client:
        answer = await client.call(COMPOUND, arguments)
    answer.number()
    answer.text()
    for _ in range(answer.number()):
        step, status = answer.number(), answer.number()
        if status:
            raise Nfs4Error(status, step)
        if step not in (PUTROOTFH, LOOKUP):
            break
    return answer
