"""A host that dies in the middle of a migration: the run ends with a clear no, and says where the guest is.

In virtual time, as the run tries again for minutes before it gives up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

import pytest

from xenferry.cli.frame.entry import carry_out
from xenferry.cli.lab import boot
from xenferry.lab.history import Move
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import Scenario
from xenferry.lab.site import Site

SCENARIO = """\
pool dying
host north memory=64GiB cpus=16
host south memory=64GiB cpus=16
host west memory=64GiB cpus=16
sr pool-disks nfs default
guest mail on=south memory=8GiB
  disk root
guest wiki on=south memory=4GiB
  disk root
"""


class Doom:
    """Kills a host five seconds after the first guest has set out, in every lab that is booted."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.lab: Lab | None = None

    def from_scenarios(self, scenarios: Iterable[Scenario]) -> Site:
        site = Site.from_scenarios(scenarios)
        lab = self.lab = site.labs[0]
        set_out = lab.history.sets_out

        def strike(guest: str, source: str, target: str) -> Move:
            if not lab.toolstacks.dead:
                lab.spawn(self._strike(lab))
            return set_out(guest, source, target)

        lab.history.sets_out = strike  # type: ignore[method-assign]
        return site

    async def _strike(self, lab: Lab) -> None:
        await asyncio.sleep(5.0)
        (host,) = lab.db.find("host", name_label=self.host)
        await lab.crash(host)

    def where(self, guest: str) -> list[str]:
        """The hosts on which the guest truly is."""
        assert self.lab is not None
        (vm,) = self.lab.db.find("VM", name_label=guest)
        assert self.lab.history.twice() == []
        return [str(self.lab.db.get("host", host)["name_label"]) for host in self.lab.history.where(vm)]


@pytest.fixture
def scenario(tmp_path: Path) -> str:
    (tmp_path / "dying.txt").write_text(SCENARIO)
    return str(tmp_path / "dying.txt")


Tell = pytest.CaptureFixture[str]


def played(doom: Doom, monkeypatch: pytest.MonkeyPatch, tell: Tell, *command: str) -> str:
    """What the program said, which must have ended with status 1 and no traceback."""
    monkeypatch.setattr(boot, "Site", doom)
    assert carry_out([*command, "--yes"]) == 1
    told = tell.readouterr()
    assert told.err == ""
    assert "Traceback" not in told.out
    assert "Not complete." in told.out
    return " ".join(told.out.split())


def test_a_guest_stays_where_it_was_when_its_target_dies(
    scenario: str, monkeypatch: pytest.MonkeyPatch, capsys: Tell
) -> None:
    doom = Doom("west")
    told = played(doom, monkeypatch, capsys, "migrate", "mail", "--to", "west", "--lab", scenario)
    assert doom.where("mail") == ["south"]
    assert "Not as promised: guest mail is running on south, promised was: runs on west" in told
    assert (
        "Not done: move guest mail from south to west: VM_MIGRATE_CONTACT_REMOTE_SERVICE_FAILED; tried 5 times" in told
    )


def test_a_host_that_dies_stops_only_the_moves_it_takes_part_in(
    scenario: str, monkeypatch: pytest.MonkeyPatch, capsys: Tell
) -> None:
    doom = Doom("west")
    told = played(doom, monkeypatch, capsys, "evacuate", "south", "--lab", scenario)
    assert (doom.where("mail"), doom.where("wiki")) == (["north"], ["south"])
    assert "done: move guest mail from south to north" in told
    assert "Not as promised: guest wiki is running on south, promised was: runs on west" in told
    assert "Cure:" in told


def test_a_guest_whose_own_host_dies_is_started_nowhere_by_us(
    scenario: str, monkeypatch: pytest.MonkeyPatch, capsys: Tell
) -> None:
    """It died with its host. XAPI believes otherwise for ten minutes more, so starting it would be a gamble."""
    doom = Doom("south")
    told = played(doom, monkeypatch, capsys, "migrate", "mail", "--to", "west", "--lab", scenario)
    assert doom.where("mail") == []
    assert "CANNOT_CONTACT_HOST (south)" in told
    assert "The host could not be reached." in told
    assert "whether guest mail runs is not known: south, where XAPI last saw it, does not answer" in told
    assert "never" not in told
