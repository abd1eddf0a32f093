"""What is new in a batch: one report, and not a stream of warnings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from sciml_magics.quality.watching.states import State
from sciml_magics.quality.wording import counted

What = Literal[
    "new column",
    "lost column",
    "type",
    "values",
    "lengths",
    "spelling",
    "new values",
    "missing",
    "rule",
    "detector",
]


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is new in a batch.

    Parameters
    ----------
    what
        What kind of thing it is.
    where
        Name of the column, the rule or the detector.
    words
        What is new, in a sentence.
    size
        How great it is: 0 to 1 for distributions (Jensen-Shannon distance); Cohen's h for rates;
        NaN where there is nothing to measure.
    chance
        Probability that chance alone did it, over all that was tested; NaN where nothing was.
    """

    what: What
    where: str
    words: str
    size: float = float("nan")
    chance: float = float("nan")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the values of a column.

    Parameters
    ----------
    label
        The value, or the range of numbers.
    before, after
        Its share of the accepted batch, and of the new one.
    """

    label: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Measured:
    """How far the values of a column lie from those that were accepted.

    Parameters
    ----------
    column
        Its name.
    what
        What was compared: its values, or the lengths of its texts, or how they are spelt.
    distance
        Jensen-Shannon distance less what chance puts there: 0 to 1.
    chance
        Probability that chance alone did it, over all that was tested.
    changed
        Whether it counts as new.
    parts
        The values in parts, with their shares.
    """

    column: str
    what: What
    distance: float
    chance: float
    changed: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A share of rows, before and now.

    Parameters
    ----------
    what
        Whether cells are missing, a rule is broken, or a detector found something.
    where
        Name of the column, the rule or the detector.
    before, after
        The shares; before is ``None`` where it is not known.
    changed
        Whether it counts as new.
    """

    what: What
    where: str
    before: float | None
    after: float
    changed: bool


@dataclass(frozen=True)
class Report:
    """What is new in a batch, compared with the state that was accepted last.

    Parameters
    ----------
    name
        Name of the table.
    state
        The state of the batch.
    before
        The state that was accepted last; ``None`` where none was.
    changes
        What is new; empty where nothing is.
    measured
        How far the values of each column lie apart, those that changed first.
    rates
        Shares of missing cells, broken rules and findings.
    tests
        How many tests were made.
    notes
        What to know, a sentence each.
    """

    name: str
    state: State
    before: State | None
    changes: tuple[Change, ...] = ()
    measured: tuple[Measured, ...] = ()
    rates: tuple[Told, ...] = ()
    tests: int = 0
    notes: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """One line: what the batch is, and how many things are new.

        Examples
        --------
        >>> Report("sensors", State(3, ()), None).summary
        'sensors: 3 rows · 0 columns · 0 missing cells · no state was accepted yet'
        """
        if self.before is None:
            news = "no state was accepted yet"
        else:
            news = f"{counted(len(self.changes), 'thing')} new" if self.changes else "nothing new"
        return f"{self.name}: {self.state.summary} · {news}"

    def frame(self) -> pd.DataFrame:
        """What is new, a thing a row: ``what``, ``where``, ``words``, ``size``, ``chance``."""
        rows = [(one.what, one.where, one.words, one.size, one.chance) for one in self.changes]
        return pd.DataFrame(rows, columns=["what", "where", "words", "size", "chance"])
