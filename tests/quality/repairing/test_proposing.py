"""What is proposed for the cells of a table, and how sure."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sciml_magics.errors import QualityError
from sciml_magics.quality.findings import Finding
from sciml_magics.quality.repairing import Known, Proposal, propose
from sciml_magics.quality.table import Table
from tests.quality.hostile import HOSTILE
from tests.quality.repairing.made import Made, made

SURE = 0.98


@pytest.fixture(scope="module")
def orders() -> Made:
    return made(7, rows=400)


@pytest.fixture(scope="module")
def proposals(orders: Made) -> list[Proposal]:
    labelled = set(np.random.default_rng(70).choice(400, 20, replace=False).tolist())
    wrong = orders.wrong()
    known = [Known(row, name, orders.right(row, name)) for row, name in wrong if row in labelled]
    cells = [cell for cell in wrong if cell[0] not in labelled]
    return list(propose(Table(orders.dirty), cells, known=known))


def _is_right(orders: Made, proposal: Proposal) -> bool:
    best = proposal.best
    return best is not None and best.value == orders.right(proposal.row, proposal.column)


def test_repairs_planted_errors_of_all_kinds(orders: Made, proposals: list[Proposal]):
    right = pd.Series([_is_right(orders, one) for one in proposals])
    by_column = right.groupby([one.column for one in proposals]).mean()
    assert right.mean() >= 0.97
    assert by_column.min() >= 0.7


def test_a_sure_value_is_right(orders: Made, proposals: list[Proposal]):
    sure = [one for one in proposals if one.best and one.best.score >= SURE]
    assert len(sure) >= 0.5 * len(proposals)
    assert np.mean([_is_right(orders, one) for one in sure]) >= SURE


def test_the_candidates_of_a_cell_are_ranked_probabilities(orders: Made, proposals: list[Proposal]):
    for one in proposals:
        scores = [candidate.score for candidate in one.candidates]
        values = [candidate.value for candidate in one.candidates]
        assert scores == sorted(scores, reverse=True)
        assert sum(scores) <= 1 + 1e-6
        assert len(set(values)) == len(values)
        assert orders.dirty[one.column][one.row] not in values
        assert all(candidate.words and candidate.source for candidate in one.candidates)


def test_the_same_table_gets_the_same_proposals(orders: Made):
    cells = [cell for cell in orders.wrong() if cell[1] in ("town", "item")]
    first, second = (list(propose(Table(orders.dirty), cells)) for _ in range(2))
    assert first == second


def test_the_frame_stays_as_it_was(orders: Made):
    before = orders.dirty.copy()
    list(propose(Table(orders.dirty), orders.wrong()[:40], known=[Known(0, "town", "Carrow")]))
    pd.testing.assert_frame_equal(orders.dirty, before)


def test_a_cell_that_is_known_is_not_asked_again(orders: Made):
    cells = [cell for cell in orders.wrong() if cell[1] == "town"][:5]
    known = [Known(*cells[0], "Carrow")]
    found = [(one.row, one.column) for one in propose(Table(orders.dirty), cells, known=known)]
    assert found == cells[1:]


def test_a_repeated_cell_is_answered_once():
    table = Table(pd.DataFrame({"a": ["x", "x", "y"]}))
    assert len(list(propose(table, [(2, "a"), (2, "a")]))) == 1


def test_the_score_falls_with_the_chance_that_nothing_is_wrong(orders: Made):
    cells = [cell for cell in orders.wrong() if cell[1] == "town"]
    whole = list(propose(Table(orders.dirty), cells))
    half = list(propose(Table(orders.dirty), cells, wrong=[0.5] * len(cells)))
    for one, other in zip(whole, half, strict=True):
        assert one.best
        assert other.best
        assert other.best.value == one.best.value
        assert other.best.score == pytest.approx(one.best.score / 2)


def test_a_sure_value_makes_it_likelier_that_the_cell_is_wrong(orders: Made):
    wrong = orders.wrong()
    labelled = set(range(0, 400, 20))
    known = [Known(row, name, orders.right(row, name)) for row, name in wrong if row in labelled]
    cells = [cell for cell in wrong if cell[1] in ("town", "land") and cell[0] not in labelled]
    # Right cells that were taken for wrong ones, too: their values are not to be applied.
    fine = [(row, name) for row in range(1, 400, 19) for name in ("price", "town")]
    fine = [cell for cell in fine if cell not in set(wrong)]
    every = [*cells, *fine]
    chances = [0.93] * len(every)
    found = list(propose(Table(orders.dirty), every, known=known, wrong=chances))
    sure = [one for one in found if one.best and one.best.score >= SURE]
    assert len(sure) >= 0.4 * len(cells)
    assert all(_is_right(orders, one) for one in sure)


def test_what_a_detector_would_write_is_a_candidate():
    table = Table(pd.DataFrame({"mass": ["12 kg", "500 g", "3 kg"]}))
    finding = Finding(
        "units", "mass", np.array([1]), np.array([0.9], np.float32), "in grams", ["0.5 kg"]
    )
    [one] = propose(table, [(1, "mass")], findings=[finding])
    assert one.best
    assert (one.best.value, one.best.source, one.best.words) == ("0.5 kg", "units", "in grams")


def test_a_detector_that_people_contradict_is_believed_less():
    frame = pd.DataFrame({"mass": [f"{n} g" for n in range(40)]})
    scores = np.full(40, 0.9, np.float32)
    values = [f"{n} kg" for n in range(40)]
    finding = Finding("units", "mass", np.arange(40), scores, "no unit", values)
    known = [Known(row, "mass", f"{row}.0") for row in range(12)]
    plain, taught = (
        next(iter(propose(Table(frame), [(30, "mass")], known=some, findings=[finding])))
        for some in ([], known)
    )
    said = [
        {one.value: one.score for one in proposal.candidates}.get("30 kg", 0)
        for proposal in (plain, taught)
    ]
    assert said[1] < 0.5 < said[0]


def test_a_value_in_the_cell_beside_is_taken_apart():
    towns = ["Rome", "Milan", "Pisa", "Lyon", "Nice"] * 8
    lands = ["IT", "IT", "IT", "FR", "FR"] * 8
    frame = pd.DataFrame({"town": [*towns, "Trento IT"], "land": [*lands, ""]})
    found = {
        one.column: one.best
        for one in propose(Table(frame), [(40, "town"), (40, "land")])
    }  # fmt: skip
    assert found["town"]
    assert found["land"]
    assert (found["town"].value, found["land"].value) == ("Trento", "IT")


def test_nothing_is_learned_from_cells_in_doubt():
    frame = pd.DataFrame({"zip": ["1"] * 6, "town": ["Rxme", "Rxme", "Rxme", "Rome", "Rome", "?"]})
    cells = [(row, "town") for row in (0, 1, 2, 5)]
    for one in propose(Table(frame), cells):
        assert one.best
        assert one.best.value == "Rome"


def test_no_cells_take_no_work():
    assert list(propose(Table(pd.DataFrame({"a": ["x"]})), [])) == []


@pytest.mark.parametrize(
    ("cell", "says"), [((0, "b"), "no column 'b'"), ((3, "a"), "no row 3"), ((-1, "a"), "no row")]
)
def test_a_cell_that_is_not_there_is_named(cell: tuple[int, str], says: str):
    with pytest.raises(QualityError, match=says):
        list(propose(Table(pd.DataFrame({"a": ["x"]})), [cell]))


@pytest.mark.parametrize("name", HOSTILE)
def test_survives_hostile_frames(name: str):
    table = Table(HOSTILE[name]())
    cells = [
        (row, column.name) for row in range(min(len(table), 3)) for column in table.columns[:9]
    ]
    finding = [
        Finding("any", column, np.array([row]), np.array([0.5], np.float32), "so", [""])
        for row, column in cells
    ]
    known = [Known(row, column, "7") for row, column in cells[:2]]
    for one in propose(table, cells, known=known, findings=finding):
        assert all(0 <= candidate.score <= 1 for candidate in one.candidates)
    assert len(list(propose(table, cells))) == len(cells)
