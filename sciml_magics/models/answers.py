"""Turn probabilities over a task's labels into suggestions, the same way for every family."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from sciml_magics.tasks import Kind, Suggestion

Probabilities = npt.NDArray[np.floating[Any]]

# A suggestion keeps this many labels: enough to judge it, and a record stays small at 5,000 labels.
ALTERNATIVES = 10
NOT_FINITE = "the model's scores are not numbers"
NO_TOKENS = "the model reads nothing in this text"
_APPLIES = 0.5


def suggest_labels(
    record_id: bytes,
    probabilities: Probabilities,
    names: Sequence[str],
    kind: Kind,
    *,
    evidence: Mapping[str, Any] | None = None,
    elsewhere: tuple[str, float] | None = None,
) -> Suggestion:
    """Suggest one label or several.

    Parameters
    ----------
    record_id
        The record's address.
    probabilities
        Shape ``[labels]``, 0 to 1, higher is surer.
    names
        The task's labels.
    kind
        ``"label"``: the likeliest one; its score is its probability. ``"labels"``: all that are
        likelier to apply than not; the score is the probability of the least sure decision.
    evidence
        What else helps a person to judge.
    elsewhere
        A label that the task does not ask for, and its probability: an answer of one label
        abstains where it is the likeliest of all.

    Examples
    --------
    >>> found = suggest_labels(b"", np.array([0.2, 0.8]), ["a", "b"], "label")
    >>> found.value, found.score
    ('b', 0.8)
    >>> found = suggest_labels(b"", np.array([0.6, 0.9, 0.1]), ["a", "b", "c"], "labels")
    >>> found.value, found.score
    (('a', 'b'), 0.6)
    >>> suggest_labels(b"", np.array([np.nan]), ["a"], "label").reason
    "the model's scores are not numbers"
    """
    if not np.isfinite(probabilities).all():
        return abstain(record_id, NOT_FINITE)
    shown = dict(evidence or {})
    order = np.argsort(-probabilities, kind="stable")
    ranked = tuple((names[int(at)], float(probabilities[at])) for at in order[:ALTERNATIVES])
    best = float(probabilities[order[0]])
    if kind == "labels":
        applying = tuple(names[int(at)] for at in np.flatnonzero(probabilities >= _APPLIES))
        sureness = float(np.maximum(probabilities, 1 - probabilities).min())
        return Suggestion(record_id, applying, sureness, ranked, shown)
    if elsewhere is not None and elsewhere[1] > best:
        name, probability = elsewhere
        reason = f"the model says '{name}' ({probability:.2f}), which the task does not ask for"
        return abstain(record_id, reason, ranked, shown)
    return Suggestion(record_id, ranked[0][0], best, ranked, shown)


def softmax(logits: Probabilities) -> Probabilities:
    """Softmax over the last axis; not a number where a logit is none.

    Examples
    --------
    >>> softmax(np.array([0.0, 0.0])).tolist()
    [0.5, 0.5]
    """
    with np.errstate(invalid="ignore"):
        powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    found: Probabilities = powers / powers.sum(axis=-1, keepdims=True)
    return found


def abstain(
    record_id: bytes,
    reason: str,
    alternatives: tuple[tuple[str, float], ...] = (),
    evidence: Mapping[str, Any] | None = None,
) -> Suggestion:
    """Give no answer, and say why.

    Examples
    --------
    >>> abstain(b"", NO_TOKENS).value is None
    True
    """
    return Suggestion(record_id, None, float("nan"), alternatives, dict(evidence or {}), reason)
