"""Joining and forming a pool, high availability."""
