"""Making a directory in a share, looking into it, writing, linking, and taking it all away, as the NFS driver would.

It is done from this machine over ONC RPC, nothing is mounted. Whatever happens, what was made is removed again; the
name says whose it is should the server refuse that, too.
"""

from __future__ import annotations

from secrets import token_hex

from msgspec import Struct

from xenferry.onc import mountd, nfs3, nfs4
from xenferry.probe.view import LINKS, MAKES, MOUNTS_BELOW, WRITES

BLOCK = bytes(65536)
"""More than one packet of any size, so that full-size packets have to get through."""
FILE, OTHER = "file", "link"


class Trial(Struct, frozen=True):
    """How far the trial came."""

    went: tuple[str, ...] = ()
    """Steps that worked."""
    failed: str = ""
    """The step that did not."""
    reason: str = ""
    left: str = ""
    """A directory that could not be removed again, by its name in the path."""


def new_name() -> str:
    """Of the directory of a trial."""
    return f".xenferry-trial-{token_hex(6)}"


async def try_3(directory: nfs3.Directory, address: str, port: int, path: str, source: str = "") -> Trial:
    """With NFSv3, in a directory that mountd gave the handle of; `port` is mountd's. Raises OSError, TimeoutError."""
    name, went = new_name(), [MAKES]
    try:
        await directory.make_directory(name)
    except OSError as error:
        return Trial((), MAKES, _said(error))
    try:
        reason = await _below_3(
            await directory.lookup(name), went, (address, port, f"{path.rstrip('/')}/{name}"), source
        )
    finally:
        left = await _removed(directory, name)
    order = (MAKES, MOUNTS_BELOW, WRITES, LINKS)
    return Trial(tuple(went), order[len(went)] if reason else "", reason, "" if left else name)


async def _below_3(own: nfs3.Directory, went: list[str], at: tuple[str, int, str], source: str) -> str:
    """Why the next step did not work; empty when all did."""
    try:
        await mountd.handle(*at, source)
        went.append(MOUNTS_BELOW)
        await own.make_file(FILE)
        await (await own.lookup(FILE)).write(BLOCK)
        went.append(WRITES)
        await own.link(FILE, own, OTHER)
        went.append(LINKS)
    except OSError as error:  # TimeoutError is one
        return _said(error)
    return ""


async def _removed(directory: nfs3.Directory, name: str) -> bool:
    own = await directory.lookup(name)
    for file in (OTHER, FILE):
        try:
            await own.remove_file(file)
        except nfs3.NfsError:
            continue  # it was not made; if it was, the directory is not empty, and that is told
    try:
        await directory.remove_directory(name)
    except nfs3.NfsError:
        return False
    return True


async def try_4(place: nfs4.Place) -> Trial:
    """With NFSv4: only the directory, since writing needs open files, which this client does not have."""
    name = new_name()
    try:
        await nfs4.make_directory(place, name)
    except nfs4.Nfs4Error as error:
        return Trial((), MAKES, _said(error))
    went, reason = [MAKES], ""
    try:
        await nfs4.look(place._replace(path=f"{place.path.rstrip('/')}/{name}"))
        went.append(MOUNTS_BELOW)
    except nfs4.Nfs4Error as error:
        reason = _said(error)
    try:
        await nfs4.remove(place, name)
    except nfs4.Nfs4Error:
        return Trial(tuple(went), MOUNTS_BELOW if reason else "", reason, name)
    return Trial(tuple(went), MOUNTS_BELOW if reason else "", reason)


def _said(error: OSError) -> str:
    return error.strerror or str(error) or "no answer"
