"""Heads of classifiers, whatever they read."""

from pathlib import Path

import numpy as np
import pytest
import torch

from sciml_magics.errors import ModelError
from sciml_magics.models.labels import match_labels
from sciml_magics.models.loading import ModelFiles
from sciml_magics.models.trained_head import (
    SEVERAL,
    answers_several,
    head_answer,
    head_labels,
    head_probabilities,
    head_temperature,
)
from sciml_magics.tasks import Kind, Label, Task

NAMES = {"0": "tabby", "1": "siamese", "2": "poodle"}
CAT = Label("cat", aliases=("tabby", "siamese"))


def _files(**config: object) -> ModelFiles:
    return ModelFiles("m", Path(), "0", {"id2label": NAMES, **config}, (), 0)


def _answer(known, labels, kind: Kind = "label", **config):
    files = _files(**config)
    task = Task("t", ("x",), kind=kind, labels=labels)
    places = match_labels(task, head_labels(files), files.id)
    return head_answer(b"", np.array(known, np.float32), places, files, task)


def test_a_label_that_stands_for_several_has_their_sum():
    found = _answer([0.3, 0.3, 0.4], (CAT, Label("poodle")))

    assert found.value == "cat"
    assert found.score == pytest.approx(0.6)


def test_of_a_head_that_answers_several_it_has_the_largest():
    found = _answer([0.3, 0.7, 0.6], (CAT, Label("poodle")), "labels", problem_type=SEVERAL)

    assert found.value == ("cat", "poodle")
    assert dict(found.alternatives)["cat"] == pytest.approx(0.7)


def test_where_another_label_is_likeliest_there_is_no_answer():
    found = _answer([0.3, 0.1, 0.6], (CAT,))

    assert found.value is None
    assert "'poodle' (0.60)" in found.reason


def test_softmax_or_sigmoid_and_nan_where_logits_break_down():
    logits = torch.tensor([[0.0, 0.0], [float("inf"), 0.0], [float("nan"), 1.0]])

    for several in (False, True):
        found = head_probabilities(logits, several)
        assert found[0].tolist() == [0.5, 0.5]
        assert np.isnan(found[1:]).all()


def test_a_head_with_a_single_output_foretells_a_number():
    with pytest.raises(ModelError, match="foretells a number"):
        head_labels(_files(id2label={"0": "LABEL_0"}))

    assert head_labels(_files(id2label={"0": "toxic"}, problem_type=SEVERAL)) == ("toxic",)
    assert not answers_several(_files())


def test_the_temperature_is_that_of_the_configuration_and_a_number_above_0():
    assert head_temperature(_files()) == 1
    assert head_temperature(_files(temperature=2)) == 2
    for wrong in (0, -1.0, float("inf"), float("nan"), "2", True, None):
        with pytest.raises(ModelError, match="must be a number above 0"):
            head_temperature(_files(temperature=wrong))
