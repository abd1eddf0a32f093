from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from sciml_magics import api
from sciml_magics.quality.records import cell_records, row_records
from sciml_magics.quality.table import Table
from sciml_magics.store import open_store
from tests.quality.saying import say

Fails = Callable[[str], str]
Shown = list[object]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """Everything that is shown."""
    found: Shown = []
    monkeypatch.setattr("sciml_magics.magics.detect.display", found.append)
    monkeypatch.setattr("sciml_magics.magics.clean.display", found.append)
    return found


@pytest.fixture
def dirty(shell: InteractiveShell) -> InteractiveShell:
    """A shell with a table of towns: a typing error, a wrong number, a town with the wrong zip."""
    towns = {"Birmingham": "35233", "Sheffield": "35660", "Huntsville": "35801", "Dothan": "36302"}
    rows = [(town, code, 10 + at % 7) for at, (town, code) in enumerate([*towns.items()] * 15)]
    frame = pd.DataFrame(rows, columns=["town", "zip", "beds"], index=range(100, 160))
    frame.loc[104, "town"] = "Birmingxam"
    frame.loc[109, "zip"] = "3566O"
    shell.push({"hospital": frame})
    return shell


def test_a_table_is_cleaned_and_the_script_does_the_same(
    dirty: InteractiveShell,
    shown: Shown,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    before = dirty.user_ns["hospital"]
    kept = before.copy()
    dirty.run_cell("%detect hospital").raise_error()
    found = shown.pop(0)
    assert isinstance(found, api.Detection)
    cells = set(zip(found.frame["row"], found.frame["column"], strict=True))
    assert {("104", "town"), ("109", "zip")} <= cells
    assert "%review hospital.errors shows" in repr(found)
    assert "Birmingxam" in found._repr_html_()
    shown.clear()

    dirty.run_cell("%repair hospital").raise_error()
    made = shown.pop(0)
    assert isinstance(made, api.Repairs)
    value = {
        (row, column): new for row, column, new in made.frame[["row", "column", "new"]].to_numpy()
    }
    assert value["104", "town"] == "Birmingham"
    assert value["109", "zip"] == "35660"
    with open_store(None) as store:
        for row, column in ((4, "town"), (9, "zip")):
            [record] = cell_records(Table(before, "hospital"), [(row, column)])
            say(store, made.task, record, "accepted", value[str(row + 100), column])
    shown.clear()

    dirty.run_cell("%clean hospital").raise_error()
    assert dirty.user_ns["hospital"] is before
    assert "2 cells would be changed" in repr(shown.pop(0))
    dirty.run_cell("%clean hospital --apply").raise_error()
    done = dirty.user_ns["hospital"]
    pd.testing.assert_frame_equal(before, kept)
    assert (done.loc[104, "town"], done.loc[109, "zip"]) == ("Birmingham", "35660")
    shown.clear()

    dirty.run_cell("%changes hospital --csv list.csv --script clean.py").raise_error()
    assert capsys.readouterr().out.startswith("hospital: 2 changes in list.csv")
    kept.to_csv("dirty.csv")
    listed = pd.read_csv("list.csv", dtype=str)
    assert listed["new"].tolist() == ["Birmingham", "35660"]
    code = (
        "import pandas as pd; from clean import clean; "
        "dirty = pd.read_csv('dirty.csv', index_col=0, dtype={'zip': 'str'}); "
        "clean(dirty).to_csv('clean.csv')"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, cwd=Path.cwd())
    again = pd.read_csv("clean.csv", index_col=0, dtype={"zip": "str"})
    pd.testing.assert_frame_equal(again, done)

    dirty.run_cell("%changes hospital --take-back 104 town --out part").raise_error()
    assert dirty.user_ns["part"].loc[104, "town"] == "Birmingxam"
    assert "1 change taken back" in repr(shown.pop(0))
    dirty.run_cell("hospital = part").raise_error()
    dirty.run_cell("%changes hospital --take-back all").raise_error()
    pd.testing.assert_frame_equal(dirty.user_ns["hospital"], kept)
    shown.clear()
    dirty.run_cell("%changes hospital").raise_error()
    assert "hospital: 0 changes · 0 rows, 0 columns · 2 taken back" in repr(shown.pop(0))


def test_rules_stand_in_the_body_of_the_cell_or_in_a_file(
    dirty: InteractiveShell, shown: Shown, capsys: pytest.CaptureFixture[str], fails: Fails
) -> None:
    dirty.run_cell("%%detect hospital --ask 0\ncolumns: {beds: {max: 15}}").raise_error()
    found = shown.pop(0)
    assert isinstance(found, api.Detection)
    assert (found.frame["column"] == "beds").sum() == 8
    dirty.run_cell("%detect hospital --learn-rules rules.yaml").raise_error()
    assert "rules in rules.yaml: edit them" in capsys.readouterr().out
    dirty.run_cell("%detect hospital --rules rules.yaml --quiet").raise_error()
    assert "keep one of the two" in fails("%%detect hospital --rules rules.yaml\ncolumns: {}")
    dirty.run_cell("%config SciML.progress = False").raise_error()
    wrong = fails("%%detect hospital\ncolumns: {bed: {max: 15}}")
    assert "the rules name a column 'bed', which 'hospital' does not have" in wrong


def test_answers_of_people_are_learnt_from(dirty: InteractiveShell, shown: Shown) -> None:
    dirty.run_cell("%detect hospital --no-chart").raise_error()
    found = shown.pop(0)
    assert isinstance(found, api.Detection)
    row = found.asked[0].row
    with open_store(None) as store:
        say(store, found.task, row_records(found.table, [row])[0], "corrected", ("beds",))  # type: ignore[arg-type]
    dirty.run_cell("%detect hospital --no-chart").raise_error()
    again = shown.pop(0)
    assert isinstance(again, api.Detection)
    assert again.answered >= 1
    assert (str(row + 100), "beds") in set(
        zip(again.frame["row"], again.frame["column"], strict=True)
    )


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("%detect", "which frame?"),
        ("%detect hospitl", "did you mean 'hospital'"),
        ("%detect hospital --detectors tipos", "no detector 'tipos'"),
        ("%detect hospital --above 2", "needs a number from 0 to 1"),
        ("%clean hospital", "no store yet at"),
        ("%changes hospital", "no store yet at"),
        ("%changes", "no store yet at"),
        ("%clean hospital --out 3", "--out names the new frame that --apply makes"),
        ("%clean hospital --apply --out 3", "--out '3' is not a Python name"),
        ("%changes hospital --take-back 1 2 3", "--take-back needs a row and a column"),
        ("%changes hospital --out x", "--out names the new frame that --take-back makes"),
    ],
)
def test_a_mistake_is_one_line(
    dirty: InteractiveShell, fails: Fails, cell: str, message: str
) -> None:
    assert message in fails(cell)


def test_what_was_never_repaired_or_changed_is_said(dirty: InteractiveShell, fails: Fails) -> None:
    dirty.run_cell("%detect hospital --quiet").raise_error()
    assert "no repairs of 'hospital' yet: %repair hospital" in fails("%clean hospital")
    assert "no change to take back" in fails("%changes hospital --take-back all")
    assert "no change in column 'zip' of row 7" in fails("%changes hospital --take-back 7 zip")
    assert "no change of 'hospital' holds" in fails("%changes hospital --script x.py")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("%detect hosp", ["%detect hospital"]),
        ("%repair hospital --no", ["%repair hospital --no-chart"]),
        ("%clean hospital --acc", ["%clean hospital --accept-above"]),
        ("%changes hospital --take-back t", ["%changes hospital --take-back town"]),
        ("%changes hospital --take-back a", ["%changes hospital --take-back all"]),
        ("%changes hospital --take-back (r", ['%changes hospital --take-back "(row)"']),
    ],
)
def test_lines_are_completed(dirty: InteractiveShell, typed: str, offered: list[str]) -> None:
    with provisionalcompleter():
        found = list(dirty.Completer.completions(typed, len(typed)))
    assert [typed[: each.start] + each.text for each in found] == offered
