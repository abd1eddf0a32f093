"""Pseudonyms: keyed, the same for the same value in every column, frame and run."""
