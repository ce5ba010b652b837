"""Measuring answers and the check on questions and claims whose truth is known."""
