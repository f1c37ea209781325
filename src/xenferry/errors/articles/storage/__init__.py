"""What storage drivers and SRs answer."""
