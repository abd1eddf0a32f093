from __future__ import annotations

from math import isnan, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sciml_magics.store.uncertainty import uncertainty
from sciml_magics.tasks import Suggestion

positive = st.floats(1e-6, 1)


def made(probabilities: list[float], score: float | None = None) -> Suggestion:
    ordered = sorted(probabilities, reverse=True)
    alternatives = tuple((str(at), p) for at, p in enumerate(ordered))
    return Suggestion(bytes(16), "0", ordered[0] if score is None else score, alternatives)


@given(st.lists(st.lists(positive, min_size=1, max_size=40), min_size=1, max_size=5))
def test_one_label_is_unsure_as_its_whole_distribution_says(rows: list[list[float]]) -> None:
    shares = [[weight / sum(row) for weight in row] for row in rows]
    entropy, margin = uncertainty([made(row) for row in shares], "label")
    for row, unsure, between in zip(shares, entropy, margin, strict=True):
        top = [*sorted(row, reverse=True), 0.0]
        assert unsure == pytest.approx(-sum(p * log(p) for p in row), abs=1e-9)
        assert between == pytest.approx(top[0] - top[1], abs=1e-9)


def test_what_is_left_of_a_distribution_cut_short_counts_as_one_label() -> None:
    entropy, margin = uncertainty([made([0.6, 0.1]), made([0.4])], "label")
    assert entropy[0] == pytest.approx(-0.6 * log(0.6) - 0.1 * log(0.1) - 0.3 * log(0.3))
    assert margin[0] == pytest.approx(0.5)
    assert entropy[1] == pytest.approx(-0.4 * log(0.4) - 0.6 * log(0.6))
    assert margin[1] == 0


def test_several_labels_are_so_many_questions() -> None:
    entropy, margin = uncertainty([made([0.9, 0.5, 0.2])], "labels")
    each = [-p * log(p) - (1 - p) * log(1 - p) for p in (0.9, 0.5, 0.2)]
    assert entropy[0] == pytest.approx(sum(each) / 3)
    assert margin[0] == 0


@pytest.mark.parametrize("kind", ["spans", "text"])
def test_spans_and_text_are_as_unsure_as_their_score(kind: str) -> None:
    entropy, margin = uncertainty([made([0.5, 0.5], score=0.9)], kind)  # type: ignore[arg-type]
    assert entropy[0] == pytest.approx(-0.9 * log(0.9) - 0.1 * log(0.1))
    assert margin[0] == pytest.approx(0.8)


def test_a_suggestion_without_alternatives_falls_back_on_its_score() -> None:
    bare = Suggestion(bytes(16), "a", 1.0)
    entropy, margin = uncertainty([bare, made([0.5, 0.5]), bare], "label")
    assert entropy.tolist() == pytest.approx([0, log(2), 0])
    assert margin.tolist() == pytest.approx([1, 0, 1])


def test_no_score_is_no_number() -> None:
    entropy, margin = uncertainty([Suggestion(bytes(16), None, float("nan"))], "label")
    assert isnan(entropy[0])
    assert isnan(margin[0])


def test_an_empty_batch() -> None:
    entropy, margin = uncertainty([], "label")
    assert len(entropy) == len(margin) == 0
