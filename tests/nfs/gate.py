"""A server that mounts exported directories only, none below them, as FreeBSD does without -alldirs.

nfs-ganesha cannot forbid that. So this stands before a real one, hands everything through in both directions, from the
client's own address, and answers one thing itself: MOUNT of a path that is not an export is refused.
"""

from __future__ import annotations

import selectors
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

MOUNT_PROGRAM, MNT, EACCES = 100005, 1, 13
RESERVED = range(512, 700)


@contextmanager
def gate(before: str, at: str, exports: set[str], ports: tuple[int, ...] = (2049, 20048)) -> Iterator[None]:
    """While it lasts, the server at `before` is at the address `at`, too, without its sub-directories."""
    listeners = [socket.create_server((at, port)) for port in ports]
    ended = threading.Event()
    threads = [threading.Thread(target=_accept, args=(one, before, exports, ended), daemon=True) for one in listeners]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for one, thread in zip(listeners, threads, strict=True):
            thread.join()
            one.close()


def _accept(listener: socket.socket, before: str, exports: set[str], ended: threading.Event) -> None:
    listener.settimeout(0.05)
    port, guests = listener.getsockname()[1], []
    while not ended.is_set():
        try:
            client, (address, _) = listener.accept()
        except TimeoutError:
            continue
        guest = threading.Thread(target=_between, args=(client, _connect(before, port, address), exports, ended))
        guest.start()
        guests.append(guest)
    for guest in guests:
        guest.join()


def _connect(server: str, port: int, source: str) -> socket.socket:
    """As the client: from its address and a reserved port."""
    for own in RESERVED:
        try:
            return socket.create_connection((server, port), source_address=(source, own))
        except OSError:
            continue
    raise OSError("no reserved port is free")


def _between(client: socket.socket, server: socket.socket, exports: set[str], ended: threading.Event) -> None:
    with client, server, selectors.DefaultSelector() as ready:
        ready.register(client, selectors.EVENT_READ, server)
        ready.register(server, selectors.EVENT_READ, client)
        while not ended.is_set():
            for key, _ in ready.select(0.05):
                source = client if key.data is server else server
                data = source.recv(1 << 17)
                if not data:
                    return
                refusal = _refusal(data, exports) if source is client else None
                (source if refusal else key.data).sendall(refusal or data)


def _refusal(call: bytes, exports: set[str]) -> bytes | None:
    """The answer to a MOUNT below an export; None for all other calls. One call is one packet here."""
    if len(call) < 28:
        return None
    _, xid, _, _, program, _, procedure = struct.unpack(">7I", call[:28])
    if (program, procedure) != (MOUNT_PROGRAM, MNT):
        return None
    at = 28
    for _ in ("credentials", "verifier"):
        at += 8 + (struct.unpack(">I", call[at + 4 : at + 8])[0] + 3) // 4 * 4
    length = struct.unpack(">I", call[at : at + 4])[0]
    if call[at + 4 : at + 4 + length].decode() in exports:
        return None
    answer = struct.pack(">7I", xid, 1, 0, 0, 0, 0, EACCES)
    return struct.pack(">I", 0x80000000 | len(answer)) + answer
