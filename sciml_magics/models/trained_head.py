"""The head of a trained classifier: its labels, its probabilities, and its answer to a task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sciml_magics.errors import ModelError
from sciml_magics.models.answers import softmax, suggest_labels
from sciml_magics.models.loading import ModelFiles
from sciml_magics.tasks import Suggestion, Task

if TYPE_CHECKING:
    import torch

Scores = npt.NDArray[np.float32]

SEVERAL = "multi_label_classification"


def head_labels(files: ModelFiles) -> tuple[str, ...]:
    """Labels of a head, in the order of its outputs.

    Raises
    ------
    ModelError
        If the head has a single output, which is a number and no label.
    """
    names = files.label_names
    if len(names) < 2 and not answers_several(files):
        raise ModelError(
            f"model '{files.id}' has a single output: it foretells a number, not a label; "
            "choose a classifier with two labels or more"
        )
    return names


def answers_several(files: ModelFiles) -> bool:
    """Whether a head was trained to say of each label whether it applies."""
    return bool(files.config.get("problem_type") == SEVERAL)


def head_temperature(files: ModelFiles) -> float:
    """What logits are divided by, so that probabilities agree with what is right; 1 by default.

    It stands in the configuration of models that were trained here.

    Raises
    ------
    ModelError
        If it is no number above 0.
    """
    given = files.config.get("temperature", 1.0)
    if (
        isinstance(given, bool)
        or not isinstance(given, int | float)
        or not 0 < given < float("inf")
    ):
        raise ModelError(
            f"the configuration of model '{files.id}' has the temperature {given!r}: it must be a "
            "number above 0"
        )
    return float(given)


def head_probabilities(logits: torch.Tensor, several: bool) -> Scores:
    """Softmax over the labels; of a head that answers several, the sigmoid of each.

    Parameters
    ----------
    logits
        Shape ``[records, labels]``.
    several
        As `answers_several` says.

    Returns
    -------
    numpy.ndarray
        Shape ``[records, labels]``; a row is NaN where a logit is not finite.
    """
    found = logits.float()
    found = found.sigmoid() if several else found.softmax(dim=-1)
    # The sigmoid of an infinite logit would pass for a number.
    found[~logits.isfinite().all(dim=-1)] = float("nan")
    probabilities: Scores = found.cpu().numpy()
    return probabilities


def vector_probabilities(
    logits: npt.NDArray[np.floating[Any]], files: ModelFiles, several: bool
) -> Scores:
    """As `head_probabilities`, of logits that are no tensors, divided by the head's temperature.

    Parameters
    ----------
    logits
        Shape ``[records, labels]``.
    files
        The model.
    several
        As `answers_several` says.

    Returns
    -------
    numpy.ndarray
        Shape ``[records, labels]``; not a number where a logit is none.
    """
    tempered = logits / head_temperature(files)
    if several:
        found = np.reciprocal(1 + np.exp(np.clip(-tempered, -80, 80)))
        found[~np.isfinite(tempered)] = np.nan
    else:
        found = softmax(tempered)
    return np.asarray(found, dtype=np.float32)


def head_answer(
    record_id: bytes,
    known: Scores,
    places: npt.NDArray[np.int64],
    files: ModelFiles,
    task: Task,
    evidence: Mapping[str, Any] | None = None,
) -> Suggestion:
    """Answer a task with the labels that a head knows.

    A label of the task that stands for several of the head's has the sum of their probabilities,
    or of a head that answers several the largest. Where the likeliest label is one that the task
    does not ask for, the answer is an abstention.

    Parameters
    ----------
    record_id
        The record's address.
    known
        Probabilities of the head's labels, shape ``[labels]``.
    places
        As `sciml_magics.models.labels.match_labels` gives them.
    files
        The model.
    task
        What is asked.
    evidence
        What else helps a person to judge.
    """
    asked = np.zeros(len(task.labels))
    together = np.maximum if answers_several(files) else np.add
    together.at(asked, places[places >= 0], known[places >= 0])
    others = np.flatnonzero(places < 0)
    elsewhere = None
    if len(others):
        at = int(others[known[others].argmax()])
        elsewhere = head_labels(files)[at], float(known[at])
    return suggest_labels(
        record_id, asked, task.label_names, task.kind, evidence=evidence, elsewhere=elsewhere
    )
