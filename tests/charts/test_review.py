from __future__ import annotations

import json
from typing import Any

import pytest

from sciml_magics.charts import drawing
from sciml_magics.charts.review import Name, NothingToDrawError, ReviewChart, review_chart
from sciml_magics.errors import TaskError
from sciml_magics.store import Store, open_store
from sciml_magics.tasks import Value
from tests.charts.reviews_made import Review, span, topic
from tests.charts.test_labels import HOSTILE, parts, values

CHARTS: tuple[Name, ...] = ("labels", "scores", "confusion", "agreement", "annotators")


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "charts.db") as opened:
        yield opened


def label_review(store: Store) -> Review:
    return Review(store, topic(), [*4 * [("genes", 0.9)], *3 * [("cells", 0.62)], (None, 0.2)])


def rows(drawn: ReviewChart) -> list[dict[str, Any]]:
    """The data of a chart."""
    return values(drawn.chart.to_dict(validate=True))


def filters(drawn: ReviewChart, row: dict[str, Any]) -> dict[str, Any]:
    """What a click on the mark of a row sets, as the front end does it."""
    return {
        click.sets: row[click.field] for click in drawn.clicks if row.get(click.field) is not None
    }


def test_labels_part_what_people_said_from_what_is_open(store):
    review = label_review(store)
    review.say(0, "genes")
    review.say(1, "brains")
    review.decide(4, "rejected")
    drawn = review_chart(store, "topic", "labels")
    counts = {(row["label"], row["state"]): row["count"] for row in rows(drawn)}
    assert counts == {
        ("genes", "answered"): 1,
        ("genes", "open"): 2,
        ("cells", "open"): 2,
        ("brains", "answered"): 1,
        ("(none)", "open"): 1,
    }
    clicked = {(row["label"], row["state"]): filters(drawn, row) for row in rows(drawn)}
    assert clicked["genes", "open"] == {"suggested": "genes"}
    assert clicked["brains", "answered"] == {"answered": "brains"}
    assert clicked["(none)", "open"] == {"suggested": ""}


def test_what_was_taken_back_counts_as_open(store):
    review = label_review(store)
    said = review.say(0, "cells")
    review.decide(0, "undone", suggestion=None, undoes=said.key)
    counts = {
        (row["label"], row["state"]): row["count"]
        for row in rows(review_chart(store, "topic", "labels"))
    }
    assert counts["genes", "open"] == 4


def test_scores_show_how_often_people_keep_a_suggestion(store):
    review = label_review(store)
    review.say(0, "genes")
    review.say(1, "cells")
    drawn = review_chart(store, "topic", "scores")
    bars = [row for row in rows(drawn) if "count" in row]
    assert {(row["low"], row["count"]) for row in bars} == {(0.2, 1), (0.6, 3), (0.9, 4)}
    [point] = [row for row in rows(drawn) if "share" in row]
    assert (point["low"], point["share"], point["n"]) == (0.9, 0.5, 2)
    assert point["least"] < 0.5 < point["most"]
    assert filters(drawn, bars[0]) == {"low": bars[0]["low"], "high": bars[0]["high"]}


def test_confusion_crosses_suggestion_and_answer(store):
    review = label_review(store)
    review.say(0, "genes")
    review.say(1, "cells")
    review.say(2, "cells", "Bo")
    review.decide(4, "rejected")
    drawn = review_chart(store, "topic", "confusion")
    counts = {(row["suggested"], row["answered"]): row["count"] for row in rows(drawn)}
    assert counts == {("genes", "genes"): 1, ("genes", "cells"): 2, ("cells", "(none)"): 1}
    clicked = {row["suggested"] + row["answered"]: filters(drawn, row) for row in rows(drawn)}
    assert clicked["genescells"] == {"suggested": "genes", "answered": "cells"}
    assert clicked["cells(none)"] == {"suggested": "cells", "answered": ""}
    assert "Changed: genes to cells 2" in drawn.chart.to_dict()["description"]


def test_of_several_labels_those_kept_removed_and_added_are_counted(store):
    review = Review(store, topic("labels"), [(("genes", "cells"), 0.8), (("genes",), 0.7)])
    review.say(0, ("genes", "brains"))
    review.say(1, ("genes",))
    drawn = review_chart(store, "topic", "confusion")
    counts = {(row["label"], row["state"]): row["count"] for row in rows(drawn)}
    assert counts == {("genes", "kept"): 2, ("cells", "removed"): 1, ("brains", "added"): 1}


def test_a_span_that_was_moved_is_removed_and_added(store):
    review = Review(store, topic("spans"), [((span("genes"),), 0.8)])
    review.say(0, (span("genes", 1),))
    drawn = review_chart(store, "topic", "confusion")
    counts = {(row["label"], row["state"]): row["count"] for row in rows(drawn)}
    assert counts == {("genes", "removed"): 1, ("genes", "added"): 1}


def test_agreement_parts_shown_from_blind(store):
    review = label_review(store)
    for at in range(3):
        review.say(at, "genes")
    review.say(3, "cells", blind=True, share="blind")
    drawn = review_chart(store, "topic", "agreement")
    points = rows(drawn)
    assert [(row["at"], row["share"]) for row in points if row["series"] == "shown"] == [
        (1, 1.0),
        (2, 1.0),
        (3, 1.0),
    ]
    assert [(row["at"], row["share"]) for row in points if row["series"] == "hidden"] == [(4, 0.0)]
    assert "kept 75% of 4 suggestions" in drawn.chart.to_dict()["description"]


def test_annotators_have_their_decisions_agreement_and_time(store):
    review = label_review(store)
    review.say(0, "genes")
    review.say(1, "cells", seconds=4.0)
    review.decide(2, "skipped", "Bo", seconds=None)
    drawn = review_chart(store, "topic", "annotators")
    found = {(row["label"], row["state"]): row for row in rows(drawn)}
    assert {key: row["count"] for key, row in found.items()} == {
        ("Ada", "accepted"): 1,
        ("Ada", "corrected"): 1,
        ("Bo", "skipped"): 1,
    }
    assert found["Ada", "accepted"]["agreement"].startswith("50% of 2")
    assert found["Ada", "accepted"]["seconds"] == "3.0 s"
    assert found["Bo", "skipped"]["agreement"] == "no suggestion answered"
    assert filters(drawn, found["Bo", "skipped"]) == {"annotator": "Bo", "decision": "skipped"}


def test_free_answers_are_counted_by_decision(store):
    review = Review(store, topic("text"), [("a text", 0.8), ("another", 0.7)])
    review.say(0, "a text")
    drawn = review_chart(store, "topic", "labels")
    assert [(row["label"], row["count"]) for row in rows(drawn)] == [("accepted", 1)]
    with pytest.raises(NothingToDrawError, match="no labels to compare"):
        review_chart(store, "topic", "confusion")


@pytest.mark.parametrize("name", CHARTS[2:])
def test_before_the_first_answer_a_chart_says_what_is_missing(store, name):
    label_review(store)
    with pytest.raises(NothingToDrawError, match="answered"):
        review_chart(store, "topic", name)


def test_a_task_that_is_not_there_is_said(store):
    with pytest.raises(TaskError, match="no task 'subject'"):
        review_chart(store, "subject", "labels")


def hostile_review(store: Store) -> Review:
    suggested: list[tuple[Value, float]] = [(name, 0.5) for name in HOSTILE]
    review = Review(store, topic(names=HOSTILE, name='<img src=x> t.a["b"] 题'), suggested)
    for at, name in enumerate(HOSTILE[:5]):
        review.say(at, name, '<script>alert(1)</script>\x00"')
    review.say(5, HOSTILE[0])
    return review


@pytest.mark.parametrize("name", CHARTS)
def test_hostile_names_draw_and_stay_text(store, name):
    vl_convert = pytest.importorskip("vl_convert")
    task = hostile_review(store).task.name
    spec = review_chart(store, task, name).chart.to_dict(validate=True)
    drawn = vl_convert.vegalite_to_svg(json.dumps({**spec, "width": 400}))
    assert "<script" not in drawn
    assert "<img" not in drawn
    assert "题" in drawn


def test_a_click_gives_hostile_names_back_as_they_are(store):
    task = hostile_review(store).task.name
    drawn = review_chart(store, task, "labels")
    sent = [filters(drawn, row) for row in rows(drawn)]
    assert {value for one in sent for value in one.values()} == {*HOSTILE} - {HOSTILE[5]}
    assert "(abstained)" in {one.get("suggested") for one in sent}


@pytest.mark.parametrize("name", CHARTS)
def test_text_and_background_are_left_to_the_theme(store, name):
    task = hostile_review(store).task.name
    spec = review_chart(store, task, name).chart.to_dict()
    keys = {key for part in parts(spec) for key in part}
    assert not keys & {"labelColor", "subtitleColor", "fill", "stroke", "gridColor"}
    assert (spec["background"], spec["width"]) == ("transparent", "container")
    assert len(spec["description"]) > 20


def test_many_labels_share_a_bar(store):
    names = [f"label {number}" for number in range(40)]
    suggested: list[tuple[Value, float]] = [(name, 0.5) for name in names]
    Review(store, topic(names=names), suggested)
    drawn = review_chart(store, "topic", "labels")
    assert len(rows(drawn)) == 21
    [others] = [row for row in rows(drawn) if row["label"] == "(20 other labels)"]
    assert (others["count"], filters(drawn, others)) == (20, {})


def test_colours_are_seen_on_white_and_on_dark():
    def light(colour: str) -> float:
        channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for colour in drawing.COLOURS.values():
        assert 1.05 / (light(colour) + 0.05) >= 3
        assert (light(colour) + 0.05) / (light("#111111") + 0.05) >= 3


def test_a_data_transformer_of_the_user_is_not_asked(store):
    import altair as alt

    label_review(store).say(0, "genes")
    with alt.data_transformers.enable("json"):
        for name in CHARTS:
            spec = review_chart(store, "topic", name).chart.to_dict()
            assert not any("url" in part for part in parts(spec))
