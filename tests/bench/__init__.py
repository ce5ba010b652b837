"""How long things take, and what they use: `make bench`."""
