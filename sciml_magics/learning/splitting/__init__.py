"""Parts to learn from and parts to judge by, with no text in both."""
