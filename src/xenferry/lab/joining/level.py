"""The CPU level of a pool: what all of its hosts have."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from xenferry.lab.db import Database

FEATURES = ("features_hvm_host", "features_pv_host", "features_hvm", "features_pv")


def common(sets: Iterable[str]) -> str:
    """Feature sets as `word-word-...` in hexadecimal, reduced to what is in all of them; a missing word has none."""
    words = [[int(word, 16) for word in each.split("-")] for each in sets if each]
    if not words:
        return ""
    longest = max(map(len, words))
    padded = [each + [0] * (longest - len(each)) for each in words]
    return "-".join(f"{reduce(int.__and__, column):08x}" for column in zip(*padded, strict=True))


def show(db: Database) -> None:
    """Write pool.cpu_info as it follows from the hosts."""
    infos = [host["cpu_info"] for host in db.all("host").values() if host["cpu_info"]]
    for ref, pool in db.all("pool").items():
        level = {name: common(info[name] for info in infos if name in info) for name in FEATURES}
        known = {name: level[name] for name in FEATURES if name in pool["cpu_info"]}
        sums = {
            name: str(sum(int(info.get(name, 0)) for info in infos))
            for name in ("cpu_count", "socket_count")
            if name in pool["cpu_info"]
        }
        db.update("pool", ref, cpu_info={**pool["cpu_info"], **known, **sums})
