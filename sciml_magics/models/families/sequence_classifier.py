"""Classifiers of whole texts: models with a trained head and labels of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sciml_magics.models.answers import NO_TOKENS, abstain
from sciml_magics.models.base import BaseSuggester
from sciml_magics.models.labels import match_labels
from sciml_magics.models.loading import ModelFiles
from sciml_magics.models.registry import architecture, family
from sciml_magics.models.trained_head import (
    answers_several,
    head_answer,
    head_labels,
    head_probabilities,
    head_temperature,
)
from sciml_magics.models.windows import Scores, cut_windows, pool, strongest
from sciml_magics.tasks import Kind, Record, Suggestion, Task

if TYPE_CHECKING:
    from sciml_magics.models.batching import Indices
    from sciml_magics.models.text_model import TextModel


def reads_entailment(files: ModelFiles) -> bool:
    """Whether the labels of a classifier are those of entailment."""
    return any(name.casefold().startswith("entail") for name in files.label_names)


def _matches(files: ModelFiles) -> bool:
    return architecture("ForSequenceClassification")(files) and not reads_entailment(files)


@family(
    "sequence_classifier",
    does="texts by a trained classifier with labels of its own: …ForSequenceClassification",
    matches=_matches,
)
class SequenceClassifier(BaseSuggester["TextModel"]):
    """A trained classifier of texts.

    Probabilities are the softmax over all labels that the model knows; of a model trained for
    several labels, the sigmoid of each. Logits are divided by the configuration's ``temperature``
    first, where it has one. A label of the task that stands for several of the model's
    has the sum of their probabilities, or of several labels the largest. Where the likeliest label
    is one that the task does not ask for, the answer is an abstention.

    Of a text longer than the model's limit, one label comes from the window that is surest of its
    own, and several labels from the window that is surest of each; or from the mean over windows.
    """

    can = frozenset({("text", "label"), ("text", "labels")})

    def own_labels(self) -> tuple[str, ...]:
        """Labels of the head."""
        return head_labels(self.files)

    def load(self) -> TextModel:
        """Load the weights and the tokenizer."""
        from sciml_magics.models.text_model import load_text_model

        return load_text_model(self.files, "AutoModelForSequenceClassification", self.place())

    def suggest(self, records: Sequence[Record], task: Task) -> Iterator[Sequence[Suggestion]]:
        """Batches of suggestions, the longest texts first."""
        from sciml_magics.models.text_input import clean, room, tokenise
        from sciml_magics.models.text_model import first_windows, run_windows

        loaded = self.loaded
        texts = tokenise(loaded.tokenizer, [clean(record.text) for record in records])
        taken = len(loaded.framing)
        windows = cut_windows(
            [len(text) for text in texts],
            room(loaded.limit, taken, "special tokens", self.files.id),
        )
        first = first_windows(windows, len(texts))
        scores = np.zeros((len(windows), len(self.own_labels())), dtype=np.float32)
        places = match_labels(task, self.own_labels(), self.files.id)
        temperature = head_temperature(self.files)

        def forward(part: Indices) -> None:
            rows = [texts[windows.texts[at]][windows.starts[at] : windows.stops[at]] for at in part]
            # Longest first: where the first has nothing to read, the others have not either.
            if len(rows[0]):
                logits = loaded.logits(rows) / temperature
                scores[part] = head_probabilities(logits, self._several)

        for done in run_windows(windows, len(texts), taken, loaded.budget, forward):
            yield [
                self._answer(records[at], scores[first[at] : first[at + 1]], places, task)
                if len(texts[at])
                else abstain(records[at].id, NO_TOKENS)
                for at in done
            ]

    @property
    def _several(self) -> bool:
        return answers_several(self.files)

    def _answer(self, record: Record, scores: Scores, places: Indices, task: Task) -> Suggestion:
        over, count = self.options.window, len(scores)
        evidence = {"windows": count, "over": over} if count > 1 else {}
        known = self._over_windows(scores, task.kind)
        return head_answer(record.id, known, places, self.files, task, evidence)

    def _over_windows(self, scores: Scores, kind: Kind) -> Scores:
        owners = np.zeros(len(scores), dtype=np.int64)
        one_speaks = self.options.window == "max" and kind == "label" and not self._several
        if one_speaks and np.isfinite(scores).all():
            found = strongest(scores, owners, 1)
        else:
            found = pool(scores, owners, 1, self.options.window)
        return found.reshape(-1)
