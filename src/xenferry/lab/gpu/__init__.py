"""GPUs beside their placement: what a card has left and why, and which types a group offers."""
