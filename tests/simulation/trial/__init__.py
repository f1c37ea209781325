"""Random pools, plans and mishaps, in virtual time: whatever happens, no run may lose a guest.

One trial is one seed. `python -m trial 0 10000` (with this folder's parent on PYTHONPATH) tries seeds 0 to 9,999.
"""
