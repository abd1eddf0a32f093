"""Altair charts: data in, chart out. Altair itself is imported by the first chart."""
