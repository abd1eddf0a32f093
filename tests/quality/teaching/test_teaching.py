from __future__ import annotations

import importlib

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from sciml_magics.errors import QualityError
from sciml_magics.quality.detectors import MODULES
from sciml_magics.quality.findings import Finding, detectors
from sciml_magics.quality.table import Table
from sciml_magics.quality.teaching import Teacher, teach
from tests.quality.hostile import HOSTILE
from tests.quality.planting import planted

for module in MODULES:
    importlib.import_module(module)

Mask = npt.NDArray[np.bool_]


def found(table: Table) -> list[Finding]:
    made = [make for make in detectors().values() if make.__module__ in MODULES]
    return [one for make in made for one in make().find(table)]


def told(table: Table, wrong: Mask, rows: list[int]) -> dict[int, frozenset[str]]:
    """What a person says of rows."""
    names = [column.name for column in table]
    return {row: frozenset(names[at] for at in np.flatnonzero(wrong[row])) for row in rows}


def f1(flags: Mask, wrong: Mask) -> float:
    return float(2 * (flags & wrong).sum() / (flags.sum() + wrong.sum()))


def test_twenty_rows_teach_what_no_detector_can_know():
    before, after = [], []
    for seed in (3, 4):
        data = planted(seed)
        table = Table(data.dirty, "planted")
        teacher = Teacher(table, found(table))
        answers: dict[int, frozenset[str]] = {}
        before.append(f1(teacher.taught(answers).probabilities >= 0.5, data.wrong))
        while len(answers) < 20:
            rows = [one.row for one in teacher.taught(answers).next_rows(4)]
            answers |= told(table, data.wrong, rows)
        after.append(f1(teacher.taught(answers).probabilities >= 0.5, data.wrong))

    assert np.mean(after) > 0.9
    assert np.mean(after) > np.mean(before) + 0.1


def test_a_column_that_is_wrong_throughout_is_learned_from_a_few_rows():
    frame = pd.DataFrame(
        {"size": [f"{n} oz" for n in range(200)], "name": [f"n{n}" for n in range(200)]}
    )
    answers = {row: frozenset({"size"}) for row in (1, 20, 150, 190)}

    probabilities = teach(Table(frame), [], answers).probabilities

    assert (probabilities[:, 0] > 0.5).all()
    assert (probabilities[:, 1] < 0.5).all()


def test_a_missing_cell_may_be_wrong_or_right():
    frame = pd.DataFrame({"a": ["x", None] * 50, "b": ["y", None] * 50})
    answers = {row: frozenset({"a"} if row % 2 else ()) for row in range(10)}

    flags = teach(Table(frame), [], answers).probabilities >= 0.5

    assert flags[:, 0].tolist() == [False, True] * 50
    assert not flags[:, 1].any()


def test_detectors_that_are_wrong_in_a_column_lose_their_say_there():
    frame = pd.DataFrame({"a": [f"v{n}" for n in range(100)], "b": [f"v{n}" for n in range(100)]})
    rows = np.arange(0, 100, 2)
    scores = np.full(50, 0.7, dtype=np.float32)
    findings = [Finding("pattern", name, rows, scores, "odd") for name in ("a", "b")]
    answers = {row: frozenset({"b"} if row % 2 == 0 else ()) for row in range(12)}

    flags = teach(Table(frame), findings, answers).probabilities >= 0.5

    assert not flags[:, 0].any()
    assert flags[:, 1].tolist() == [True, False] * 50


def test_what_was_labelled_is_the_reason_in_words():
    cells = ["1 oz"] * 50 + ["2"] * 40 + [None] * 10
    frame = pd.DataFrame({"size": cells, "name": [f"n{n}" for n in range(100)]})
    answers = {0: frozenset({"size"}), 1: frozenset({"size"}), 60: frozenset[str]()}
    state = teach(Table(frame), [], answers)

    assert state.reasons("size", np.array([7, 61, 95])) == [
        "2 of 2 labelled cells that look alike are wrong, as '1 oz' is",
        "2 of 3 labelled cells of this column are wrong, as '1 oz' is",
        "2 of 3 labelled cells of this column are wrong, as '1 oz' is",
    ]
    assert state.reasons("name", np.array([5])) == [
        "it is like cells of other columns that were labelled wrong"
    ]


def test_what_a_person_said_stands():
    frame = pd.DataFrame({"a": ["x"] * 30})

    probabilities = teach(Table(frame), [], {0: frozenset({"a"}), 1: frozenset()}).probabilities

    assert probabilities.dtype == np.float32
    assert probabilities[0, 0] == 1
    assert probabilities[1, 0] == 0


def test_equal_answers_teach_the_same_whatever_their_order():
    data = planted(5, rows=200)
    table = Table(data.dirty)
    findings = found(table)
    rows = [5, 3, 8, 1]

    one = teach(table, findings, told(table, data.wrong, rows)).probabilities
    other = teach(table, findings, told(table, data.wrong, rows[::-1])).probabilities

    assert (one == other).all()


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({9: frozenset[str]()}, "no row 9"),
        ({-1: frozenset[str]()}, "no row -1"),
        ({0: frozenset({"z"})}, "no such column"),
    ],
)
def test_an_answer_about_nothing_is_refused(answers, problem):
    with pytest.raises(QualityError, match=problem):
        teach(Table(pd.DataFrame({"a": ["x"] * 3})), [], answers)


@pytest.mark.parametrize("name", [name for name in HOSTILE if name != "10,000 columns"])
def test_no_frame_makes_it_fall(name):
    table = Table(HOSTILE[name]())
    teacher = Teacher(table, found(table))
    rows = [one.row for one in teacher.taught({}).next_rows(2)]

    state = teacher.taught({row: frozenset() for row in rows})

    assert state.probabilities.shape == (len(table), len(table.columns))
    assert np.isfinite(state.probabilities).all()
