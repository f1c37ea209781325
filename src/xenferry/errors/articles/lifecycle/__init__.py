"""Why a guest may not be moved or changed now."""
