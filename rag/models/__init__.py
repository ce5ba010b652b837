"""The models that `rag` ships, and what made them."""
