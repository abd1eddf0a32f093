"""Charts of an evaluation: the numbers are its own, and any name can be drawn."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from sciml_magics.charts.evaluation import NAMES, charts_of, evaluation_chart
from sciml_magics.charts.review import NothingToDrawError
from sciml_magics.learning.evaluating.evaluation import Evaluation, evaluate
from sciml_magics.tasks import Label, Task
from tests.charts.reviews_made import span, topic
from tests.charts.test_labels import HOSTILE, parts, values


def evaluated(names: list[str], number: int = 200, name: str = "topic") -> Evaluation:
    random = np.random.default_rng(0)
    gold = random.choice(np.array(names, dtype=object), size=number).tolist()
    near = [names[(names.index(one) + 1) % len(names)] for one in gold]
    kept = random.random(number)
    given = [
        one if sure < 0.8 else other if sure < 0.95 else None
        for one, other, sure in zip(gold, near, kept, strict=True)
    ]
    task = Task(name, ("text",), labels=tuple(map(Label, names)))
    scores = random.random(number).tolist()
    where = random.choice(["<b>here</b>", "there"], size=number).tolist()
    return evaluate(gold, given, task, scores=scores, slices=where, resamples=50)


def rows(found: Evaluation, name: Any) -> list[dict[str, Any]]:
    return values(evaluation_chart(found, name).to_dict(validate=True))


def test_every_cell_has_its_count_and_its_share_of_what_is_right_so():
    found = evaluated(["a", "b", "c"])
    cells = rows(found, "confusion")
    assert sum(cell["count"] for cell in cells) == found.n
    for name in ("a", "b", "c"):
        own = [cell for cell in cells if cell["right"] == name]
        assert sum(cell["share"] for cell in own) == pytest.approx(1)
        assert {cell["given"] for cell in own if cell["same"]} == {name}
    assert any(cell["given"] == "(none)" for cell in cells)


@pytest.mark.parametrize(("number", "numbered"), [(3, True), (14, True), (77, False)])
def test_numbers_stand_in_cells_that_have_room_for_them(number, numbered):
    found = evaluated([f"label {at}" for at in range(number)], 2_000)
    spec = evaluation_chart(found, "confusion").to_dict(validate=True)
    assert (len(spec["layer"]) == 2) == numbered
    assert spec["height"] >= 10 * number
    assert len(spec["layer"][0]["encoding"]["y"]["sort"]) == number


def test_of_too_many_labels_the_most_frequent_are_drawn_and_that_is_said():
    found = evaluated([f"label {at}" for at in range(120)], 4_000)
    spec = evaluation_chart(found, "confusion").to_dict(validate=True)
    assert len(spec["layer"][0]["encoding"]["y"]["sort"]) == 80
    assert "the 80 most frequent of 120 labels" in spec["title"]["subtitle"]


def test_of_several_labels_found_missed_and_wrong_ones_are_counted():
    task = topic("labels")
    found = evaluate([("genes", "cells")], [("genes", "brains")], task, resamples=5)
    counts = {(row["label"], row["state"]): row["count"] for row in rows(found, "confusion")}
    assert counts == {
        ("genes", "found"): 1,
        ("cells", "missed"): 1,
        ("brains", "given wrongly"): 1,
    }
    marked = evaluate([(span("genes"),)], [(span("genes", 1),)], topic("spans"), resamples=5)
    counts = {(row["label"], row["state"]): row["count"] for row in rows(marked, "confusion")}
    assert counts == {("genes", "missed"): 1, ("genes", "given wrongly"): 1}


def test_labels_are_told_from_the_worst_with_their_intervals():
    found = evaluated(["a", "b", "c"])
    points = [row for row in rows(found, "labels") if "value" in row]
    f1 = [row["value"] for row in points]
    assert f1 == sorted(f1)
    table = found.classes.set_index("label")
    for row in points:
        assert row["value"] == table["f1"][row["label"]]
        assert row["low"] <= row["value"] <= row["high"]
    assert [row["score"] for row in rows(found, "labels") if "score" in row] == [found.score]


def test_an_interval_that_is_not_known_is_not_drawn():
    found = evaluate(["genes"], ["genes"], topic(), resamples=5)
    [point] = [row for row in rows(found, "labels") if "value" in row]
    assert (point["label"], point["low"], point["high"]) == ("genes", None, None)


def test_slices_and_scores_are_drawn():
    found = evaluated(["a", "b"])
    assert charts_of(found) == ("confusion", "labels", "slices", "reliability")
    assert {row["label"] for row in rows(found, "slices") if "value" in row} == {
        "<b>here</b>",
        "there",
    }
    bins = [row for row in rows(found, "reliability") if "accuracy" in row]
    assert sum(row["n"] for row in bins) == found.n - found.abstained


def test_what_is_not_there_is_said():
    found = evaluate(["genes"], ["genes"], topic(), resamples=5)
    assert charts_of(found) == ("confusion", "labels")
    with pytest.raises(NothingToDrawError, match="no slices to draw; there are: confusion, labels"):
        evaluation_chart(found, "slices")
    with pytest.raises(NothingToDrawError, match="no chart 'pie'"):
        evaluation_chart(found, "pie")  # type: ignore[arg-type]  # what a person may type


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_draw_and_stay_text(name):
    vl_convert = pytest.importorskip("vl_convert")
    found = evaluated(list(HOSTILE), 400, '<img src=x> t.a["b"] 题')
    spec = evaluation_chart(found, name).to_dict(validate=True)
    drawn = vl_convert.vegalite_to_svg(json.dumps({**spec, "width": 400}))
    assert "<script" not in drawn
    assert "<img" not in drawn
    assert "<b>" not in drawn
    assert "题" in drawn


@pytest.mark.parametrize("name", NAMES)
def test_text_and_background_are_left_to_the_theme(name):
    spec = evaluation_chart(evaluated(["a", "b"]), name).to_dict()
    keys = {key for part in parts(spec) for key in part}
    assert not keys & {"labelColor", "subtitleColor", "fill", "stroke", "gridColor"}
    assert spec["background"] == "transparent"
    assert spec["description"].startswith("topic: 200 records · macro F1 0.")


def test_a_data_transformer_of_the_user_is_not_asked():
    import altair as alt

    with alt.data_transformers.enable("json"):
        for name in NAMES:
            spec = evaluation_chart(evaluated(["a", "b"]), name).to_dict()
            assert not any("url" in part for part in parts(spec))
