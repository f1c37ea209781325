"""What high availability means for moving guests."""
