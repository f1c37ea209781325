"""A pool in a few lines of text: what boots a lab and what shows a rule at work. See docs/scenarios.md."""

from __future__ import annotations

from xenferry.lab.scenario.error import ScenarioError
from xenferry.lab.scenario.generate import generate
from xenferry.lab.scenario.lines import expectations
from xenferry.lab.scenario.parse import Scenario, parse
from xenferry.lab.scenario.shipped import load, shipped, text_of

__all__ = ["Scenario", "ScenarioError", "expectations", "generate", "load", "parse", "shipped", "text_of"]
