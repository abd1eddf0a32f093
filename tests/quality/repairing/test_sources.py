"""What each source offers, by itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from sciml_magics.quality.repairing.sight import Ask, Sight
from sciml_magics.quality.repairing.sources import Offer, Source, source
from sciml_magics.quality.repairing.sources.dependencies import Dependencies, Together
from sciml_magics.quality.repairing.sources.interpolation import Interpolation
from sciml_magics.quality.repairing.sources.mending import Mending
from sciml_magics.quality.repairing.sources.neighbours import Meaning, Neighbours
from sciml_magics.quality.repairing.sources.spelling import Spelling, Words
from sciml_magics.quality.table import Table


def _asked(
    make: Callable[[Sight], Source], frame: pd.DataFrame, row: int, column: str
) -> list[Offer]:
    """The offers for one cell, strongest first."""
    table = Table(frame)
    sight = Sight(table, [(row, column)])
    ask = Ask(column, np.array([row]), [table[column].text(row)])
    return sorted(make(sight).offer(ask), key=lambda offer: -offer.strength)


def test_a_column_that_determines_another_tells_its_value():
    frame = pd.DataFrame({"zip": list("aabbccdd") * 3, "town": list("AABBCCDD") * 3})
    frame.loc[0, "town"] = "?"
    best = _asked(Dependencies, frame, 0, "town")[0]
    assert best.value == "A"
    assert best.words == "5 of the 5 other rows with the same 'zip' have it"


def test_two_columns_determine_what_neither_does_alone():
    frame = pd.DataFrame(
        [(x, y, f"{x}{y}") for x in "abcd" for y in "efgh" for _ in range(5)],
        columns=["x", "y", "z"],
    )
    frame.loc[0, "z"] = "?"
    best = _asked(Dependencies, frame, 0, "z")[0]
    assert best.value == "ae"
    assert "'x' and 'y'" in best.words or "'y' and 'x'" in best.words


def test_what_stands_in_the_cell_itself_does_not_count():
    frame = pd.DataFrame({"zip": list("aabbccdd") * 3, "town": list("AABBCCDD") * 3})
    frame.loc[0, "town"] = "only here"
    for make in (Dependencies, Together, Spelling, Words, Neighbours):
        sight = Sight(Table(frame), [])
        ask = Ask("town", np.array([0]), ["onlx here"])
        assert all(offer.value != "only here" for offer in make(sight).offer(ask))


def test_a_misspelt_value_is_near_its_right_one():
    frame = pd.DataFrame({"town": ["Birmingham"] * 5 + ["Boston"] * 5 + ["Bxrminghxm"]})
    assert _asked(Spelling, frame, 10, "town")[0].value == "Birmingham"


def test_a_strange_word_is_mended_within_a_text_that_stands_once():
    frame = pd.DataFrame({"n": [f"{n} patients" for n in range(20)] + ["77 paxienxs"]})
    assert _asked(Words, frame, 20, "n")[0].value == "77 patients"


@pytest.mark.parametrize(
    ("values", "odd", "wanted"),
    [
        ([f"{n / 100:.2f}" for n in range(100, 200)], "EUR 1.05", "1.05"),
        ([f"2024-05-{n:02d}" for n in range(1, 31)], "21/05/2024", "2024-05-21"),
        (["red", "green", "blue"] * 9, "GREEN", "green"),
        ([f"AB-{n}" for n in range(100, 140)], "AB 120", "AB-120"),
    ],
)
def test_a_text_is_made_to_look_like_its_column(values: list[str], odd: str, wanted: str):
    frame = pd.DataFrame({"a": [*values, odd]})
    assert _asked(Mending, frame, len(values), "a")[0].value == wanted


def test_of_two_readings_of_dates_that_of_more_cells_counts():
    days = pd.date_range("2024-01-01", periods=60).strftime("%Y-%m-%d").tolist()
    odd = ["05/03/2024", "21/03/2024", "28/02/2024"]
    table = Table(pd.DataFrame({"day": [*days, *odd]}))
    rows = np.arange(60, 63)
    sight = Sight(table, [(row, "day") for row in rows.tolist()])
    offers = [one for one in Mending(sight).offer(Ask("day", rows, odd)) if one.at == 0]
    assert max(offers, key=lambda one: one.strength).value == "2024-03-05"


def test_a_row_like_others_has_their_value():
    rows = [(x, x, x, x.upper()) for x in "abcdef" for _ in range(6)]
    frame = pd.DataFrame(rows, columns=["p", "q", "r", "kind"])
    frame.loc[0, "q"] = "f"
    frame.loc[0, "kind"] = "?"
    best = _asked(Neighbours, frame, 0, "kind")[0]
    assert best.value == "A"


def test_texts_that_mean_the_same_tell_a_category():
    stars = ["a telescope saw a distant star", "the planet has two moons", "a comet passed the sun"]
    genes = ["the gene was sequenced", "cells divide and proteins fold", "DNA of the virus mutated"]
    texts = [f"{text} in the year {n}" for n in range(10) for text in (*stars, *genes)]
    kinds = (["sky"] * 3 + ["life"] * 3) * 10
    frame = pd.DataFrame({"text": [*texts, "astronomers watch the galaxy"], "kind": [*kinds, ""]})
    best = _asked(Meaning, frame, 60, "kind")[0]
    assert best.value == "sky"
    assert "nearest in 'text'" in best.words


def _series(rows: int = 60) -> pd.DataFrame:
    times = pd.date_range("2024-01-01", periods=rows, freq="h")
    return pd.DataFrame({"t": times, "v": np.round(np.sin(np.arange(rows) / 6) * 10, 2)})


def test_a_number_lies_between_those_before_and_behind():
    frame = _series()
    frame.loc[30, "v"] = 99.0
    [one] = _asked(Interpolation, frame, 30, "v")
    assert float(one.value) == pytest.approx((frame["v"][29] + frame["v"][31]) / 2, abs=0.011)
    assert one.words.startswith("between ")
    assert "off by" in one.words


def test_the_order_of_the_rows_does_not_matter_where_there_are_times():
    frame = _series()
    frame.loc[30, "v"] = 99.0
    mixed = frame.sample(frac=1, random_state=1).reset_index(drop=True)
    row = int(np.flatnonzero(mixed["v"] == 99.0)[0])
    [one], [other] = _asked(Interpolation, frame, 30, "v"), _asked(Interpolation, mixed, row, "v")
    assert one.value == other.value


def test_series_in_one_table_are_kept_apart():
    first, second = _series(), _series()
    second["v"] += 500
    frame = pd.concat([first.assign(s="a"), second.assign(s="b")]).sort_values("t")
    frame = frame.reset_index(drop=True)
    row = int(np.flatnonzero(frame["s"] == "a")[30])
    frame.loc[row, "v"] = 99.0
    [one] = _asked(Interpolation, frame, row, "v")
    assert -11 < float(one.value) < 11


def test_numbers_without_an_order_are_not_interpolated():
    frame = pd.DataFrame({"v": np.random.default_rng(0).normal(size=200)})
    assert _asked(Interpolation, frame, 50, "v") == []


def test_a_name_is_given_to_one_source():
    with pytest.raises(ValueError, match="a source 'spelling' already"):
        source("spelling")(Spelling)
