"""Why a record is in the queue, in words for the person who sees it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sciml_magics.review.criteria import Order
from sciml_magics.store import Kept
from sciml_magics.tasks import KeptResponse, Share, Span, Value
from sciml_magics.tasks.run import ASKED

MOST_LETTERS = 40

TAKEN_BACK = "You took your answer back"
_AT_RANDOM = "all records are equally likely"
_OF_SELECTION = "all records that were selected are equally likely"


def why(
    share: Share,
    order: Order,
    suggestion: Kept | None,
    others: Sequence[Kept] = (),
    responses: Sequence[KeptResponse] = (),
    *,
    selected: bool = False,
) -> str:
    """Why a record is here.

    Parameters
    ----------
    share
        The part of the queue that it comes from.
    order
        The order of the queue.
    suggestion
        Of the model that is reviewed.
    others
        Suggestions of other models for the record.
    responses
        What people said of it.
    selected
        Whether the queue holds some records only.
    """
    likely = _OF_SELECTION if selected else _AT_RANDOM
    if share == "uncertain":
        return _unsure(order, suggestion)
    if share == "models":
        return f"Models disagree: {_models(suggestion, others)}"
    if share == "annotators":
        return f"People disagree: {_people(responses)}"
    if share == "errors":
        found = suggestion.suggestion.reason if suggestion else ""
        return f"Likely label error: {found or 'it does not fit the other answers'}"
    if share == "diverse":
        return "Unlike what was answered so far"
    if share == "audit":
        return f"Drawn at random for the audit: {likely}"
    if share == "blind":
        return f"Drawn at random, the suggestion hidden until you have answered: {likely}"
    if share == "random":
        if order == "mixed":
            return "Drawn at random: pictures are not compared with those answered so far"
        return f"Drawn at random: {likely}"
    asked = suggestion.suggestion.evidence.get(ASKED) if suggestion else None
    return f"Your answer teaches most: {asked[1]}" if asked else "Chosen"


def said(value: Value) -> str:
    """A value in few words.

    Examples
    --------
    >>> said(("genes", "cells")), said(None), said(())
    ('genes, cells', 'no answer', 'none')
    """
    if value is None:
        return "no answer"
    if isinstance(value, str):
        return _short(value) or "empty"
    parts = [f"{p.text!r} {p.label}" if isinstance(p, Span) else p for p in value]
    return _short(", ".join(parts)) or "none"


def _unsure(order: Order, kept: Kept | None) -> str:
    if kept is None:
        return "The model was not asked"
    suggestion = kept.suggestion
    if suggestion.value is None:
        return f"The model gave no answer: {suggestion.reason or 'no label was likely enough'}"
    if order == "least_confident":
        return f"The model gave a low score: {said(suggestion.value)} {suggestion.score:.2f}"
    likely = suggestion.alternatives
    if isinstance(suggestion.value, tuple):
        # So many yes-or-no questions: unsure are those near one half.
        likely = tuple(sorted(likely, key=lambda one: abs(one[1] - 0.5)))
    if len(likely) < 2:
        return f"The model is unsure: {said(suggestion.value)} {suggestion.score:.2f}"
    scores = ", ".join(f"{_short(label)} {score:.2f}" for label, score in likely[:2])
    if order == "margin":
        return f"The model sees little between the first two: {scores}"
    return f"The model is unsure: {scores}"


def _models(suggestion: Kept | None, others: Sequence[Kept]) -> str:
    kept = [suggestion] if suggestion else []
    return ", ".join(
        f"{said(one.suggestion.value)} ({one.model.id})" for one in _different([*kept, *others])
    )


def _different(kept: Sequence[Kept]) -> Iterable[Kept]:
    """One of each value, in order."""
    found: dict[str, Kept] = {}
    for one in kept:
        found.setdefault(said(one.suggestion.value), one)
    return found.values()


def _people(responses: Sequence[KeptResponse]) -> str:
    parts = []
    for kept in responses:
        given = kept.response
        has_value = given.decision in ("accepted", "corrected")
        parts.append(f"{given.annotator} {said(given.value) if has_value else given.decision}")
    return ", ".join(parts)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"
