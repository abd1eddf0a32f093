"""What a person asks of a standard, and what a standard answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from sciml_magics.errors import QualityError
from sciml_magics.quality.standard.values import Changes, Values

Form = Literal["standard", "column"]
Decimal = Literal[".", ","]


@dataclass(frozen=True, slots=True)
class Wishes:
    """How texts are written anew.

    Parameters
    ----------
    form
        ``"standard"``: all dates as ISO 8601, all numbers with a decimal point and no groups.
        ``"column"``: what deviates is written as most of the column is.
    day_first
        Whether the day stands before the month where a date can be read in two ways; ``None``
        leaves it to the column, and such dates alone where that does not tell.
    decimal
        The decimal sign, where a number can be read in two ways; ``None`` as above.
    units
        The unit of a column, by the column's name; most of the column decides for others.
    meaning
        Whether categories are compared by the embedded model, and not by their spelling alone.

    Raises
    ------
    QualityError
        If the decimal sign is neither a point nor a comma.
    """

    form: Form = "standard"
    day_first: bool | None = None
    decimal: Decimal | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    meaning: bool = True

    def __post_init__(self) -> None:
        if self.decimal not in (None, ".", ","):
            raise QualityError(f"the decimal sign is '.' or ',', not '{self.decimal}'")


@dataclass(frozen=True, slots=True)
class Found:
    """What a standard says of a column.

    Parameters
    ----------
    changes
        What should stand instead of which text.
    notes
        What was decided for the column and by what, or could not be; a sentence each.
    """

    changes: Changes = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class Standard(Protocol):
    """One way to write the texts of a column alike."""

    def find(self, values: Values, wishes: Wishes) -> Found:
        """What it would write; nothing where it does not apply to the column."""
        ...
