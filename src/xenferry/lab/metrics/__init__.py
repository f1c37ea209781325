"""Performance data of hosts and guests, as xcp-rrdd keeps and serves them."""
