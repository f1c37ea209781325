"""The state of NICs and networks that guests depend on."""
