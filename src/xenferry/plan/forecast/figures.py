"""What is assumed of every pool until its own migrations have shown better. Plans name these in their notes.

Simplification: how fast a guest rewrites its memory is not known from the pool, so the memory is counted once and the
pause is the usual one; a guest that writes faster than the link carries takes longer and pauses longer.
"""

STREAM_BITS = 2.5e9
"""Bits per second that one encrypted migration stream reaches whatever the NIC (measured on XCP-ng 8.3)."""
DISK_BITS = 1.0e9
"""Bits per second of a live disk move: 120 MB/s seen on 10 Gbit/s links, the disks are the limit."""
UNKNOWN_LINK_MBIT = 1000
OVERHEAD_SECONDS = 5.0
PAUSE_SECONDS = 0.3
SHORT_SECONDS = 1.0
SHUTDOWN_SECONDS = 60.0
START_SECONDS = 30.0
REBOOT_SECONDS = 600.0
