"""What the pool's page says comes next, and where in the browser a cure's command is done."""

from __future__ import annotations

from pathlib import Path

import pytest
from visitor import Visitor, visit

from xenferry.web.ways import PLACES, ways

APART = """\
pool apart
host alpha memory=64GiB
  nic eth0 ip=192.0.2.11/24 management
host beta memory=64GiB
  nic eth4 ip=192.0.2.12/24 management
sr corner ext on=alpha
guest mail on=alpha memory=2GiB
  disk root sr=corner
  nic eth0
guest wiki on=alpha memory=2GiB
  nic eth0
"""
CALM = """\
pool calm
host alpha memory=64GiB
host beta memory=64GiB
sr pool-disks nfs default
guest mail on=alpha memory=2GiB
  disk root
"""


def test_what_cures_most_comes_first(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        head = (await visitor.get("/pools/pair")).text.partition("<b>Next:</b>")[2].partition("</p>")[0]
        assert head.index('href="/pools/pair/nics">Line up the NICs') < head.index('href="/pools/pair/storage">')
        assert "(2 findings)" in head
        found = (await visitor.get("/pools/pair/findings")).text
        assert '<a href="/pools/pair/nics">Line up the NICs</a>' in found

    visit(tmp_path, work, scenario=APART)


def test_pool_in_which_nothing_blocks_has_nothing_to_do(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        page = (await visitor.get("/pools/pair")).text
        assert "<b>100</b> of 100 ready" in page
        assert "<b>Next:</b>" not in page

    visit(tmp_path, work, scenario=CALM)


def test_each_way_is_there_once_in_the_order_of_the_cures() -> None:
    cures = (
        "`xenferry storage add nfs S:/P`, then `xenferry storage move --to N`",
        "`xenferry storage probe nfs S`",
        "none",
    )
    assert [way.path for way in ways(cures)] == ["/storage", "/plan#w-disks"]


@pytest.mark.parametrize("path", sorted({way.path for way in PLACES.values()}))
def test_every_way_leads_to_something(tmp_path: Path, path: str) -> None:
    async def work(visitor: Visitor) -> None:
        page, _, place = path.partition("#")
        answer = await visitor.get(f"/pools/pair{page}")
        assert answer.status_code == 200
        assert f'id="{place}"' in answer.text or not place

    visit(tmp_path, work)


def test_name_of_a_guest_stands_in_its_block_where_it_has_room(tmp_path: Path) -> None:
    async def work(visitor: Visitor) -> None:
        page = (await visitor.get("/pools/pair")).text
        assert ">large</text>" in page
        assert ">small</text>" not in page
        assert "<title>small, running, " in page

    sizes = "".join(f"guest {name} on=alpha memory={size}\n" for name, size in (("large", "16GiB"), ("small", "1GiB")))
    visit(tmp_path, work, scenario=CALM + sizes)
