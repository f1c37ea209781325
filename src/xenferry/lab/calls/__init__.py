"""The simulated calls, one file per XenAPI class (or per subject of a large one). Files here are found by walking."""
