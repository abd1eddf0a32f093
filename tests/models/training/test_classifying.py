"""What labels and texts may look like, and what is said of those that cannot be learned from."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.stats import entropy

from sciml_magics.errors import LearningError
from sciml_magics.models.training.bases import read_with
from sciml_magics.models.training.classifying import One, Several, classifying
from sciml_magics.models.training.lessons import IGNORED, Row
from sciml_magics.tasks import Label, Task
from sciml_magics.tasks.training import Example
from tests.models.training.lessons_for_tests import (
    ONE,
    SEVERAL,
    base_model,
    one_label,
    several_labels,
)


@pytest.fixture(scope="module")
def reading(tmp_path_factory):
    return read_with(base_model(tmp_path_factory.mktemp("base")), None)[0]


def _lesson(reading, examples, validation=(), task=ONE):
    return classifying(reading, task, examples, list(validation), balanced=False)


def test_rows_carry_special_tokens_and_class_numbers(reading):
    lesson = _lesson(reading, [Example("star comet", "stars"), *one_label(6)])

    row = lesson.rows[0]
    assert lesson.names == ONE.label_names
    assert row.target == 1
    assert len(row.ids) == 4
    assert row.ids[0] == reading.framing.before[0]
    assert row.kinds is not None
    assert row.kinds.tolist() == [0, 0, 0, 0]


def test_several_labels_become_zeros_and_ones(reading):
    examples = [Example("a star in court", ("stars", "law")), *several_labels(6)]

    lesson = _lesson(reading, examples, task=SEVERAL)

    assert np.asarray(lesson.rows[0].target).tolist() == [0, 1, 1]
    assert lesson.settings() == {"problem_type": "multi_label_classification"}


def test_a_task_without_labels_takes_those_of_the_examples(reading):
    lesson = _lesson(reading, one_label(6), task=replace(ONE, labels=()))

    assert lesson.names == ("genes", "law", "stars")


@pytest.mark.parametrize(
    ("examples", "said"),
    [
        ([], "there is no example to learn from"),
        (one_label(1), "there is one example to learn from"),
        (one_label(30)[::3], "all examples have the same answer"),
        (one_label(2), "there are 3 labels and only 2 examples"),
        ([Example("", "genes"), Example("  ", "law")], "there is no example to learn from"),
        ([Example("star", None)] * 3, "has the value None, not one label"),
    ],
)
def test_what_cannot_be_learned_from_is_said_in_one_line(reading, examples, said):
    with pytest.raises(LearningError, match=said) as told:
        _lesson(reading, examples)

    assert "\n" not in str(told.value)


def test_several_labels_need_different_answers_too(reading):
    with pytest.raises(LearningError, match="all examples have the same answer"):
        _lesson(reading, [Example("star", ("stars",))] * 5, task=SEVERAL)


def test_empty_texts_are_left_out_and_counted(reading):
    lesson = _lesson(reading, [*one_label(6), Example("", "genes"), Example(" \n", "law")])

    assert len(lesson.rows) == 6
    assert "left out, for there is nothing to read: 2 of 8 examples" in lesson.notes


def test_labels_that_left_the_scheme_are_left_out_and_named(reading):
    task = replace(ONE, labels=(Label("genes"), Label("stars")))

    lesson = _lesson(reading, one_label(9), task=task)

    assert len(lesson.rows) == 6
    assert "left out, for the scheme does not have 'law': 3 of 9 examples" in lesson.notes


def test_labels_that_only_validation_has_are_allowed_and_named(reading):
    known = [one for one in one_label(9) if one.value != "law"]

    lesson = _lesson(reading, known, one_label(3))

    assert [row.target for row in lesson.checks] == [0, 1, 2]
    assert any("validation holds labels that no example has ('law')" in one for one in lesson.notes)
    assert "no example has 'law': the model will not say it" in lesson.notes


def test_labels_of_validation_that_no_scheme_has_count_as_missed(reading):
    lesson = _lesson(reading, one_label(6), [Example("star", "weather"), Example("gene", "genes")])

    assert [row.target for row in lesson.checks] == [IGNORED, 0]
    assert lesson.score(
        [np.array([0, 9, 0], np.float32), np.array([9, 0, 0], np.float32)]
    ) == pytest.approx(0.5)


def test_balanced_weights_are_one_on_average_and_larger_for_rare_labels():
    rows = [Row(np.array([1]), target) for target in (0, 0, 0, 1)]
    plain, balanced = One(("a", "b"), rows, []), One(("a", "b"), rows, [], balanced=True)
    logits, targets = torch.zeros(4, 2), torch.tensor([0, 0, 0, 1])

    one, two = plain.loss(logits, targets), balanced.loss(logits, targets)

    assert float(one) == pytest.approx(float(two))
    rare = balanced.loss(logits[:1], targets[3:]) / balanced.loss(logits[:1], targets[:1])
    assert float(rare) == pytest.approx(3)


def test_balanced_weights_of_several_labels_make_rare_ones_count_more():
    rows = [Row(np.array([1]), np.array([1, at == 0], np.float32)) for at in range(10)]
    lesson = Several(("a", "b"), rows, [], balanced=True)
    zero = torch.zeros(1, 2)

    often, rare = (
        float(lesson.loss(zero, torch.tensor([target]))) for target in ([1.0, 0.0], [0.0, 1.0])
    )

    assert rare > often


def test_readings_disagree_by_the_mean_of_both_divergences():
    lesson = One(("a", "b", "c"), [], [])
    one, other = torch.tensor([[2.0, 0.0, 0.0], [0.0, 1.0, 0.0]]), torch.zeros(2, 3)
    targets = torch.tensor([0, 1])

    found = lesson.disagreement(one, other, targets)

    p, q = one.softmax(1).numpy(), other.softmax(1).numpy()
    assert float(found) == pytest.approx(
        float((entropy(p, q, axis=1) + entropy(q, p, axis=1)).sum() / 2)
    )
    assert float(lesson.disagreement(one, one, targets)) == 0
    first = lesson.disagreement(one[:1], other[:1], targets[:1])
    assert float(lesson.disagreement(one, other, torch.tensor([0, IGNORED]))) == float(first)


def test_readings_of_several_labels_disagree_label_by_label():
    lesson = Several(("a", "b"), [], [])
    one, other = torch.tensor([[2.0, -1.0]]), torch.tensor([[0.0, -1.0]])

    found = lesson.disagreement(one, other, torch.zeros(1, 2))

    p = np.array([1 / (1 + np.exp(-2)), 1 - 1 / (1 + np.exp(-2))])
    q = np.array([0.5, 0.5])
    assert float(found) == pytest.approx((entropy(p, q) + entropy(q, p)) / 2)


def test_a_task_of_another_name_is_named():
    task = Task("t", ("x",), kind="labels", labels=(Label("a"), Label("b")))

    with pytest.raises(LearningError, match="example of task 't' has the value 'a', not a tuple"):
        classifying(None, task, [Example("x", "a")], [], balanced=False)  # type: ignore[arg-type]
