"""What goes wrong while guests and disks move."""
