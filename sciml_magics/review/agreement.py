"""Agreement: between annotators, and between people and the model.

What cannot be told, such as chance-corrected agreement where only one label was ever given, is
``None``. Only holding responses with a value count; adjudicators, who know what the others said,
do not.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from sciml_magics.review.chance import (
    cohen_kappa,
    fleiss_kappa,
    jaccard,
    krippendorff_alpha,
    krippendorff_alpha_of_sets,
)
from sciml_magics.review.holding import holding
from sciml_magics.review.overlap import SpanAgreement, span_agreement
from sciml_magics.review.pull import ModelAgreement, model_agreement
from sciml_magics.tasks import KeptResponse, Kind, Span, Task, Value
from sciml_magics.tasks.allowed import labels_of
from sciml_magics.tasks.response import comparable

if TYPE_CHECKING:
    import pandas as pd

    from sciml_magics.store import Store

_COLUMNS = ("measure", "between", "label", "value", "low", "high", "n")

Given = Mapping[str, Value]
"""What the annotators of one record said of it."""


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """How far two annotators agree, on the records that both gave a value.

    Parameters
    ----------
    first, second
        The annotators.
    n
        Records that both answered.
    same
        Share of them with the same value, 0 to 1.
    kappa
        Cohen's kappa, for one label or value: 1 is full agreement, 0 is what chance would bring.
    similarity
        Mean Jaccard similarity of several labels, 0 to 1.
    spans
        Agreement of marked spans.
    """

    first: str
    second: str
    n: int
    same: float
    kappa: float | None = None
    similarity: float | None = None
    spans: SpanAgreement | None = None


@dataclass(frozen=True, slots=True)
class LabelAgreement:
    """Krippendorff's alpha of one of several labels, given or not; or F1 of the spans it marks."""

    label: str
    n: int
    alpha: float | None = None
    spans: SpanAgreement | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far people agree with each other and with the model.

    Parameters
    ----------
    task
        Name of the task.
    kind
        Its kind.
    annotators
        Everybody who gave a value, in alphabetical order.
    n
        Records that at least two of them gave a value.
    pairs
        Every pair of annotators that share a record.
    fleiss
        Fleiss' kappa over all annotators, for one label or value: at most 1, 0 is chance.
    alpha
        Krippendorff's alpha: at most 1, 0 is chance. Of several labels it goes by the Jaccard
        distance of the sets; for spans there is none.
    labels
        Each of several labels, or of the labels of spans, by itself.
    model
        How often people kept what the model suggested.
    """

    task: str
    kind: Kind
    annotators: tuple[str, ...]
    n: int
    pairs: tuple[PairAgreement, ...]
    fleiss: float | None
    alpha: float | None
    labels: tuple[LabelAgreement, ...] = ()
    model: ModelAgreement = field(default_factory=ModelAgreement)

    def frame(self) -> pd.DataFrame:
        """A row for each measure: what it is, between whom, its value, its 95 % interval, and n."""
        import pandas as pd

        rows = [*self._between_people(), *self._with_model()]
        return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(
            {"value": "float64", "low": "float64", "high": "float64", "n": "int64"}
        )

    def _between_people(self) -> Iterable[tuple[object, ...]]:
        for pair in self.pairs:
            between = f"{pair.first} – {pair.second}"
            for measure, value in (
                ("same answer", pair.same),
                ("Cohen's kappa", pair.kappa),
                ("Jaccard similarity", pair.similarity),
                *_span_rows(pair.spans),
            ):
                if value is not None:
                    yield (measure, between, "", value, None, None, pair.n)
        for measure, value in (
            ("Fleiss' kappa", self.fleiss),
            ("Krippendorff's alpha", self.alpha),
        ):
            if value is not None:
                yield (measure, "all annotators", "", value, None, None, self.n)
        for one in self.labels:
            for measure, value in (("Krippendorff's alpha", one.alpha), *_span_rows(one.spans)):
                if value is not None:
                    yield (measure, "all annotators", one.label, value, None, None, one.n)

    def _with_model(self) -> Iterable[tuple[object, ...]]:
        for measure, rate in (
            ("suggestion kept, shown (audit)", self.model.shown),
            ("suggestion kept, hidden (blind)", self.model.hidden),
            ("pull of suggestions", self.model.pull),
        ):
            if rate is not None:
                yield (measure, "people – model", "", rate.value, rate.low, rate.high, rate.n)


def agreement(task: Task, kept: Iterable[KeptResponse]) -> Agreement:
    """How far the annotators of a task agree.

    Parameters
    ----------
    task
        The task; values that are none of this version's answers are left out.
    kept
        Its responses, undone ones and undos included, in any order.
    """
    held = holding(kept, task, "annotator")
    given = [_values(by_annotator) for by_annotator in held.values()]
    shared = [values for values in given if len(values) > 1]
    closed = task.kind in ("label", "value")
    return Agreement(
        task=task.name,
        kind=task.kind,
        annotators=tuple(sorted({annotator for values in given for annotator in values})),
        n=len(shared),
        pairs=_pairs(task.kind, shared),
        fleiss=fleiss_kappa(_units(shared)) if closed else None,
        alpha=_alpha(task.kind, shared),
        labels=_by_label(task, shared),
        model=model_agreement(
            one.response for by_annotator in held.values() for one in by_annotator.values()
        ),
    )


def agreement_of(store: Store, task: Task) -> Agreement:
    """`agreement` of the responses that a store has for a task."""
    return agreement(task, store.responses(task.name, task.kind))


def _values(by_annotator: Mapping[str, KeptResponse]) -> dict[str, Value]:
    return {
        annotator: one.response.value
        for annotator, one in by_annotator.items()
        if one.response.value is not None
    }


def _units(shared: Sequence[Given]) -> list[list[Hashable]]:
    return [[comparable(value) for value in values.values()] for values in shared]


def _pairs(kind: Kind, shared: Sequence[Given]) -> tuple[PairAgreement, ...]:
    both: dict[tuple[str, str], list[tuple[Value, Value]]] = {}
    for values in shared:
        for first, second in combinations(sorted(values), 2):
            both.setdefault((first, second), []).append((values[first], values[second]))
    return tuple(_pair(kind, *names, both[names]) for names in sorted(both))


def _pair(
    kind: Kind, first: str, second: str, values: Sequence[tuple[Value, Value]]
) -> PairAgreement:
    compared = [(comparable(one), comparable(other)) for one, other in values]
    kappa = similarity = spans = None
    if kind in ("label", "value"):
        kappa = cohen_kappa(compared)
    elif kind == "labels":
        likeness = [jaccard(labels_of(one), labels_of(other)) for one, other in values]
        similarity = sum(likeness) / len(likeness)
    elif kind == "spans":
        spans = span_agreement((_spans(one), _spans(other)) for one, other in values)
    same = sum(one == other for one, other in compared) / len(compared)
    return PairAgreement(first, second, len(values), same, kappa, similarity, spans)


def _alpha(kind: Kind, shared: Sequence[Given]) -> float | None:
    if kind == "spans":
        return None
    if kind == "labels":
        return krippendorff_alpha_of_sets(
            [[frozenset(labels_of(value)) for value in values.values()] for values in shared]
        )
    return krippendorff_alpha(_units(shared))


def _by_label(task: Task, shared: Sequence[Given]) -> tuple[LabelAgreement, ...]:
    if task.kind not in ("labels", "spans"):
        return ()
    used = {name for values in shared for value in values.values() for name in labels_of(value)}
    known = [name for name in task.label_names if name in used]
    known += sorted(used.difference(known))
    return tuple(_of_label(task.kind, label, shared) for label in known)


def _of_label(kind: Kind, label: str, shared: Sequence[Given]) -> LabelAgreement:
    if kind == "labels":
        units = [[label in labels_of(value) for value in values.values()] for values in shared]
        return LabelAgreement(label, len(shared), krippendorff_alpha(units))
    marked = [
        [[span for span in _spans(value) if span.label == label] for value in values.values()]
        for values in shared
    ]
    pairs = [pair for spans in marked for pair in combinations(spans, 2)]
    return LabelAgreement(label, len(shared), spans=span_agreement(pairs))


def _spans(value: Value) -> list[Span]:
    return [part for part in value or () if isinstance(part, Span)]


def _span_rows(spans: SpanAgreement | None) -> tuple[tuple[str, float | None], ...]:
    if spans is None:
        return ()
    return (("span F1, exact", spans.exact), ("span F1, overlapping", spans.overlapping))
