"""Scores that agree with people, for every kind of task."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from sciml_magics.errors import LearningError
from sciml_magics.learning.evaluating.reliability import ece
from sciml_magics.learning.trust.calibration import (
    Sample,
    choose,
    crossed,
    decisions,
    fit,
    fit_temperature,
    temperature_of,
    temperature_of_suggestions,
)
from sciml_magics.learning.trust.calibrator import Calibrator
from sciml_magics.tasks import Record, Span, Suggestion, Task, same_value
from tests.learning.calibration_made import NAMES, made_task, suggestion, too_sure

TASK = made_task()
SEVERAL = made_task("labels")
SPANS = made_task("spans")


def one_label(count=2_000, seed=0, heat=2.5):
    probabilities, truth = too_sure(count, seed, heat)
    made = [suggestion(Record(bytes(16), ()), row) for row in probabilities.tolist()]
    return sample_of(made, truth)


def sample_of(made, truth):
    return Sample(
        [one.value for one in made],
        np.array([one.score for one in made]),
        [one.alternatives for one in made],
        np.array([same_value(one.value, right) for one, right in zip(made, truth, strict=True)]),
        truth,
    )


def several_labels(count=1_000, seed=0):
    """Each label has its own bias, and all are said too surely."""
    draw = np.random.default_rng(seed)
    logits = draw.normal(size=(count, 3)) + np.array([-1.5, 0.0, 1.0])
    applies = draw.random((count, 3)) < 1 / (1 + np.exp(-logits))
    said = 1 / (1 + np.exp(-3 * (logits - np.array([-1.5, 0.0, 1.0]))))
    made, truth = [], []
    for row, right in zip(said, applies, strict=True):
        ranked = sorted(zip(NAMES, row.tolist(), strict=True), key=lambda pair: -pair[1])
        value = tuple(name for name, p in zip(NAMES, row, strict=True) if p >= 0.5)
        score = float(np.maximum(row, 1 - row).min())
        made.append(Suggestion(bytes(16), value, score, tuple(ranked)))
        truth.append(tuple(name for name, yes in zip(NAMES, right, strict=True) if yes))
    return sample_of(made, truth)


def marked(count=400, seed=0):
    draw = np.random.default_rng(seed)
    made, truth = [], []
    for _ in range(count):
        sure = draw.uniform(0.5, 1.0, 2)
        spans = tuple(Span(5 * at, 5 * at + 4, "genes", "note", p) for at, p in enumerate(sure))
        right = tuple(replace(span, score=1.0) for span in spans if draw.random() < span.score**3)
        made.append(Suggestion(bytes(16), spans, float(sure.mean())))
        truth.append(right)
    return sample_of(made, truth)


def test_the_temperature_that_logits_were_multiplied_with_is_found():
    assert fit_temperature(one_label(), TASK) == pytest.approx(2.5, rel=0.15)
    assert fit_temperature(one_label(heat=0.4), TASK) == pytest.approx(0.4, rel=0.15)


def test_logits_and_suggestions_tell_the_same_temperature():
    sample = one_label(500)
    probabilities, truth = too_sure(500)
    made = [suggestion(Record(bytes(16), ()), row) for row in probabilities.tolist()]
    of_logits = temperature_of(np.log(probabilities), [NAMES.index(one) for one in truth])
    assert temperature_of_suggestions(made, truth, TASK) == pytest.approx(of_logits, rel=0.01)
    assert fit_temperature(sample, TASK) == pytest.approx(of_logits, rel=0.01)


def test_of_several_labels_and_of_spans_there_is_a_temperature_too():
    draw = np.random.default_rng(0)
    logits = draw.normal(size=(3_000, 4)) * 2
    right = draw.random((3_000, 4)) < 1 / (1 + np.exp(-logits))
    assert temperature_of(3 * logits, right, several=True) == pytest.approx(3, rel=0.1)
    for sample, task in ((several_labels(), SEVERAL), (marked(), SPANS)):
        made = [
            Suggestion(bytes(16), *each)
            for each in zip(sample.values, sample.scores, sample.alternatives, strict=True)
        ]
        assert temperature_of_suggestions(made, sample.truth, task) > 1.2


def test_where_nothing_can_be_told_the_temperature_is_one():
    assert temperature_of(np.zeros((0, 3)), []) == 1
    assert temperature_of_suggestions([Suggestion(b"", None, float("nan"))], ["genes"], TASK) == 1


@pytest.mark.parametrize("method", ["temperature", "isotonic"])
@pytest.mark.parametrize(
    ("made", "task"), [(one_label, TASK), (several_labels, SEVERAL), (marked, SPANS)]
)
def test_the_error_of_answers_that_were_not_learnt_from_is_less_than_half(method, made, task):
    learnt, other = made(400, seed=1), made(2_000, seed=2)
    calibrator = fit(learnt, task, method)
    before, after = decisions(other, task), decisions(other, task, calibrator)
    assert ece(*after) < 0.5 * ece(*before)
    whole = calibrator.scores(other.values, other.scores, other.alternatives)
    assert ece(whole, other.right) < 0.5 * ece(other.scores, other.right)


def test_labels_with_answers_have_offsets_of_their_own():
    offsets = dict(fit(several_labels(), SEVERAL, "temperature").offsets)
    assert offsets["genes"] < offsets["cells"] < offsets["brains"]


@pytest.mark.parametrize("method", ["temperature", "isotonic", "none"])
@pytest.mark.parametrize(
    ("made", "task"), [(one_label, TASK), (several_labels, SEVERAL), (marked, SPANS)]
)
def test_a_calibrator_is_written_and_read_back(method, made, task):
    sample = made(200)
    calibrator = fit(sample, task, method)
    again = Calibrator.from_json(json.loads(json.dumps(calibrator.to_json())))
    assert again == calibrator
    if method == "none":
        assert again.words == "unchanged"
        scores = again.scores(sample.values, sample.scores, sample.alternatives)
        np.testing.assert_allclose(scores, sample.scores, atol=1e-4)


def test_values_stay_and_only_scores_change():
    sample = marked(100)
    calibrator = fit(sample, SPANS, "temperature")
    spans = calibrator.value(sample.values[0])
    assert same_value(spans, sample.values[0])
    assert spans != sample.values[0]
    assert calibrator.value(None) is None
    assert calibrator.value(()) == ()
    ranked = fit(one_label(100), TASK, "isotonic").alternatives(one_label(1).alternatives[0], 0.9)
    assert sum(p for _, p in ranked) == pytest.approx(1, abs=1e-3)


def test_abstentions_and_missing_scores_stay_without_a_score():
    calibrator = fit(one_label(200), TASK, "temperature")
    found = calibrator.scores([None, "genes", "genes"], np.array([0.9, np.nan, 0.9]), [(), (), ()])
    assert np.isnan(found[:2]).all()
    # Without alternatives the score alone tells of the distribution.
    assert 0 < found[2] < 0.9


def test_a_suggestion_that_is_only_known_to_be_wrong_counts():
    sample = one_label(300)
    unknown = sample._replace(
        truth=[
            one if right else None for one, right in zip(sample.truth, sample.right, strict=True)
        ]
    )
    accepted = sample.take(np.flatnonzero(sample.right))
    hot = fit_temperature(unknown, TASK)
    assert hot == pytest.approx(fit_temperature(sample, TASK), rel=0.25)
    assert fit_temperature(accepted, TASK) < 0.5 * hot


def test_scores_that_are_right_already_are_left_alone():
    assert choose(one_label(200, heat=1.0), TASK) == "none"
    assert choose(one_label(200), TASK) == "temperature"


def test_a_curve_that_no_temperature_has_is_fitted_by_isotonic_regression():
    draw = np.random.default_rng(0)
    scores = draw.uniform(0.4, 1, 3_000)
    right = draw.random(3_000) < np.where(scores < 0.7, 0.2, np.where(scores < 0.8, 0.9, 0.92))
    truth = [NAMES[0] if one else NAMES[1] for one in right]
    alternatives = [(("genes", p), ("cells", (1 - p) / 2), ("brains", (1 - p) / 2)) for p in scores]
    sample = Sample(["genes"] * 3_000, scores, alternatives, right, truth)
    assert choose(sample, TASK) == "isotonic"


def test_each_answer_is_judged_by_a_calibrator_that_did_not_see_it():
    sample = one_label(60)
    found = crossed(sample, TASK, "isotonic")
    assert len(found.decided.right) == 60
    seen = fit(sample, TASK, "isotonic").scores(sample.values, sample.scores, sample.alternatives)
    assert not np.allclose(found.scores, seen)
    order = np.argsort(found.scores)
    again = crossed(sample, TASK, "isotonic").scores
    assert (np.argsort(again) == order).all()


def test_free_text_is_neither_right_nor_wrong():
    with pytest.raises(LearningError, match="free text"):
        fit(one_label(40), Task("gist", ("note",), kind="text"), "temperature")


def test_thirty_answers_that_are_all_right_bring_no_certainty():
    alternatives = [(("genes", 0.6), ("cells", 0.3), ("brains", 0.1))] * 30
    right = np.ones(30, dtype=bool)
    sample = Sample(["genes"] * 30, np.full(30, 0.6), alternatives, right, ["genes"] * 30)
    for method in ("temperature", "isotonic"):
        score = fit(sample, TASK, method).scores(["genes"], np.array([0.6]), alternatives[:1])[0]
        assert 0.9 < score < 0.995


def test_where_nothing_is_marked_whole_values_are_judged():
    right = np.arange(40) < 25
    truth = [() if one else (Span(0, 4, "genes", "note"),) for one in right]
    sample = Sample([()] * 40, np.full(40, 0.9), [()] * 40, right, truth)
    calibrator = fit(sample, SPANS, "temperature")
    assert decisions(sample, SPANS, calibrator).probability.mean() == pytest.approx(0.62, abs=0.05)
    assert choose(sample, SPANS) == "temperature"
