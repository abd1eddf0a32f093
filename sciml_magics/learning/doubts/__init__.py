"""Answers and labels that are likely wrong."""
