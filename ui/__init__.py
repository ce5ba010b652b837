"""The web chat and the command line."""
