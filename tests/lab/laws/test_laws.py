"""The laws hold under a random administrator. `make laws` lets him work for longer: LAWS is his number of days."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

from .machine import Administrator

DAYS = int(os.environ.get("LAWS") or 0)

TestLaws = Administrator.TestCase
TestLaws.settings = settings(
    max_examples=DAYS or 80,
    stateful_step_count=40 if DAYS else 20,
    derandomize=not DAYS,
    deadline=None,
    database=None,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
)
