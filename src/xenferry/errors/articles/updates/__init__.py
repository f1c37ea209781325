"""What XAPI answers when hosts are to be updated or patched."""
