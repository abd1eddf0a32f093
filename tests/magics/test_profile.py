"""``%profile`` shows what a frame tells, binds it when asked to, and changes nothing."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd
import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from sciml_magics.api import Profile
from sciml_magics.magics.profile_arguments import parse_profile
from tests.magics.conftest import Fails

Shown = list[Any]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """What is displayed, as if this were a kernel."""
    found: Shown = []
    monkeypatch.setattr("sciml_magics.magics.profile.display", found.append)
    monkeypatch.setattr("sciml_magics.magics.showing.in_kernel", lambda: True)
    return found


@pytest.fixture
def survey(shell: InteractiveShell) -> pd.DataFrame:
    frame = pd.DataFrame(
        {"age": [*range(20, 60), 999, 999], "city": ["Rome", "Oslo", "N/A"] * 14, "n": [1] * 42}
    )
    shell.push({"survey": frame})
    return frame


def complete(shell: InteractiveShell, line: str) -> list[str]:
    with provisionalcompleter():
        return [each.text for each in shell.Completer.completions(line, len(line))]


def test_a_whole_line_is_read() -> None:
    line = parse_profile("survey -c age --column 'the city' --out columns --no-chart -q")
    assert (line.frame, line.column, line.out) == ("survey", ["age", "the city"], "columns")
    assert (line.no_chart, line.quiet, line.help) == (True, True, False)


def test_the_tables_and_the_page_are_shown(
    shell: InteractiveShell, survey: pd.DataFrame, shown: Shown
) -> None:
    before = survey.copy()
    shell.run_cell("%profile survey").raise_error()
    found, chart = shown
    assert isinstance(found, Profile)
    assert isinstance(chart, alt.VConcatChart)
    assert (found["age"].disguised, found["city"].disguised) == (("999",), ("N/A",))
    assert "survey: 42 rows × 3 columns" in repr(found)
    assert survey.equals(before)


def test_only_some_columns_are_profiled_without_a_chart(
    shell: InteractiveShell, survey: pd.DataFrame, shown: Shown
) -> None:
    shell.run_cell("%profile survey --column age --no-chart").raise_error()
    (found,) = shown
    assert [column.name for column in found] == ["age"]


def test_what_is_known_of_columns_is_bound_in_silence(
    shell: InteractiveShell, survey: pd.DataFrame, shown: Shown
) -> None:
    shell.run_cell("%profile survey --quiet --out columns").raise_error()
    columns = shell.user_ns["columns"]
    assert shown == []
    assert columns["column"].tolist() == ["age", "city", "n"]
    assert columns["stands_for_missing"].tolist()[:2] == ["999", "N/A"]
    assert columns["disguised"].tolist() == [2, 14, 0]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("%profile", "which frame?"),
        ("%profile surveys", "did you mean 'survey'?"),
        ("%profile survey --column agee", "no column 'agee': there are age, city, n"),
        ("%profile survey --out 1x", "not a Python name"),
        ("%profile survey other", "what is 'other'?"),
        ("%profile number", "not a pandas DataFrame"),
    ],
)
def test_mistakes_are_told_in_a_line(
    fails: Fails, survey: pd.DataFrame, line: str, told: str
) -> None:
    assert told in fails(line)


def test_frames_options_and_columns_complete(shell: InteractiveShell, survey: pd.DataFrame) -> None:
    assert "survey" in complete(shell, "%profile su")
    assert "--no-chart" in complete(shell, "%profile survey --no")
    assert complete(shell, "%profile survey --column ci") == ["city"]


def test_an_interruption_is_told_in_a_line(
    shell: InteractiveShell,
    survey: pd.DataFrame,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sciml_magics.quality.profiling.profiling.profile_column", interrupted)
    shell.run_cell("%profile survey --quiet")
    assert "survey: stopped; nothing was changed or kept" in "".join(capsys.readouterr())
