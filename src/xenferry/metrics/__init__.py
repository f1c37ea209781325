"""The pool in figures for a monitoring system: what to draw, and when to wake somebody.

`figures` is pure: a snapshot and the journal's runs in, named figures out. `board` shows them in Prometheus' form; it
needs the extra `metrics` (prometheus-client).
"""
