"""What turns the scores of a model into probabilities that agree with people's answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from sciml_magics.learning.trust.curves import Curve, Floats, Logistic, read_curve
from sciml_magics.learning.trust.distributions import Alternatives, distributions
from sciml_magics.tasks import Span, Value

Fitting: TypeAlias = Literal["temperature", "isotonic"]
Unchanged: TypeAlias = Literal["none"]

FITTINGS: tuple[Fitting, ...] = get_args(Fitting)


@dataclass(frozen=True, slots=True)
class Calibrator:
    """Turns scores and probabilities of one model and task into calibrated ones.

    Parameters
    ----------
    labels
        The task's labels, in its order; the rest of a distribution is shared among those of them
        that were not kept.
    method
        How it was fitted; ``"none"`` where scores stay as the model gives them.
    temperature
        Of the distribution over labels where one applies; 1 where curves do it.
    score
        From the score of a suggestion to the probability that its value is right; ``None`` where
        the distribution tells it.
    parts
        From the probability of a label, where several apply, or of a span.
    offsets
        What single labels add in `parts`, in logits.
    """

    labels: tuple[str, ...]
    method: Fitting | Unchanged
    temperature: float = 1.0
    score: Curve | None = None
    parts: Curve | None = None
    offsets: tuple[tuple[str, float], ...] = ()

    def scores(
        self, values: Sequence[Value], scores: Floats, alternatives: Sequence[Alternatives]
    ) -> Floats:
        """Probability that each value is right: 0 to 1; NaN where the score is.

        Parameters
        ----------
        values, scores, alternatives
            Of suggestions, as of `Sample`; a value may be ``None``.
        """
        if self.score is not None:
            return self.score(scores)
        found = np.full(len(scores), np.nan)
        known = np.isfinite(scores) & np.array([value is not None for value in values], dtype=bool)
        if known.any():
            at = np.flatnonzero(known).tolist()
            chosen = [str(values[i]) for i in at]
            given = [with_value(chosen[n], scores[i], alternatives[i]) for n, i in enumerate(at)]
            places = {name: place for place, name in enumerate(self.labels)}
            scaled = distributions(given, places).scaled(self.temperature)
            found[at] = scaled.of(places_of(chosen, places))
        return found

    def alternatives(self, alternatives: Alternatives, score: float) -> Alternatives:
        """Calibrated probabilities of a suggestion's alternatives, in their order.

        Parameters
        ----------
        alternatives
            As stored, likeliest first.
        score
            The suggestion's own score, before.
        """
        if not alternatives:
            return alternatives
        names = [name for name, _ in alternatives]
        before = np.array([probability for _, probability in alternatives])
        if self.parts is not None:
            after = self._parts(before, names)
        elif self.score is not None:
            top = float(self.score(score))
            after = before * (1 - top) / max(1 - before[0], 1e-9)
            after[0] = top
        else:
            places = {name: place for place, name in enumerate(self.labels)}
            after = distributions([alternatives], places).scaled(self.temperature).kept[0]
        return tuple(zip(names, after.tolist(), strict=True))

    def value(self, value: Value) -> Value:
        """A value whose spans have calibrated scores."""
        if self.parts is None or not isinstance(value, tuple):
            return value
        spans = [part for part in value if isinstance(part, Span)]
        if not spans:
            return value
        sure = self._parts(np.array([span.score for span in spans]), [s.label for s in spans])
        return tuple(replace(s, score=float(p)) for s, p in zip(spans, sure, strict=True))

    def probabilities(self, alternatives: Sequence[Alternatives]) -> Floats:
        """Calibrated probabilities over all labels; shape ``[records, labels]``.

        Of several labels, those that were not kept have 0.
        """
        places = {name: place for place, name in enumerate(self.labels)}
        if self.parts is None:
            return distributions(alternatives, places).scaled(self.temperature).full(len(places))
        found = np.zeros((len(alternatives), len(places)))
        for row, one in enumerate(alternatives):
            for name, probability in self.alternatives(one, float("nan")):
                if name in places:
                    found[row, places[name]] = probability
        return found

    def to_json(self) -> dict[str, Any]:
        """JSON values, as `from_json` reads them."""
        return {
            "labels": list(self.labels),
            "method": self.method,
            "temperature": self.temperature,
            "score": self.score.to_json() if self.score else None,
            "parts": self.parts.to_json() if self.parts else None,
            "offsets": [[name, offset] for name, offset in self.offsets],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Calibrator:
        """The calibrator that `to_json` wrote."""
        return cls(
            tuple(data["labels"]),
            data["method"],
            float(data["temperature"]),
            read_curve(data["score"]) if data["score"] else None,
            read_curve(data["parts"]) if data["parts"] else None,
            tuple((name, offset) for name, offset in data["offsets"]),
        )

    @property
    def words(self) -> str:
        """In few words how it was fitted."""
        if self.method == "none":
            return "unchanged"
        if self.method == "isotonic":
            return "isotonic regression"
        lines = [one for one in (self.parts, self.score) if isinstance(one, Logistic)]
        temperature = 1 / lines[0].slope if lines else self.temperature
        return f"temperature {temperature:.2f}"

    def _parts(self, before: Floats, names: Sequence[str]) -> Floats:
        if isinstance(self.parts, Logistic) and self.offsets:
            offsets = dict(self.offsets)
            return self.parts(before, [offsets.get(name, 0.0) for name in names])
        assert self.parts is not None
        return self.parts(before)


def with_value(value: str, score: float, alternatives: Alternatives) -> Alternatives:
    """The alternatives, or what the value and its score alone tell of them."""
    if any(name == value for name, _ in alternatives):
        return alternatives
    return ((value, float(score)),)


def places_of(names: Sequence[str | None], places: Mapping[str, int]) -> npt.NDArray[np.int64]:
    """Places of some labels in a scheme; -1 for none and for one that it does not have."""
    return np.array([-1 if name is None else places.get(name, -1) for name in names], np.int64)
