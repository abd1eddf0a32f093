"""Agreement, against numbers that others published."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sciml_magics.review.agreement import agreement
from sciml_magics.review.chance import cohen_kappa, fleiss_kappa, krippendorff_alpha
from sciml_magics.tasks import Label, Task
from tests.review.saying import Said, marks, table

LABEL = Task("topic", ("text",))
LABELS = Task("topics", ("text",), kind="labels")
SPANS = Task("parts", ("text",), kind="spans")


def test_cohens_kappa_of_fifty_grant_proposals():
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert cohen_kappa(pairs) == pytest.approx(0.4)


def test_fleiss_kappa_of_ten_subjects_and_fourteen_raters():
    counts = [
        (0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1),
        (7, 7, 0, 0, 0), (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7),
    ]  # fmt: skip
    units = [[at for at, n in enumerate(row) for _ in range(n)] for row in counts]
    assert fleiss_kappa(units) == pytest.approx(0.210, abs=5e-4)


def test_krippendorffs_alpha_of_four_observers_who_leave_some_out():
    kept = table(
        {
            "A": [*"123321412---"],
            "B": [*"1233224125-3"],
            "C": [*"-3332342251-"],
            "D": [*"12332441251-"],
        }
    )
    assert agreement(LABEL, kept).alpha == pytest.approx(0.743, abs=5e-4)


def test_what_one_label_alone_says_of_chance_is_nothing():
    found = agreement(LABEL, table({"A": ["x", "x"], "B": ["x", "x"]}))
    assert (found.alpha, found.fleiss, found.pairs[0].kappa) == (None, None, None)
    assert found.pairs[0].same == 1


def test_nobody_answered():
    found = agreement(LABEL, [])
    assert (found.n, found.pairs, found.alpha, found.fleiss) == (0, (), None, None)
    assert found.frame().empty


def test_every_pair_of_annotators_is_compared_on_what_both_answered():
    found = agreement(LABEL, table({"A": [*"xyx-"], "B": [*"xyy-"], "C": [*"--yx"]}))
    assert [(p.first, p.second, p.n) for p in found.pairs] == [
        ("A", "B", 3), ("A", "C", 1), ("B", "C", 1),
    ]  # fmt: skip
    assert found.pairs[0].same == pytest.approx(2 / 3)
    assert found.n == 3


def test_only_values_of_annotators_are_compared():
    said = Said()
    said.says("A", "t", "x")
    said.says("B", "t", "(skipped)")
    said.says("C", "t", "x", role="adjudicator")
    assert agreement(LABEL, said.kept).n == 0


def test_several_labels_are_compared_as_sets_and_one_by_one():
    kept = table({"A": [("a", "b"), ("a",), ()], "B": [("b", "a"), ("a", "c"), ()]})
    found = agreement(LABELS, kept)
    (pair,) = found.pairs
    assert pair.same == pytest.approx(2 / 3)
    assert pair.similarity == pytest.approx((1 + 0.5 + 1) / 3)
    assert found.alpha is not None
    assert 0 < found.alpha < 1
    by_label = {one.label: one.alpha for one in found.labels}
    assert by_label["a"] == by_label["b"] == 1
    assert by_label["c"] == 0  # of three pairs one differs, as chance would have it


def test_labels_come_in_the_order_of_the_scheme():
    task = Task("topics", ("text",), kind="labels", labels=(Label("b"), Label("a"), Label("c")))
    kept = table({"A": [("a", "b")], "B": [("b",)]})
    assert [one.label for one in agreement(task, kept).labels] == ["b", "a"]


def test_spans_are_found_exactly_or_where_they_overlap():
    text = "two small mice"
    said = Said()
    said.says("A", "t", marks(text, (0, 14, "x"), (4, 9, "y")))
    said.says("B", "t", marks(text, (10, 14, "x"), (4, 9, "y")))
    found = agreement(SPANS, said.kept)
    (pair,) = found.pairs
    assert pair.spans is not None
    assert (pair.spans.exact, pair.spans.overlapping, pair.spans.marked) == (0.5, 1, 4)
    by_label = {one.label: one.spans for one in found.labels}
    assert by_label["x"] is not None
    assert (by_label["x"].exact, by_label["x"].overlapping) == (0, 1)


def test_the_pull_is_what_a_shown_suggestion_adds():
    said = Said()
    for at in range(70):
        decision = "accepted" if at < 56 else "corrected"
        said.says("A", f"audit {at}", "x", decision=decision, share="audit", suggestion=1)
    for at in range(80):
        decision = "accepted" if at < 48 else "corrected"
        said.says(
            "A", f"blind {at}", "x", decision=decision, share="blind", blind=True, suggestion=1
        )
    said.says("A", "other", "x", decision="accepted", share="uncertain", suggestion=1)
    said.says("A", "without", "x", share="audit")
    said.says("A", "skipped", "(skipped)", share="audit", suggestion=1)
    model = agreement(LABEL, said.kept).model
    assert model.shown is not None
    assert model.hidden is not None
    assert model.pull is not None
    assert (model.shown.value, model.shown.n, model.hidden.n) == (0.8, 70, 80)
    assert model.pull.value == pytest.approx(0.2)
    assert (model.pull.low, model.pull.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_without_blind_answers_there_is_no_pull():
    said = Said()
    said.says("A", "t", "x", decision="accepted", share="audit", suggestion=1)
    model = agreement(LABEL, said.kept).model
    assert (model.hidden, model.pull) == (None, None)
    assert model.shown is not None
    assert model.shown.low < model.shown.high == 1


def test_the_frame_has_a_row_for_each_measure():
    frame = agreement(LABEL, table({"A": [*"xyx"], "B": [*"xyy"]})).frame()
    assert frame["measure"].tolist() == [
        "same answer", "Cohen's kappa", "Fleiss' kappa", "Krippendorff's alpha",
    ]  # fmt: skip
    assert frame["n"].tolist() == [3] * 4
    assert frame["value"].dtype == "float64"
    assert isinstance(frame, pd.DataFrame)


labels = st.sampled_from(["x", "x\x00", "y", "中"])


@given(st.lists(st.tuples(labels, labels), min_size=2))
def test_full_agreement_is_one_and_the_order_of_people_makes_no_difference(pairs):
    assert cohen_kappa([(a, a) for a, _ in pairs]) in (None, 1)
    swapped = [(b, a) for a, b in pairs]
    for measure in (cohen_kappa, fleiss_kappa, krippendorff_alpha):
        one, other = measure(pairs), measure(swapped)
        assert (one is None) == (other is None)
        if one is not None:
            assert one == pytest.approx(other)
            assert one <= 1
