"""The product's own client and the lab, in one process: it follows a member and survives a restart of the toolstack."""

from __future__ import annotations

from test_kernel import GUEST, HOST, small_pool

from xenferry.lab.clock import virtual_run
from xenferry.xapi import connect


def test_events_go_on_over_a_restart_of_the_coordinator() -> None:
    async def main() -> list[str]:
        lab = small_pool()
        seen = []
        async with connect("192.0.2.12", "root", "lab", pin=None, dial=lab.dial) as pool:
            async for _ in pool.events(["vm"]):
                seen.append(await pool.call("VM.get_name_label", GUEST))
                lab.db.update("VM", GUEST, name_label=f"name {len(seen)}")
                if len(seen) == 2:
                    lab.restart_toolstack(HOST)
                if len(seen) == 5:
                    return seen
        return []

    assert virtual_run(main()) == ["web", "name 1", "name 2", "name 3", "name 4"]
