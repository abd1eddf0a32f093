"""Notebook syntax: parse a line and a body, call the public functions, show the result."""
