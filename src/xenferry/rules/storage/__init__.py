"""The state of storage that guests depend on."""
