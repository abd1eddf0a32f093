"""Suggestions: what a model proposes for a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sciml_magics.errors import TaskError


@dataclass(frozen=True, slots=True)
class Span:
    """A marked stretch of text, in Unicode code points.

    Parameters
    ----------
    start, end
        Half-open range of code points.
    label
        Name of the label.
    text
        The quoted text: ``source[start:end]``.
    score
        Probability of the label, 0 to 1, higher is surer.
    """

    start: int
    end: int
    label: str
    text: str
    score: float = 1.0

    def check(self, source: str) -> None:
        """Raise `TaskError` unless the span quotes `source` exactly.

        Examples
        --------
        >>> Span(0, 2, "x", "ab").check("abc")
        """
        if not 0 <= self.start < self.end <= len(source) or (
            source[self.start : self.end] != self.text
        ):
            raise TaskError(
                f"span {self.start}:{self.end} does not quote {self.text!r} in its text"
            )


Value = str | tuple[str, ...] | tuple[Span, ...] | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a model proposes for one record.

    Parameters
    ----------
    record_id
        The record's address.
    value
        A label, several labels, spans, a text or the new value of a cell, after the kind of the
        task; ``None`` where the model has no valid answer, which is an abstention.
    score
        Probability that the value is right, as the model sees it: 0 to 1, higher is surer.
    alternatives
        ``(label, probability)`` pairs, most probable first, the value's own included.
    evidence
        What else helps a person to judge: JSON values only.
    reason
        Why there is no value, or what to know of it; empty when there is nothing to say.
    """

    record_id: bytes
    value: Value
    score: float
    alternatives: tuple[tuple[str, float], ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


def default_threshold(kind: str, labels: int) -> float:
    """Score under which an answer counts as unsure when nobody says otherwise.

    One and a half times an even guess over the labels, at most one half. A score is compared with
    it when the frame is written, so another threshold never costs another run of the model.

    Examples
    --------
    >>> default_threshold("label", 10)
    0.15
    >>> default_threshold("labels", 10)
    0.5
    >>> default_threshold("text", 0)
    0.0
    """
    if kind in ("text", "value"):
        return 0.0
    if kind != "label" or not labels:
        return 0.5
    return min(0.5, 1.5 / labels)
