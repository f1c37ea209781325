"""Xen Orchestra does not join these pools

It compared the two pools before it asked XAPI.

Cause: one is XenServer, the other XCP-ng.
Tell: The message reads “a … pool cannot be merged into a … pool”.
Fix: Install the same product; guests can be moved from pool to pool instead (`xenferry migrate GUEST --to-pool`).

Cause: versions or CPU makers differ.
Tell: `xe host-list params=software-version,cpu_info` of both.
Fix: Update the host to the pool's version first; an AMD and an Intel host cannot be in one pool.
    `xenferry pool rehearse-join` tells every condition.

Example:
    Error: The hosts are not compatible
"""

CODES = ("XO_HOSTS_NOT_COMPATIBLE",)
CAUSES = ("brand", "version")
SAID = "the hosts are too different for one pool"
WORDS = {"brand": ("cannot be merged",)}
