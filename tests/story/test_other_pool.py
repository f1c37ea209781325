"""Two served pools in one configuration: who may go from one to the other."""

from __future__ import annotations

import json
from pathlib import Path

from outside import Place


def test_the_hosts_of_another_configured_pool_are_asked_about(tmp_path: Path) -> None:
    home = Place(tmp_path)
    with home.lab("first-pool") as one, home.lab("calm-pair") as two:
        home.add(one, "one")
        home.add(two, "two")
        asked = home.xenferry("check", "web", "firewall", "-p", "one", "--to-pool", "two", "--json")
        assert asked.returncode == 1
        ways = {way["guest"]["name"]: way for way in json.loads(asked.stdout)["ways"]}
        assert [host["name"] for host in ways["web"]["live"]] == ["north", "south"]
        assert [host["name"] for host in ways["firewall"]["cold"]] == ["north", "south"]
        same = home.xenferry("matrix", "-p", "one", "--to-pool", "one")
        assert (same.returncode, "Both are the same pool" in same.stderr) == (2, True)
