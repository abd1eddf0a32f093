"""How the profile of a table is shown in a notebook: its tables, safe to send to a browser."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sciml_magics.charts.words import listed, printable
from sciml_magics.panels.views import lines_html, table_html
from sciml_magics.panels.wording import duration, shortened
from sciml_magics.quality.wording import counted

if TYPE_CHECKING:
    import pandas as pd

    from sciml_magics.quality.profiling import Alike, ColumnProfile, Profile

MOST_ROWS = 100
MOST_LINES = 12
_HEADS = ("column", "held as", "means", "missing", "stands for missing", "different", "values")


def profile_frame(found: Profile) -> pd.DataFrame:
    """What is known of each column as a frame, a column a row."""
    import pandas as pd

    rows = [
        (
            printable(column.name),
            column.type,
            column.semantic,
            column.unit or None,
            column.missing,
            printable(", ".join(column.disguised)) or None,
            sum(one.rows for one in column.disguises),
            column.different,
            column.unique,
            column.range.least if column.range else None,
            column.range.most if column.range else None,
            printable(column.patterns[0].shape) if column.patterns else None,
            printable("; ".join(one.words for one in column.advice)) or None,
        )
        for column in found.columns
    ]
    columns = [
        "column", "type", "means", "unit", "missing", "stands_for_missing", "disguised",
        "different", "unique", "least", "most", "pattern", "advice",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def profile_line(found: Profile) -> str:
    """The line that sums it up."""
    missing = sum(column.missing for column in found.columns)
    hidden = sum(one.rows for column in found.columns for one in column.disguises)
    parts = [
        f"{counted(found.rows, 'row')} × {counted(len(found.columns), 'column')}",
        f"{counted(missing, 'cell')} missing",
        f"{hidden:,} more hold what stands for missing" if hidden else "",
        f"{counted(found.equal_rows, 'row')} equal to an earlier one" if found.equal_rows else "",
        f"{found.near_rows:,} nearly so" if found.near_rows else "",
        duration(found.seconds),
    ]
    return " · ".join(part for part in parts if part)


def profile_html(found: Profile) -> str:
    """The line, the table of columns, and what is between columns and rows."""
    parts = [lines_html(found.name, profile_line(found).split(" · "), found.notes)]
    if found.columns:
        parts.append(_columns_html(found))
    for head, lines in _lists(found):
        parts.append(table_html(head, lines))
    return "".join(parts)


def profile_text(found: Profile) -> str:
    """The same as plain text."""
    lines = [f"{found.name}: {profile_line(found)}", *found.notes]
    if found.columns:
        lines.append(_columns(found).to_string(index=False))
    for head, rows in _lists(found):
        lines += [head, *(f"  {name}: {value}" for name, value in rows)]
    return "\n".join(lines if "\n" in lines else [_safe(line) for line in lines])


def _safe(text: str) -> str:
    return "\n".join(printable(line) for line in text.split("\n"))


def _columns(found: Profile) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for column in found.columns[:MOST_ROWS]:
        share = column.missing / column.rows if column.rows else 0.0
        hidden = sum(one.rows for one in column.disguises)
        rows.append(
            (
                shortened(column.name),
                column.type,
                column.semantic + (f" in {column.unit}" if column.unit else ""),
                f"{column.missing:,} ({share:.0%})" if column.missing else "–",
                f"{listed(_quoted(column.disguised), 3)} ({hidden:,})" if hidden else "–",
                "all" if column.unique and column.different > 1 else f"{column.different:,}",
                printable(values_in_words(column)),
            )
        )
    return pd.DataFrame(rows, columns=list(_HEADS))


def _columns_html(found: Profile) -> str:
    table = _columns(found)
    rows = table.to_html(index=False, border=0, escape=True, justify="left")
    more = len(found.columns) - len(table)
    note = lines_html("", [f"{more:,} more columns"]) if more > 0 else ""
    return f'<div style="overflow-x:auto">{rows}</div>{note}'


def values_in_words(column: ColumnProfile) -> str:
    """The ends of numbers and dates; how texts are written, and the most frequent ones."""
    if column.range is not None and column.type == "date":
        ends = f"{_day(column.range.least)} to {_day(column.range.most)}"
        written = listed([name for name, _ in column.formats], 3)
        return f"{ends}, written {written}" if written else ends
    if column.range is not None:
        beyond = f", {column.range.infinite:,} infinite" if column.range.infinite else ""
        return f"{column.range.least:,.6g} to {column.range.most:,.6g}{beyond}"
    if column.type == "date":
        return f"written {listed([name for name, _ in column.formats], 3)}"
    hidden = set(column.disguised)
    often = [shortened(text, 24) for text, _ in column.common if text not in hidden][:3]
    if column.patterns and column.patterns[0].share >= 0.5 and column.semantic != "free text":
        first = column.patterns[0]
        return f"{first.share:.0%} written {shortened(first.shape, 24)}, as {listed(often)}"
    return listed(often)


def _day(seconds: float) -> str:
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        return moment.date().isoformat()
    except OverflowError:
        return f"the year {seconds / 31_556_952 + 1970:,.0f}"


def _lists(found: Profile) -> list[tuple[str, list[tuple[str, str]]]]:
    """Keys, dependencies, rows that are alike and what could be standardised, line by line."""
    keys = [
        (
            " and ".join(key.columns),
            f"{key.repeated:,} rows repeat it" if key.repeated else "no row repeats it",
        )
        for key in found.keys
    ]
    tied = [
        (f"{' and '.join(one.left)} → {one.right}", f"{one.share:.1%} of {one.rows:,} rows agree")
        for one in found.dependencies
    ]
    alike = [_alike(one) for one in (*found.equal, *found.near)]
    advice = [(one.column, one.words) for one in found.advice]
    parts = (
        ("names a row", keys),
        ("determines", tied),
        ("rows that are alike", alike),
        ("could be standardised", advice),
    )
    return [(head, _cut(rows)) for head, rows in parts if rows]


def _cut(rows: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    shown = [(shortened(name, 60), printable(value)) for name, value in rows[:MOST_LINES]]
    more = len(rows) - len(shown)
    return [*shown, ("…", f"{more:,} more")] if more else shown


def _alike(one: Alike) -> tuple[str, str]:
    return f"rows {listed([f'{row:,}' for row in one.rows], 4)}", one.words


def _quoted(texts: Sequence[str]) -> list[str]:
    return [f"'{shortened(text, 24)}'" for text in texts]
