"""From lines to tables, one module per subject: pool, hosts, networks, storage, guests and their devices."""
