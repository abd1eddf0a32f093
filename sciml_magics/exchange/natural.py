"""Formats with one answer for each record.

Such an answer is what several people and models said, put together. As long as it still says so, it
is what the kit told beside it that counts.
"""

from __future__ import annotations

from dataclasses import replace

from sciml_magics.exchange.example import Answer, Example, Prediction, Wanted
from sciml_magics.tasks import Decision, Value


def settled(
    own: Example,
    same: bool,
    value: Value,
    wanted: Wanted,
    annotator: str = "",
    decision: Decision | None = None,
    score: float = float("nan"),
    model: str = "",
) -> Example:
    """What an entry tells, by the kit's own part or else by the fields of the format.

    Parameters
    ----------
    own
        What the kit told by itself; without answers and predictions where it told nothing.
    same
        Whether the fields still say the same.
    value, annotator, decision, score, model
        What the fields say.
    wanted
        How to read them where they do not say whether a person or a model gave the value.
    """
    told = bool(own.answers or own.predictions)
    if told and same:
        return own
    if wanted == "predictions" and not told:
        if value is None and decision is None:
            return own
        return replace(own, predictions=(Prediction(value, score, model),))
    if value is None and decision is None:
        # Somebody took the answer away; what models suggested is still so.
        return replace(own, answers=())
    said = decision or "corrected"
    who = annotator or (own.answers[-1].annotator if len(own.answers) == 1 else "")
    return replace(own, answers=(Answer(said, value, who),))
