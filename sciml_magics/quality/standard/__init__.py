"""Standards: one way to write dates, numbers, units, names and categories, and rows only once."""

from sciml_magics.quality.standard.standardising import STANDARDS, Standardised, standardised
from sciml_magics.quality.standard.wishes import Wishes

# The modules whose import registers detectors.
MODULES = ("sciml_magics.quality.standard.looking",)

__all__ = ["MODULES", "STANDARDS", "Standardised", "Wishes", "standardised"]
