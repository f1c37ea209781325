"""CPUs and room: what the hosts can take over from each other."""
