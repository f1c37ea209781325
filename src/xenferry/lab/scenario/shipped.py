"""The scenarios that come with xenferry, found by walking the folder `lab/scenarios`."""

from __future__ import annotations

from importlib import resources

from xenferry.lab.scenario.error import ScenarioError, one_of
from xenferry.lab.scenario.parse import Scenario, parse


def shipped() -> tuple[str, ...]:
    """The names of the shipped scenarios, in alphabetical order."""
    folder = resources.files("xenferry.lab").joinpath("scenarios")
    return tuple(sorted(file.name.removesuffix(".txt") for file in folder.iterdir() if file.name.endswith(".txt")))


def text_of(name: str) -> str:
    """The text of a shipped scenario.

    Raises:
        ScenarioError: there is none of this name.
    """
    if name not in shipped():
        raise ScenarioError(0, f"no shipped scenario `{name}`", one_of(shipped(), name))
    return resources.files("xenferry.lab").joinpath("scenarios", f"{name}.txt").read_text(encoding="utf-8")


def load(name: str) -> Scenario:
    """A shipped scenario, parsed.

    Raises:
        ScenarioError: there is none of this name.
    """
    return parse(text_of(name), source=f"{name}.txt")
