"""What rules ask of cells, in plain pandas.

These functions stand on pandas and numpy alone: the script that `sciml_magics.quality.rules.script`
writes carries their source. Each takes the cells of a column, or a whole frame, and says where a
rule holds. A missing cell breaks no rule but that of being filled.
"""

# No docstring example here needs more than pandas, and none of the functions is private: a script
# that a person reads should read well.

from __future__ import annotations

import re

import numpy as np
import pandas as pd

TRUTHS = ("true", "false", "yes", "no", "t", "f", "y", "n", "1", "0", "1.0", "0.0")
DATES = (
    "ISO8601",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%Y/%m/%d",
    "%d-%m-%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%B %d, %Y",
)


def filled(cells: pd.Series) -> pd.Series:
    """Whether something other than blanks stands in each cell.

    Examples
    --------
    >>> filled(pd.Series(["a", " ", None])).tolist()
    [True, False, False]
    """
    held = cells.notna()
    if pd.api.types.is_numeric_dtype(cells) or pd.api.types.is_datetime64_any_dtype(cells):
        return held
    blank = [isinstance(cell, str) and not cell.strip() for cell in cells.tolist()]
    return held & ~np.array(blank, dtype=bool)


def as_text(cells: pd.Series) -> pd.Series:
    """Each cell as it prints; nothing where it is missing."""
    told = [cell if isinstance(cell, str) else str(cell) for cell in cells.tolist()]
    return pd.Series(told, cells.index, dtype=object).where(filled(cells), None)


def as_number(cells: pd.Series) -> pd.Series:
    """Each cell as a number; NaN where it is none.

    Examples
    --------
    >>> as_number(pd.Series(["1.50", "x", None])).tolist()
    [1.5, nan, nan]
    """
    if pd.api.types.is_datetime64_any_dtype(cells) or pd.api.types.is_complex_dtype(cells):
        return pd.Series(np.nan, cells.index)
    if pd.api.types.is_numeric_dtype(cells):
        return pd.Series(cells.to_numpy(dtype=float, na_value=np.nan), cells.index)

    def read(cell: object) -> float:
        # Python reads "1_000" and "nan", too: no person writes numbers so.
        if isinstance(cell, str) and ("_" in cell or "n" in cell.lower()):
            return np.nan
        try:
            return float(cell)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            return np.nan

    return pd.Series([read(cell) for cell in cells.tolist()], cells.index, dtype=float)


def as_date(cells: pd.Series, format: str | None = None) -> pd.Series:
    """Each cell as a moment; nothing where it is none in a known format, or in that given.

    Examples
    --------
    >>> as_date(pd.Series(["2024-05-01", "1.6.2024", "31.6.2024"])).dt.month.tolist()
    [5.0, 6.0, nan]
    """
    if isinstance(cells.dtype, pd.DatetimeTZDtype) or cells.dtype.kind == "M":
        zone = getattr(cells.dtype, "tz", None)
        here = cells if zone is None else cells.dt.tz_convert("UTC").dt.tz_localize(None)
        return pd.Series(here.astype("datetime64[us]"))
    texts = as_text(cells)
    found = pd.Series(pd.NaT, cells.index, dtype="datetime64[us]")
    for known in DATES if format is None else (format,):
        left = (found.isna() & texts.notna()).to_numpy()
        if not left.any():
            break
        read = pd.to_datetime(texts[left], format=known, errors="coerce", utc=True)
        found[left] = read.dt.tz_localize(None).astype("datetime64[us]").to_numpy()
    return found


def is_integer(cells: pd.Series) -> pd.Series:
    """Whether each cell is a whole number: also one written ``3.0``."""
    numbers = as_number(cells)
    whole: pd.Series = np.isfinite(numbers) & (numbers % 1 == 0)
    return ~filled(cells) | (is_number(cells) & whole)


def is_number(cells: pd.Series) -> pd.Series:
    """Whether each cell is a number, and no truth value."""
    truth = [isinstance(cell, bool) for cell in cells.tolist()]
    return ~filled(cells) | (as_number(cells).notna() & ~np.array(truth, dtype=bool))


def is_date(cells: pd.Series, format: str | None = None) -> pd.Series:
    """Whether each cell is a date in a known format, or in that given."""
    return ~filled(cells) | as_date(cells, format).notna()


def is_boolean(cells: pd.Series) -> pd.Series:
    """Whether each cell is true or false, yes or no, 1 or 0."""
    return ~filled(cells) | as_text(cells).str.casefold().isin(TRUTHS)


def is_text(cells: pd.Series) -> pd.Series:
    """Whether each cell is a text, and not a number, date or truth value."""
    text = [isinstance(cell, str) for cell in cells.tolist()]
    return ~filled(cells) | np.array(text, dtype=bool)


def from_least(cells: pd.Series, least: float | str) -> pd.Series:
    """Whether each cell is a number, or a date, of at least `least`."""
    if isinstance(least, str):
        return ~filled(cells) | (as_date(cells) >= pd.Timestamp(least))
    return ~filled(cells) | (as_number(cells) >= least)


def up_to_most(cells: pd.Series, most: float | str) -> pd.Series:
    """Whether each cell is a number, or a date, of at most `most`."""
    if isinstance(most, str):
        return ~filled(cells) | (as_date(cells) <= pd.Timestamp(most))
    return ~filled(cells) | (as_number(cells) <= most)


def fits(cells: pd.Series, pattern: str) -> pd.Series:
    """Whether the whole of each cell fits a regular expression."""
    match = re.compile(pattern).fullmatch
    texts = as_text(cells).tolist()
    fitting = [text is None or match(text) is not None for text in texts]
    return pd.Series(fitting, cells.index, dtype=bool)


def one_of(cells: pd.Series, values: list[str]) -> pd.Series:
    """Whether each cell is one of a few: spelt so, or an equal number.

    Examples
    --------
    >>> one_of(pd.Series([1.0, 2.5]), ["1", "2"]).tolist()
    [True, False]
    """
    texts = as_text(cells)
    known = texts.isin(values) | texts.isna()
    if not (~known).any():
        return known
    typed = np.array([not isinstance(cell, str) for cell in cells.tolist()], dtype=bool)
    numbers = as_number(pd.Series(values, dtype=object)).dropna()
    return known | (typed & as_number(cells).isin(numbers.tolist()))


def unlike(cells: pd.Series) -> pd.Series:
    """Whether the value of each cell stands in no other row."""
    texts = as_text(cells)
    return texts.isna() | ~texts.duplicated(keep=False)


def apart(frame: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Whether no other row has the same values in these columns; missing ones are the same."""
    texts = pd.DataFrame({at: as_text(frame[name]) for at, name in enumerate(columns)})
    return ~texts.duplicated(keep=False)


def determined(frame: pd.DataFrame, left: list[str], right: str) -> pd.Series:
    """Whether `right` has the value that most rows of equal `left` have.

    Of values that are equally frequent none is right. Rows with a missing cell among these columns
    break nothing.
    """
    texts = pd.DataFrame({at: as_text(frame[name]) for at, name in enumerate([*left, right])})
    known = texts.notna().all(axis=1).to_numpy()
    names = list(texts.columns)
    mine = texts.groupby(names, dropna=False)[names[0]].transform("size")
    texts["mine"] = mine
    # A value counts once for each of its rows: the sums of two of equal frequency tell them apart.
    different = texts[known].drop_duplicates(names)
    best = different.groupby(names[:-1])["mine"].max()
    ties = different.join(best.rename("best"), on=names[:-1]).query("mine == best")
    alone = ties.groupby(names[:-1]).size()
    told = texts.join(best.rename("best"), on=names[:-1]).join(
        alone.rename("number"), on=names[:-1]
    )
    right_one = (told["mine"] == told["best"]) & (told["number"] == 1)
    return pd.Series(~known | right_one.to_numpy(), frame.index, dtype=bool)
