"""What happens to a host: crashes, boots, restarts of its toolstack, maintenance."""
