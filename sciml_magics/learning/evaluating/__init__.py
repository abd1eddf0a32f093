"""How good answers are, beside the ones that are right."""
