"""Rules: what must hold in a table, each on its own, and all of them together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from sciml_magics.errors import QualityError
from sciml_magics.quality.findings import Finding
from sciml_magics.quality.rules.expression import Expression
from sciml_magics.quality.table import Table

if TYPE_CHECKING:
    import pandera.pandas as pa

Type = Literal["integer", "number", "date", "boolean", "text"]
TYPES: tuple[Type, ...] = get_args(Type)
Part = Literal["type", "min", "max", "pattern", "values", "required", "unique"]
PARTS: tuple[Part, ...] = get_args(Part)


class Support(NamedTuple):
    """How far a rule that was learned holds in the table that it was learned from.

    Parameters
    ----------
    held
        Rows in which it holds.
    rows
        Rows that it is about.
    """

    held: int
    rows: int

    def __str__(self) -> str:
        if self.held == self.rows:
            return f"all {self.rows:,} rows"
        return f"{self.held:,} of {self.rows:,} rows"


@dataclass(frozen=True)
class ColumnRule:
    """What must hold of every cell of a column.

    Parameters
    ----------
    column
        Its name.
    type
        What each cell is; numbers and dates may be written as text.
    format
        Of dates: how they are written, as of ``strptime``.
    min, max
        Least and greatest number; or a date, such as ``2024-12-31``.
    pattern
        A regular expression that the whole of each cell fits.
    values
        The values that there are.
    required
        Whether no cell is missing.
    unique
        Whether no value stands twice.
    support
        Of a learned rule: how far each part holds where it was learned.
    """

    column: str
    type: Type | None = None
    format: str | None = None
    min: float | str | None = None
    max: float | str | None = None
    pattern: str | None = None
    values: tuple[str, ...] = ()
    required: bool = False
    unique: bool = False
    support: Mapping[Part, Support] = field(default_factory=dict, compare=False)

    @property
    def parts(self) -> tuple[Part, ...]:
        """What it says of the column."""
        silent: tuple[object, ...] = (None, (), False)
        said = {part: getattr(self, part) for part in PARTS}
        return tuple(part for part in PARTS if not any(said[part] is one for one in silent))

    @property
    def kind(self) -> Type | None:
        """What the cells are, by the type or by what the ends of the range are."""
        ends = [end for end in (self.min, self.max) if end is not None]
        if self.type is not None or not ends:
            return self.type
        return "date" if isinstance(ends[0], str) else "number"

    def told(self, part: Part) -> str:
        """One thing that it says, in words."""
        words: dict[Part, str] = {
            "type": f"type {self.type}" + (f" written as {self.format}" if self.format else ""),
            "min": f"at least {shown(self.min)}",
            "max": f"at most {shown(self.max)}",
            "pattern": f"pattern {self.pattern}",
            "values": f"one of {len(self.values):,} values",
            "required": "filled",
            "unique": "unique",
        }
        return f"{self.column}: {words[part]}"


@dataclass(frozen=True)
class KeyRule:
    """No two rows have the same values in these columns.

    Parameters
    ----------
    columns
        Their names.
    support
        Of a learned rule: how far it holds where it was learned.
    """

    columns: tuple[str, ...]
    support: Support | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"key {', '.join(self.columns)}"


@dataclass(frozen=True)
class DependencyRule:
    """Rows that are equal in some columns are equal in another.

    Parameters
    ----------
    left
        Names of the columns that determine.
    right
        Name of the column that is determined.
    support
        Of a learned rule: how far it holds where it was learned.
    """

    left: tuple[str, ...]
    right: str
    support: Support | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{', '.join(self.left)} -> {self.right}"


@dataclass(frozen=True)
class CheckRule:
    """A statement about the columns of a row; it is asked where those are filled.

    Parameters
    ----------
    expression
        The statement.
    words
        What it means, for people; empty where it speaks for itself.
    support
        Of a learned rule: how far it holds where it was learned.
    """

    expression: Expression
    words: str = ""
    support: Support | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return self.expression.text


@dataclass(frozen=True)
class Rules:
    r"""Everything that must hold in a table.

    Parameters
    ----------
    columns
        What must hold of single columns.
    keys
        Columns that name a row.
    dependencies
        Columns that determine another.
    checks
        Statements across columns.

    Examples
    --------
    >>> import pandas as pd
    >>> from sciml_magics.quality.rules import parse
    >>> rules = parse("columns: {age: {min: 0, max: 120}}\nchecks: [start <= end]")
    >>> frame = pd.DataFrame({"age": [31, -4], "start": [1, 2], "end": [2, 2]})
    >>> [(one.column, one.rows.tolist(), one.why(0)) for one in rules.find(Table(frame))]
    [('age', [1], "-4 is less than 0, the least that 'age' may be")]
    """

    columns: tuple[ColumnRule, ...] = ()
    keys: tuple[KeyRule, ...] = ()
    dependencies: tuple[DependencyRule, ...] = ()
    checks: tuple[CheckRule, ...] = ()

    def __len__(self) -> int:
        parts = sum(len(one.parts) for one in self.columns)
        return parts + len(self.keys) + len(self.dependencies) + len(self.checks)

    def __str__(self) -> str:
        return self.to_yaml()

    @property
    def named(self) -> tuple[str, ...]:
        """Every column that a rule names, each once."""
        found = [one.column for one in self.columns]
        found += [name for one in self.keys for name in one.columns]
        found += [name for one in self.dependencies for name in (*one.left, one.right)]
        found += [name for one in self.checks for name in one.expression.columns]
        return tuple(dict.fromkeys(found))

    def of(self, column: str) -> ColumnRule | None:
        """What must hold of a single column, if anything."""
        return next((one for one in self.columns if one.column == column), None)

    def about(self, columns: Collection[str]) -> Rules:
        """The rules that name none but these columns."""
        known = set(columns)
        return Rules(
            tuple(one for one in self.columns if one.column in known),
            tuple(one for one in self.keys if known.issuperset(one.columns)),
            tuple(one for one in self.dependencies if known.issuperset((*one.left, one.right))),
            tuple(one for one in self.checks if known.issuperset(one.expression.columns)),
        )

    @property
    def between_rows(self) -> Rules:
        """The rules that compare rows with each other: the more rows, the more can break them."""
        unique = [ColumnRule(one.column, unique=True) for one in self.columns if one.unique]
        return Rules(tuple(unique), self.keys, self.dependencies)

    def check_columns(self, table: Table) -> None:
        """Raise unless the table has every column that a rule names.

        Raises
        ------
        QualityError
            If it does not; the line says which name is nearest.
        """
        for name in self.named:
            if name not in table:
                known = [column.name for column in table]
                near = get_close_matches(name, known, n=1)
                hint = f"did you mean '{near[0]}'?" if near else f"it has {_listed(known)}"
                raise QualityError(
                    f"the rules name a column '{name}', which '{table.name}' does not have: {hint}"
                )

    def find(self, table: Table) -> Iterator[Finding]:
        """The cells and rows that break a rule.

        Raises
        ------
        QualityError
            If the rules do not fit the table.
        """
        for _, found in self.broken(table):
            yield from found

    def broken(self, table: Table) -> Iterator[tuple[str, tuple[Finding, ...]]]:
        """Each rule in words, and what breaks it; as `find`, rule by rule."""
        from sciml_magics.quality.rules.finding import broken

        self.check_columns(table)
        yield from broken(self, table)

    def to_yaml(self) -> str:
        """The rules as people write them: `parse` reads the same ones back."""
        from sciml_magics.quality.rules.writing import to_yaml

        return to_yaml(self)

    def to_pandera(self) -> pa.DataFrameSchema:
        """The rules as a schema of pandera, which must be installed.

        Raises
        ------
        QualityError
            If it is not.
        """
        from sciml_magics.quality.rules.schema import to_pandera

        return to_pandera(self)

    def to_script(self) -> str:
        """The same as a Python script that needs pandas and pandera alone."""
        from sciml_magics.quality.rules.script import to_script

        return to_script(self)


def shown(value: float | str | None) -> str:
    """A number without needless digits, or a date as it is.

    Examples
    --------
    >>> shown(3.0), shown(0.5), shown("2024-01-01")
    ('3', '0.5', '2024-01-01')
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _listed(names: list[str], most: int = 8) -> str:
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"
