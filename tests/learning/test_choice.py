"""Which method is chosen, and when a model is promoted."""

from __future__ import annotations

from math import nan

import pytest

from sciml_magics.learning.choice import LARGE, Situation, choose_method
from sciml_magics.learning.evaluating.comparison import Comparison
from sciml_magics.learning.promotion import ENOUGH, TOLERATED, decide, few
from sciml_magics.tasks import Kind

SMALL = 22_000_000


@pytest.mark.parametrize(
    ("kind", "examples", "labels", "parameters", "method"),
    [
        ("label", 2, 2, SMALL, "head"),
        ("label", 11, 3, SMALL, "head"),
        ("label", 12, 3, SMALL, "fewshot"),
        ("label", 616, 77, SMALL, "fewshot"),
        ("label", 999, 3, SMALL, "fewshot"),
        ("label", 1_000, 3, SMALL, "full"),
        ("label", 5_000, 3, LARGE, "lora"),
        ("labels", 300, 3, SMALL, "head"),
        ("labels", 1_000, 28, SMALL, "full"),
        ("spans", 5, 3, SMALL, "full"),
        ("spans", 5_000, 3, LARGE, "lora"),
        ("label", 3, 0, SMALL, "head"),
    ],
)
def test_answers_labels_and_size_decide(
    kind: Kind, examples: int, labels: int, parameters: int, method: str
) -> None:
    choice = choose_method(Situation(kind, examples, labels, parameters))
    assert choice.method == method
    assert choice.why.startswith(f"{method}: ")
    assert choice.balanced == (kind == "labels" and method == "head")


def compared(difference: float, low: float, n: int) -> Comparison:
    return Comparison(difference, low, difference + 0.1, n, 0.6, 0.6 + difference, "macro F1")


@pytest.mark.parametrize(
    ("comparison", "promote", "words"),
    [
        (compared(0.1, 0.05, 200), True, "better than old: macro F1 0.600 → 0.700"),
        (compared(0.1, -0.5, ENOUGH - 1), True, "better than old"),
        (compared(0.1, -0.5, ENOUGH), False, "it may be chance"),
        (compared(0.1, -TOLERATED / 2, ENOUGH), True, "better than old"),
        (compared(0.0, -0.01, 200), False, "not better than old"),
        (compared(-0.1, -0.2, 10), False, "not better than old"),
        (compared(0.1, nan, 200), False, "it may be chance"),
        (compared(nan, nan, 200), False, "not better than old"),
    ],
)
def test_a_model_is_promoted_if_it_is_better_and_unlikely_to_be_worse(
    comparison: Comparison, promote: bool, words: str
) -> None:
    verdict = decide(comparison, "old")
    assert verdict.promote == promote
    assert words in verdict.why


def test_without_a_comparison_only_a_task_without_a_model_gets_one() -> None:
    assert decide(None, "").promote
    assert not decide(None, "old").promote


def test_how_few_held_out_answers_there_are_is_said() -> None:
    assert few(0).startswith("no held-out answer")
    assert "12 held-out answers only" in few(12)
    assert few(ENOUGH) == ""
