"""What should be done: snapshot and wish become a plan that a person can read and approve."""
