"""Rules that a table must keep: written by people, or learned from a table and edited."""

from sciml_magics.quality.rules.learning import learn
from sciml_magics.quality.rules.reading import parse
from sciml_magics.quality.rules.rule import (
    CheckRule,
    ColumnRule,
    DependencyRule,
    KeyRule,
    Rules,
    Support,
)

__all__ = [
    "CheckRule",
    "ColumnRule",
    "DependencyRule",
    "KeyRule",
    "Rules",
    "Support",
    "learn",
    "parse",
]
