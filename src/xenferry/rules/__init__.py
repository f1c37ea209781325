"""What stands in the way: pure judgements on a snapshot, one rule per file."""
