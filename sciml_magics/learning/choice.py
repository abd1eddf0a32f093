"""Which method suits: by how much was answered, how large the model is, and the kind of answer.

The thresholds are few and stand at the top, each with its reason and what was measured of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sciml_magics.tasks import Input, Kind, Method

# Fewer answers a label than this make few pairs of texts that belong together, and a head is there
# in seconds. Macro F1 on the development splits of csabstruct and scicite, embedded model, one
# seed: with 4 a label a head .23 and .39, fewshot .36 and .46; with 2 a head .35 and .28, fewshot
# .33 and .33.
_FEW = 4
# From so many answers on all weights are trained. On banking77's validation set, all answers
# learned from, accuracy .922 (fewshot: .900). On the development splits above fewshot is ahead with
# 13 and 32 a label of csabstruct (.44 to .37, .48 to .44) and with 64 of scicite (.72 to .65), all
# weights with 13 of scicite (.58 to .56). More was not measured.
_HUNDREDS = 1_000
# Training all weights keeps 16 bytes of each (its value, its gradient and two moments): beyond this
# more than 2.4 GB, before a text is read. Reckoned for laptops, not measured; a device with more
# memory is not asked for it: name the method there.
LARGE = 150_000_000


class Choice(NamedTuple):
    """A method, the sentence that says why it, and whether rare labels shall count for more."""

    method: Method
    why: str
    balanced: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """What a choice depends on.

    Parameters
    ----------
    kind
        Of the task.
    examples
        Answers to learn from.
    labels
        Labels of the scheme.
    parameters
        Weights of the base model.
    input
        What the task reads.
    """

    kind: Kind
    examples: int
    labels: int
    parameters: int
    input: Input = "text"


def choose_method(found: Situation) -> Choice:
    """The method to train with where nobody names one.

    Examples
    --------
    >>> choose_method(Situation("label", 9, 3, 22_000_000)).method
    'head'
    >>> choose_method(Situation("label", 200, 3, 22_000_000)).why
    'fewshot: 67 answers a label are few for training all weights from one answer at a time'
    >>> choose_method(Situation("spans", 200, 3, 300_000_000)).method
    'lora'
    """
    if found.input == "image":
        few = found.kind == "labels" and found.examples < _HUNDREDS
        more = "; rare labels count for more" if few else ""
        return Choice("head", f"head: images are learned on a frozen model's embeddings{more}", few)
    if found.kind == "labels" and found.examples < _HUNDREDS:
        # Of few answers most lack any given label: unweighted, a head hardly ever names one.
        # Macro F1 on GoEmotions' validation set, 800 answers: .04 unweighted, .23 balanced.
        return Choice(
            "head",
            f"head: {found.examples:,} answers are few for labels that go together; rare labels "
            "count for more",
            balanced=True,
        )
    per_label = found.examples / max(1, found.labels)
    if found.kind == "spans":
        return _all_weights(found, "marking spans needs all weights")
    if per_label < _FEW:
        return Choice(
            "head", f"head: {_number(per_label)} answers a label are few; it learns in seconds"
        )
    if found.examples < _HUNDREDS:
        return Choice(
            "fewshot",
            f"fewshot: {_number(per_label)} answers a label are few for training all weights from "
            "one answer at a time",
        )
    return _all_weights(found, f"{found.examples:,} answers are enough to train all weights")


def _all_weights(found: Situation, why: str) -> Choice:
    if found.parameters < LARGE:
        return Choice("full", f"full: {why}")
    millions = round(found.parameters / 1e6)
    return Choice(
        "lora", f"lora: {why}, and {millions:,} million of them take too much memory at once"
    )


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 1 else f"{value:.1f}"
