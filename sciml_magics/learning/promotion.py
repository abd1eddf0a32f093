"""Whether a new model takes the place of the one that answers now."""

from __future__ import annotations

from typing import NamedTuple

from sciml_magics.learning.evaluating.comparison import Comparison

# From so many held-out answers on the interval is asked, too: of fewer it says next to nothing.
ENOUGH = 50
# How much worse, at the lower end of the interval, the new model may be.
TOLERATED = 0.02


class Verdict(NamedTuple):
    """Whether a model is promoted, and why, in a sentence."""

    promote: bool
    why: str


def decide(comparison: Comparison | None, incumbent: str) -> Verdict:
    """Whether a new model is promoted.

    It has to be better on answers that are held out from all training. With `ENOUGH` of them, it
    must moreover be unlikely to be worse: the lower end of the 95 % interval of the difference
    lies above minus `TOLERATED`.

    Parameters
    ----------
    comparison
        Of the incumbent and the new model; ``None`` where nothing could be compared.
    incumbent
        What answers now, for people to read; empty where nothing does.

    Examples
    --------
    >>> decide(Comparison(0.1, -0.1, 0.3, 12, 0.6, 0.7, "macro F1"), "zero-shot").promote
    True
    >>> decide(Comparison(0.1, -0.1, 0.3, 80, 0.6, 0.7, "macro F1"), "zero-shot").promote
    False
    """
    if comparison is None:
        return _uncompared(incumbent)
    told = comparison.summary
    if not comparison.difference > 0:
        return Verdict(False, f"not better than {incumbent}: {told}")
    if comparison.n < ENOUGH:
        return Verdict(True, f"better than {incumbent}: {told}")
    if comparison.low > -TOLERATED:
        return Verdict(True, f"better than {incumbent}: {told}")
    return Verdict(
        False,
        f"it may be chance that it does better than {incumbent}: {told}; answer more, or promote "
        "it by name",
    )


def few(held_out: int) -> str:
    """What to say of few held-out answers; empty where there are enough.

    Examples
    --------
    >>> few(ENOUGH)
    ''
    """
    if held_out >= ENOUGH:
        return ""
    how = "three of ten records that %review deals are held out, so answer more"
    if not held_out:
        return f"no held-out answer to judge by: {how}"
    return f"judged by {held_out:,} held-out answers only, so it may be chance: {how}"


def _uncompared(incumbent: str) -> Verdict:
    if not incumbent:
        return Verdict(True, "no other model answers this task")
    return Verdict(
        False, "without held-out answers nobody can tell whether it is better: answer some"
    )
