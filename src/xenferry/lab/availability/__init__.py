"""High availability as far as clients see it: switching it on, noticing dead hosts, restarting their guests."""
