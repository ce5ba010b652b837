"""The check of a written sentence against its quotes."""
