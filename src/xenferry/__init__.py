"""xenferry: makes the guests of an XCP-ng or XenServer pool movable, and moves them without stopping."""

__version__ = "0.1.0"
