"""``%standardise`` and ``%deduplicate``."""

from __future__ import annotations

import pandas as pd
import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from sciml_magics.api import Repeats, Standards
from sciml_magics.errors import SciMLError
from sciml_magics.magics.standardise_arguments import (
    STANDARDS,
    WAYS,
    parse_deduplicate,
    parse_standardise,
)
from sciml_magics.quality import repeated, standard
from tests.magics.conftest import Fails


@pytest.fixture
def shown(shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What is displayed; ``visits`` has dates and a row that stands twice."""
    found: list[object] = []
    monkeypatch.setattr("sciml_magics.magics.standardise.display", found.append)
    names = ["Ada Lovelace", "Alan Turing", "Grace Hopper", "Ada Lovelaec"]
    days = ["13/04/2026", "14/04/2026", "03/04/2026", "13/04/2026"]
    shell.push({"visits": pd.DataFrame({"name": names, "day": days})})
    return found


def test_whole_lines_are_read() -> None:
    line = parse_standardise(
        "visits -c day --only dates,spaces --form column --month-first --decimal , --unit a=g -q"
    )
    assert (line.frame, line.column, line.only, line.form) == (
        "visits", ["day"], ("dates", "spaces"), "column",
    )  # fmt: skip
    assert (line.day_first, line.month_first, line.decimal) == (False, True, ",")
    assert (line.unit, line.quiet, line.no_meaning) == ([("a", "g")], True, False)
    other = parse_deduplicate("visits --compare meaning --threshold 0.8 --apply --above 1 -o b")
    assert (other.compare, other.threshold, other.above, other.out) == ("meaning", 0.8, 1, "b")


def test_choices_on_the_line_are_those_of_the_package() -> None:
    assert tuple(standard.STANDARDS) == STANDARDS
    assert repeated.WAYS == WAYS


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("%standardise", "which frame?"),
        ("%standardise paper", "no frame 'paper': did you mean 'papers'?"),
        ("%standardise papers -c abc", "no column 'abc' in 'papers': there are abstract"),
        ("%standardise papers --only day", "no standard 'day': choose of characters"),
        ("%standardise papers --form new", "no form 'new': choose one of standard, column"),
        ("%standardise papers --decimal ;", "no decimal sign ';': choose one of ., ,"),
        ("%standardise papers --unit g", "needs a column and its unit: mass=g, not 'g'"),
        ("%standardise papers --day-first --month-first", "exclude each other"),
        ("%deduplicate papers -c abc", "no column 'abc' in 'papers'"),
        ("%deduplicate papers --compare ear", "no way to compare 'ear': choose one of text"),
        ("%deduplicate papers --above 0.5", "add --apply"),
        ("%deduplicate papers --apply --out 3", "--out '3' is not a Python name"),
    ],
)
def test_a_mistake_is_one_line(fails: Fails, cell: str, message: str) -> None:
    assert message in fails(cell)


def test_day_or_month_is_one_question() -> None:
    with pytest.raises(SciMLError, match="exclude each other"):
        parse_standardise("visits --day-first --month-first")


def test_what_is_proposed_is_shown_and_nothing_is_changed(
    shell: InteractiveShell, shown: list[object]
) -> None:
    before = shell.user_ns["visits"]
    shell.run_cell("%standardise visits --only dates").raise_error()
    (found,) = shown
    assert isinstance(found, Standards)
    assert found.task.name == "visits.repairs"
    assert found.frame["new"].tolist()[0] == "2026-04-13"
    assert shell.user_ns["visits"] is before
    shell.run_cell("%standardise visits --only dates --month-first --quiet").raise_error()
    assert len(shown) == 1


def test_repeated_rows_are_shown_and_dropped_where_asked(
    shell: InteractiveShell, shown: list[object]
) -> None:
    before = shell.user_ns["visits"]
    shell.run_cell("%deduplicate visits").raise_error()
    (found,) = shown
    assert isinstance(found, Repeats)
    assert found.frame["row"].tolist() == ["3"]
    assert shell.user_ns["visits"] is before
    shell.run_cell("%deduplicate visits --apply --above 0.5 --out once --quiet").raise_error()
    assert len(shell.user_ns["once"]) == 3
    assert len(before) == 4


def test_a_dropped_row_is_listed_and_put_back(
    shell: InteractiveShell, shown: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sciml_magics.magics.clean.display", shown.append)
    monkeypatch.setattr("sciml_magics.magics.detect.display", shown.append)
    before = shell.user_ns["visits"]
    shell.run_cell("%deduplicate visits --name people --apply --above 0.5 -o once").raise_error()
    assert "%changes people lists what was dropped, and puts it back" in repr(shown.pop())
    shell.run_cell("%changes people").raise_error()
    told = repr(shown.pop())
    assert "people: 0 changes · 0 rows, 0 columns · 1 row dropped" in told
    assert "Ada Lovelaec · 13/04/2026 (dropped)" in told
    shell.run_cell('%changes once --name people --take-back 3 "(row)" --out back').raise_error()
    assert "people: 1 change taken back" in repr(shown.pop())
    pd.testing.assert_frame_equal(shell.user_ns["back"], before)
    assert len(shell.user_ns["once"]) == 3


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("%standardise vis", ["%standardise visits"]),
        ("%standardise visits -c da", ["%standardise visits -c day"]),
        ("%standardise visits --only da", ["%standardise visits --only dates"]),
        ("%standardise visits --form c", ["%standardise visits --form column"]),
        ("%standardise visits --day", ["%standardise visits --day-first"]),
        ("%deduplicate visits --compare m", ["%deduplicate visits --compare meaning"]),
        ("%deduplicate visits --ab", ["%deduplicate visits --above"]),
    ],
)
def test_lines_are_completed(
    shell: InteractiveShell, shown: list[object], typed: str, offered: list[str]
) -> None:
    with provisionalcompleter():
        found = list(shell.Completer.completions(typed, len(typed)))
    assert [typed[: each.start] + each.text for each in found] == offered
