"""Rows that stand more than once in a table, exactly or nearly so."""

from sciml_magics.quality.repeated.finding import WAYS, By, Repeated, repeated

__all__ = ["WAYS", "By", "Repeated", "repeated"]
