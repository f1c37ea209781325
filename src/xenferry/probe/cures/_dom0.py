"""What to do on the pool's own side: names are resolved by dom0, and no make of server can help there."""

from __future__ import annotations

from xenferry.probe.cures._need import RESOLVES, Need

TITLE = "On the hosts"


def lines(step: str, need: Need) -> tuple[str, ...]:
    if step == RESOLVES:
        return (
            f"Give every host a name server that knows {need.server}: `xe pif-list management=true`, then `xe"
            " pif-reconfigure-ip uuid=... mode=... DNS=...` with all its other settings as they are",
            f"or write the server's IP address in place of {need.server}; it then must never change",
        )
    return ()
