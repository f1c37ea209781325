"""May this guest go to that host of another pool (VM.migrate_send)? Judged on a snapshot of each pool."""
