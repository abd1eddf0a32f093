"""Charts of calibration: what they draw and say."""

from __future__ import annotations

import numpy as np
import pytest
import vl_convert

from sciml_magics.charts.calibration import acceptance_chart, calibration_chart
from sciml_magics.charts.review import NothingToDrawError
from sciml_magics.learning.evaluating.reliability import reliability
from sciml_magics.learning.trust.acceptance import acceptance


def answers(count=300):
    draw = np.random.default_rng(0)
    scores = draw.beta(3, 1, count)
    return scores, draw.random(count) < scores**2


def calibrated(name="topic"):
    scores, right = answers()
    return calibration_chart(
        reliability(scores, right), reliability(scores**2, right), name, "temperature 1.84"
    )


def accepted(name="topic", threshold=0.8):
    scores, right = answers()
    return acceptance_chart(acceptance(scores, right, scores, random=True), name, threshold)


def rows_of(chart, layer):
    """The values of a layer, which Altair keeps once in the chart."""
    return chart["datasets"][layer["data"]["name"]]


def test_both_sides_are_drawn_and_said_in_words():
    chart = calibrated().to_dict()
    assert [panel["title"]["text"] for panel in chart["hconcat"]] == [
        "as the model gives it",
        "temperature 1.84",
    ]
    assert chart["description"].startswith("topic: calibration error 0.1")
    assert "over 300 answers" in chart["description"]


def test_bins_are_those_of_the_table_and_empty_ones_are_left_out():
    scores, right = answers()
    found = reliability(scores, right)
    chart = calibrated().to_dict()
    values = rows_of(chart, chart["hconcat"][0]["layer"][0])
    assert sum(row["n"] for row in values) == 300
    assert len(values) == (found.count > 0).sum()


def test_acceptance_is_drawn_by_score_and_by_share_with_the_threshold():
    chart = accepted().to_dict()
    by_score, by_share = chart["hconcat"]
    assert by_score["layer"][0]["encoding"]["x"]["field"] == "threshold"
    assert by_share["layer"][0]["encoding"]["x"]["field"] == "taken"
    assert rows_of(chart, by_score["layer"][-1]) == [{"at": 0.8}]
    assert chart["title"]["subtitle"] == "on 300 answers, drawn at random; 95 % interval"


@pytest.mark.parametrize("made", [calibrated, accepted])
def test_pictures_are_drawn_without_a_network_and_names_are_no_markup(made):
    chart = made("<b>\x00topic").to_dict()
    assert "\x00" not in chart["title"]["text"]
    assert vl_convert.vegalite_to_png(chart)[:4] == b"\x89PNG"


def test_without_answers_there_is_nothing_to_draw():
    none = reliability([], [])
    with pytest.raises(NothingToDrawError, match="nobody judged"):
        calibration_chart(none, none, "topic")
    empty = np.zeros(0)
    with pytest.raises(NothingToDrawError, match="nobody judged"):
        acceptance_chart(acceptance(empty, empty.astype(bool), empty, random=True), "topic")
