"""The wire and nothing else: XenAPI over HTTPS, with the certificate pinned before a byte is sent."""
