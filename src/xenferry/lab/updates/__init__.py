"""What waits for a host's or a guest's restart: updates that are installed, cards that change hands."""
