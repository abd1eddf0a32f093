"""Data quality: find what is wrong in a table, propose repairs, and apply them with a record."""
