"""All standards over the columns of a table, each on what the one before has written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from sciml_magics.errors import QualityError
from sciml_magics.quality.findings import Finding
from sciml_magics.quality.standard.characters import Characters
from sciml_magics.quality.standard.dates import Dates
from sciml_magics.quality.standard.meaning import Meaning
from sciml_magics.quality.standard.numbers import Numbers
from sciml_magics.quality.standard.spaces import Spaces
from sciml_magics.quality.standard.units import Units
from sciml_magics.quality.standard.values import Changes, Values, read_values
from sciml_magics.quality.standard.variants import Variants
from sciml_magics.quality.standard.wishes import Standard, Wishes
from sciml_magics.quality.table import Column, Mask, Table

# In this order: what one has written is what the next one reads.
STANDARDS: dict[str, Standard] = {
    "characters": Characters(),
    "spaces": Spaces(),
    "numbers": Numbers(),
    "dates": Dates(),
    "units": Units(),
    "variants": Variants(),
    "meaning": Meaning(),
}

# What stands so often, and never in another way, is how the source writes it.
_ALWAYS = 3


@dataclass
class Standardised:
    """What the standards say of a table.

    Parameters
    ----------
    findings
        The cells that should be written otherwise, with what should stand there; those of a column
        and standard together. A cell that several standards changed is with the last of them.
    notes
        What was decided for a column and by what, or could not be decided; a sentence each.
    """

    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def standardised(
    table: Table,
    columns: Sequence[str] = (),
    *,
    only: Sequence[str] = (),
    wishes: Wishes | None = None,
    tell: Callable[[str, int, int], None] | None = None,
) -> Standardised:
    """Run the standards.

    Parameters
    ----------
    table
        Any table; cells that are no texts are left alone.
    columns
        Names of the columns to read; all by default.
    only
        Names of the standards, of `STANDARDS`; all by default.
    wishes
        What a person asks for.
    tell
        Called with the name of each column before it is read, how many are done, and of how many.

    Raises
    ------
    QualityError
        If there is no such column or standard, or a unit that was asked for cannot be used.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"day": ["13/4/2026", "3/4/2026"], "mass": ["1 kg ", "20 g"]})
    >>> found = standardised(Table(frame), only=["spaces", "dates", "units"])
    >>> for one in found.findings:
    ...     print(one.column, one.detector, one.rows.tolist(), one.values)
    day dates [0, 1] ['2026-04-13', '2026-04-03']
    mass spaces [0] ['1 kg']
    mass units [1] ['0.02 kg']
    """
    wishes = wishes or Wishes()
    for name in (*columns, *wishes.units):
        if name not in table:
            known = ", ".join(column.name for column in table.columns[:10])
            raise QualityError(f"no column '{name}' in '{table.name}': there are {known}")
    for name in only:
        if name not in STANDARDS:
            raise QualityError(f"no standard '{name}': choose of {', '.join(STANDARDS)}")
    done = Standardised()
    chosen = [table[name] for name in columns] or table.columns
    for at, column in enumerate(chosen):
        if tell is not None:
            tell(column.name, at, len(chosen))
        _standardise(column, only or tuple(STANDARDS), wishes, done)
    return done


def _standardise(column: Column, names: Sequence[str], wishes: Wishes, done: Standardised) -> None:
    values, at = read_values(column)
    if not len(values):
        return
    written = _Written.of(values)
    for name, standard in STANDARDS.items():
        if name in names:
            found = standard.find(written.now, wishes)
            done.notes += [note for note in found.notes if note not in done.notes]
            written.take(name, found.changes, quiet=wishes.form == "column")
    done.findings += written.findings(column, at)


class _Written:
    """The texts of a column as they are after each standard, and what has led there."""

    def __init__(self, values: Values, place: np.ndarray) -> None:
        self.first = values
        self.now = values
        self._place = place
        self._score = np.ones(len(values), dtype=np.float32)
        self._words: dict[int, list[str]] = {}
        self._last: dict[int, str] = {}
        self._wrong: dict[int, bool] = {}

    @classmethod
    def of(cls, values: Values) -> _Written:
        return cls(values, np.arange(len(values)))

    def take(self, name: str, changes: Changes, *, quiet: bool) -> None:
        """Write what a standard says; `quiet`: the more of a column it would change, the less sure.

        That is for looking for errors: what is so in most of a column is its form, and no error.
        """
        if not changes:
            return
        marked = np.zeros(len(self.now), dtype=bool)
        marked[list(changes)] = True
        less = self._doubts(name, changes, marked) if quiet else {}
        texts = list(self.now.texts)
        touched = np.flatnonzero(marked[self._place]).tolist()
        for at in touched:
            place = int(self._place[at])
            change = changes[place]
            self._score[at] *= change.score * less.get(place, 1.0)
            self._words.setdefault(at, []).append(change.words)
            self._last[at] = name
            self._wrong[at] = change.text is None
        for place, change in changes.items():
            if change.text is not None:
                texts[place] = change.text
        self._renew(texts)

    def _doubts(self, name: str, changes: Changes, marked: Mask) -> dict[int, float]:
        """How much less sure each change is, since what is written always is a form and no error.

        So is what most of the column does, and white space in a text that stands time and again and
        never without it.
        """
        share = 1 - self.now.share(marked)
        found = dict.fromkeys(changes, share)
        if name == "spaces":
            known = set(self.now.texts)
            for place, change in changes.items():
                count = int(self.now.counts[place])
                if count >= _ALWAYS and change.text not in known:
                    found[place] = share / count
        return found

    def _renew(self, texts: list[str]) -> None:
        import pandas as pd

        codes, different = pd.factorize(np.array([*texts, ""], dtype=object)[:-1])
        counts = np.bincount(codes, weights=self.now.counts, minlength=len(different))
        self._place = codes[self._place]
        self.now = replace(self.now, texts=list(different), counts=counts.astype(np.int64))

    def findings(self, column: Column, at: np.ndarray) -> Iterator[Finding]:
        """The cells whose text has changed, or is wrong, standard by standard."""
        for name in STANDARDS:
            texts = [one for one, last in self._last.items() if last == name and self._is_new(one)]
            if not texts:
                continue
            index = np.full(len(column.values) + 1, -1, dtype=np.int64)  # -1: missing cells
            index[at[texts]] = texts
            of_row = index[column.codes]
            rows = np.flatnonzero(of_row >= 0)
            which = of_row[rows].tolist()
            new = {one: self._new(one) for one in texts}
            words = {one: "; ".join(self._words[one]) for one in texts}
            yield Finding(
                name,
                column.name,
                rows,
                self._score[of_row[rows]],
                [words[one] for one in which],
                [new[one] for one in which],
            )

    def _new(self, at: int) -> str | None:
        text = self.now.texts[int(self._place[at])]
        return None if text == self.first.texts[at] else text

    def _is_new(self, at: int) -> bool:
        return self._wrong[at] or self._new(at) is not None
