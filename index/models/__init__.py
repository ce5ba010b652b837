"""The models that ship, and the scripts that made them."""
