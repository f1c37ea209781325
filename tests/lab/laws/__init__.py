"""What must hold in the lab whatever anybody does to it: a random administrator, and laws that are checked after each
of his steps."""
