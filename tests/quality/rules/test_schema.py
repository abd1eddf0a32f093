"""Pandera, told by the rules, flags the same cells; and so does the script of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sciml_magics.errors import QualityError
from sciml_magics.quality.rules import Rules, parse
from sciml_magics.quality.table import Table
from tests.quality.rules.frames_made import MORE, RULES, broken, orderly

pa = pytest.importorskip("pandera.pandas")

MORE_RULES = """\
columns:
  name: {pattern: 'person [0-6]', required: true}
  end: {format: '%Y-%m-%d'}
  age: {values: ['25', '27', '29', '31']}
  total: {max: 5}
keys: [[zip, age]]
dependencies:
  - city -> state
  - state, zip -> city
checks:
  - end - start == 3
  - not missing(total) and total - a >= 0.2
  - name in ('person 1', 'person 2') or len(name) == 8
  - year(start) == 2021 and month(start) < 5 or abs(a - b) > -1
"""


def ours(rules: Rules, frame: pd.DataFrame) -> set[tuple[str, int]]:
    """Each rule in words, and the rows that break it."""
    return {
        (words, int(row))
        for words, found in rules.broken(Table(frame))
        for one in found
        for row in one.rows
    }


def theirs(schema: Any, frame: pd.DataFrame) -> set[tuple[str, int]]:
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        return {
            (words, int(row)) for words, row in zip(cases["check"], cases["index"], strict=True)
        }
    return set()


def script(rules: Rules) -> Any:
    """What a script of rules makes; no line of it knows this package."""
    source = rules.to_script()
    assert "import sciml_magics" not in source
    assert "from sciml_magics" not in source
    made: dict[str, Any] = {"__name__": "script"}
    exec(compile(source, "script", "exec"), made)
    return made["schema"]


@pytest.mark.parametrize("text", [RULES, MORE_RULES])
def test_pandera_flags_the_same_cells(text):
    rules = parse(text)
    frame, _ = broken()
    frame = frame.reset_index(drop=True)
    found = ours(rules, frame)
    assert len(found) > 10
    assert theirs(rules.to_pandera(), frame) == found
    assert theirs(script(rules), frame) == found


def test_a_table_that_keeps_the_rules_is_valid():
    assert theirs(parse(RULES).to_pandera(), orderly()) == set()


def test_a_missing_column_is_an_error_of_pandera():
    with pytest.raises(pa.errors.SchemaErrors):
        parse("columns: {height: {min: 0}}").to_pandera().validate(orderly(), lazy=True)


# Pandera itself cannot tell of cells without a hash, nor of lone surrogates.
BEYOND = ("10,000 columns", "mixed and nested", "unhashable", "surrogates", "bytes and halves")


@pytest.mark.parametrize("name", [name for name in MORE if name not in BEYOND])
def test_hostile_frames_break_the_same_rules(name):
    frame = MORE[name]()
    frame = frame.set_axis(np.arange(len(frame)), axis=0)
    if not len(frame.columns) or not len(frame) or not frame.columns.is_unique:
        return
    frame = frame.set_axis([f"c{at}" for at in range(len(frame.columns))], axis=1)
    for said in (
        "type: integer, required: true", "type: number, min: 0", "type: date, unique: true",
        "type: text, pattern: '.'", "type: boolean", "values: ['1', x, 'True']", "max: 2024-01-02",
    ):  # fmt: skip
        rules = parse(f"columns: {{c0: {{{said}}}}}\nkeys: [c0]\nchecks: [missing(c0) or c0 == c0]")
        found = ours(rules, frame)
        assert theirs(rules.to_pandera(), frame) == found
        assert theirs(script(rules), frame) == found


def test_a_script_holds_only_what_it_needs_and_runs_alone(tmp_path: Path):
    rules = parse("columns: {a: {min: 0}}\nchecks: ['b < a']")
    source = rules.to_script()
    assert "def from_least" in source
    assert "def determined" not in source
    file = tmp_path / "rules.py"
    file.write_text(source + "\nprint(len(schema.columns), len(schema.checks))\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", str(file)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["2", "1"]


def test_names_and_texts_in_a_script_stay_texts():
    name = 'it\'s "a"\n`; import os'
    rules = Rules((parse("columns: {x: {values: ['a']}}").columns[0],))
    hostile = Rules((rules.columns[0].__class__(name, values=("'); import os; ('",)),))
    schema = script(hostile)
    assert list(schema.columns) == [name]
    assert theirs(schema, pd.DataFrame({name: ["'); import os; ('", "b"]})) == {
        (f"{name}: one of 1 values", 1)
    }


def test_without_pandera_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pandera.pandas", None)
    with pytest.raises(QualityError, match=r"pip install 'sciml-magics\[rules\]'"):
        parse(RULES).to_pandera()
