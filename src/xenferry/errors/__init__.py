"""Errors explained: any text that a client, a log or the command line showed, read and told in words."""

from __future__ import annotations

from xenferry.errors.explain import explain
from xenferry.errors.explanation import Cause, Explanation, Parameter, Remedy, Source

__all__ = ["Cause", "Explanation", "Parameter", "Remedy", "Source", "explain"]
