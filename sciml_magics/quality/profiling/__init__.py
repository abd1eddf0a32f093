"""What a table tells of itself: types, meanings, missing values, keys, dependencies, equal rows."""

from sciml_magics.quality.profiling.profiles import (
    Advice,
    Alike,
    ColumnProfile,
    Dependency,
    Disguise,
    Key,
    Pattern,
    Profile,
    Range,
)
from sciml_magics.quality.profiling.profiling import profile

__all__ = [
    "Advice",
    "Alike",
    "ColumnProfile",
    "Dependency",
    "Disguise",
    "Key",
    "Pattern",
    "Profile",
    "Range",
    "profile",
]
