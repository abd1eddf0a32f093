"""How each method trains where a person does not say: the one place of these numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sciml_magics.tasks.training import Method, Training

# Steps that a training has at least, by seeing few examples more often, and epochs at most.
_STEPS = 300
_MOST_EPOCHS = 20
# Rows of a batch grow with the examples, so that an epoch has about this many steps.
_STEPS_AN_EPOCH = 40
_FEWEST_ROWS, _MOST_ROWS = 8, 128
# Models above this learn with smaller steps.
_SMALL = 60_000_000
_SLOWER = 0.3

CPU_TOKENS = 2_048
GPU_TOKENS = 8_192
# Where every word is learned a batch of few texts teaches much already.
WORDS_TOKENS = 512


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a method trains.

    Parameters
    ----------
    rate
        Highest step size.
    epochs
        Fewest epochs.
    faster
        How much faster learns what was drawn at random, as the head.
    rank
        Of the added weights; 0 where there are none.
    warmup
        Share of the steps in which the step size rises.
    decay
        Weight decay.
    """

    rate: float
    epochs: int
    faster: float = 1.0
    rank: int = 0
    warmup: float = 0.1
    decay: float = 0.01


# The rate of "full" suits scicite, goemotions and banking77 on their development splits.
RECIPES: Mapping[Method, Recipe] = {
    "full": Recipe(rate=2e-4, epochs=4, faster=5.0),
    "lora": Recipe(rate=1e-3, epochs=6, rank=16),
    "adalora": Recipe(rate=2e-3, epochs=8, rank=8),
    "adapter": Recipe(rate=1e-3, epochs=6, rank=32),
}
# Where every word is learned; the other methods are as above. Chosen on the development split of
# CoNLL-2003.
WORDS: Mapping[Method, Recipe] = {**RECIPES, "full": Recipe(rate=2.5e-4, epochs=4)}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a training will do: nothing is left open.

    Parameters
    ----------
    epochs, rate, faster, rank, warmup, decay
        As of `Recipe`.
    tokens, rows
        Most tokens, and most rows, of a batch.
    """

    epochs: int
    rate: float
    faster: float
    rank: int
    warmup: float
    decay: float
    tokens: int
    rows: int


def plan(
    training: Training, examples: int, parameters: int, *, cpu: bool, words: float = 0.0
) -> Plan:
    """Fill in what a person left open.

    Parameters
    ----------
    training
        What a person asks.
    examples
        Number of rows to learn from.
    parameters
        Of the base model.
    cpu
        Whether it runs on a CPU.
    words
        Tokens of a row where every word of it is learned, on average; 0 where a row has one answer.

    Examples
    --------
    >>> found = plan(Training(method="lora", rank=4), 1_000, 22_000_000, cpu=True)
    >>> found.rank, found.rows, found.epochs
    (4, 25, 8)
    >>> found = plan(Training(), 10_000, 22_000_000, cpu=True, words=20.0)
    >>> found.rate, found.tokens
    (0.00025, 512)
    """
    recipe = (WORDS if words else RECIPES)[training.method]
    rows = min(_MOST_ROWS, max(_FEWEST_ROWS, examples // _STEPS_AN_EPOCH))
    usual = WORDS_TOKENS if words else CPU_TOKENS if cpu else GPU_TOKENS
    tokens = training.batch_tokens or usual
    epochs = training.epochs
    if epochs is None:
        fit = min(rows, max(1, int(tokens // words))) if words else rows
        steps = max(1, -(-examples // (fit * training.accumulate)))
        epochs = max(recipe.epochs, min(_MOST_EPOCHS, -(-_STEPS // steps)))
    small = parameters < _SMALL or training.method != "full"
    rate = training.learning_rate or recipe.rate * (1.0 if small else _SLOWER)
    return Plan(
        epochs=epochs,
        rate=rate,
        faster=recipe.faster,
        rank=training.rank or recipe.rank,
        warmup=recipe.warmup,
        decay=recipe.decay,
        tokens=tokens,
        rows=rows,
    )
