"""How guests and disks travel: bandwidth, rounds of copying, the pause, and who else is on the wire."""
