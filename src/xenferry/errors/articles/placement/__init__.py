"""Why a guest may not be on a host."""
