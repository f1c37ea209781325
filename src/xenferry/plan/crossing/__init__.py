"""Guests that go into another pool: who when, to which host there, what goes along, how it is known that they arrived.

`wish` makes the plan from `way` (which hosts and SRs would do), `load` (disks and interfaces, mapped) and `wave` (who
goes now, when room is short); `state` tells from two snapshots where a guest is; `cost`, `lane`, `maps` and `notes`
say what it takes and what a person should know.
"""
