"""Hosts of different versions."""
