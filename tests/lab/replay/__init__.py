"""Replays recordings of a real XAPI pool against the lab and says where the lab answers otherwise."""
