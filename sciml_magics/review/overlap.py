"""Agreement of marked spans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sciml_magics.tasks import Span


@dataclass(frozen=True, slots=True)
class SpanAgreement:
    """F1 between two annotators' spans, 0 to 1; ``None`` where neither marked any.

    F1 is the same whichever of the two is taken as the truth.

    Parameters
    ----------
    exact
        A span is found if the other marked the same stretch with the same label.
    overlapping
        A span is found if the other marked a stretch that overlaps it with the same label.
    marked
        Spans of both together.
    """

    exact: float | None
    overlapping: float | None
    marked: int


def span_agreement(pairs: Iterable[tuple[Sequence[Span], Sequence[Span]]]) -> SpanAgreement:
    """Agreement over the records that two annotators answered: the spans of each.

    Examples
    --------
    >>> long, short = Span(0, 8, "x", "two mice"), Span(4, 8, "x", "mice")
    >>> span_agreement([([long], [short]), ([short], [short])])
    SpanAgreement(exact=0.5, overlapping=1.0, marked=4)
    """
    totals = [0, 0]
    exact = [0, 0]
    loose = [0, 0]
    for pair in pairs:
        for side, (mine, theirs) in enumerate((pair, pair[::-1])):
            same = {(span.start, span.end, span.label) for span in theirs}
            totals[side] += len(mine)
            exact[side] += sum((span.start, span.end, span.label) in same for span in mine)
            loose[side] += sum(_overlaps(span, theirs) for span in mine)
    return SpanAgreement(_f1(exact, totals), _f1(loose, totals), sum(totals))


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    return any(
        other.label == span.label and other.start < span.end and span.start < other.end
        for other in others
    )


def _f1(found: Sequence[int], totals: Sequence[int]) -> float | None:
    if not any(totals):
        return None
    if not all(found):
        return 0.0
    precision, recall = (hits / total for hits, total in zip(found, totals, strict=True))
    return 2 * precision * recall / (precision + recall)
