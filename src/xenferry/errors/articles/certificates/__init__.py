"""What XAPI answers about certificates and encrypted connections."""
