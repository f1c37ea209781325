"""Settings that older clients write into host.other_config: XAPI watches for them and sets the fields of today.

(xapi_host_helpers.ml, watch_other_configs)
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from xenferry.lab.db import Record
from xenferry.lab.error import LabError

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

log = logging.getLogger(__name__)

SWITCH = {"true": True, "false": False}
NOTICED_S = 0.05
"""Events are delivered in batches of this length."""


def watch(lab: Lab) -> None:
    """Follows the hosts of the lab; called once."""

    def follow(cls: str, ref: str, _record: Record, changed: Collection[str] | None) -> None:
        if cls == "host" and changed and "other_config" in changed and any(_wishes(lab.db.get("host", ref))):
            with suppress(RuntimeError):  # nobody calls while no loop runs
                asyncio.get_running_loop()
                lab.spawn(_obey(lab, ref))

    lab.db.followers.append(follow)


def _wishes(host: Record) -> Iterator[tuple[str, str | bool]]:
    """Calls that would make the fields say what the keys say."""
    other = host["other_config"]
    iqn, multipathing = other.get("iscsi_iqn", ""), SWITCH.get(other.get("multipathing", ""))
    if iqn and iqn != host["iscsi_iqn"]:
        yield "host.set_iscsi_iqn", iqn
    if multipathing is not None and multipathing != host["multipathing"]:
        yield "host.set_multipathing", multipathing


async def _obey(lab: Lab, host: str) -> None:
    await asyncio.sleep(NOTICED_S)
    if not lab.db.exists("host", host) or lab.hypervisor.facts.upgrading:
        return
    for call, value in list(_wishes(lab.db.get("host", host))):
        try:
            await lab.call(call, host, value)
        except LabError as error:
            log.info("%s failed: %s", call, error)
