"""Why a record is here, in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sciml_magics.review.reasons import said, why
from sciml_magics.store import Kept
from sciml_magics.tasks import SHARES, Span, Suggestion, Value
from tests.review.examples import OTHER_MODEL
from tests.store.examples import MODEL


def kept(value: Value, score: float, *likely: tuple[str, float], **more: Any) -> Kept:
    suggestion = Suggestion(bytes(16), value, score, likely, **more)
    return Kept(1, suggestion, MODEL, 1, datetime.now(UTC), 0.5, 0.5)


@pytest.mark.parametrize(
    ("suggestion", "says"),
    [
        (
            kept("imaging", 0.41, ("imaging", 0.41), ("genomics", 0.39), ("x", 0.2)),
            "The model is unsure: imaging 0.41, genomics 0.39",
        ),
        (
            kept(("a",), 0.9, ("a", 0.9), ("b", 0.45), ("c", 0.02)),
            "The model is unsure: b 0.45, a 0.90",
        ),
        (kept("a text", 0.4), "The model is unsure: a text 0.40"),
        (kept((Span(0, 1, "x", "a"),), 0.4), "The model is unsure: 'a' x 0.40"),
        (kept((), 0.4), "The model is unsure: none 0.40"),
        (kept(None, 0, reason="it is empty"), "The model gave no answer: it is empty"),
        (kept(None, 0), "The model gave no answer: no label was likely enough"),
        (None, "The model was not asked"),
    ],
)
def test_the_model_is_unsure(suggestion: Kept | None, says: str) -> None:
    assert why("uncertain", "mixed", suggestion) == says


def test_models_that_agree_are_named_once() -> None:
    ours, same, other = kept("a", 0.5), kept("a", 0.6), kept("b", 0.7)._replace(model=OTHER_MODEL)
    assert why("models", "mixed", ours, [same, other]) == (
        "Models disagree: a (all-MiniLM-L6-v2), b (another model)"
    )


@pytest.mark.parametrize("share", SHARES)
def test_every_share_has_a_sentence(share: Any) -> None:
    assert len(why(share, "mixed", kept("a", 0.5))) > 5


def test_long_values_are_cut_and_kept_on_one_line() -> None:
    assert said("a\nb " + "c" * 100) == "a b " + "c" * 35 + "…"
    assert said("") == "empty"
