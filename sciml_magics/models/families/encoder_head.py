"""Labels of texts by a linear head on the embeddings of an encoder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sciml_magics.models.answers import NO_TOKENS, abstain
from sciml_magics.models.base import BaseSuggester
from sciml_magics.models.head_files import Weights, has_head, read_head
from sciml_magics.models.labels import match_labels
from sciml_magics.models.registry import family
from sciml_magics.models.trained_head import (
    Scores,
    answers_several,
    head_answer,
    head_labels,
    vector_probabilities,
)
from sciml_magics.models.vectors import Halves, Indices, Vectors, halves, key_of, steady_product
from sciml_magics.tasks import Record, Suggestion, Task

if TYPE_CHECKING:
    from sciml_magics.models.engine.embedder import Embedder


@family(
    "encoder_head",
    does="texts by a linear head on an encoder's embeddings, as %learn makes them",
    matches=has_head,
)
class EncoderHead(BaseSuggester["Embedder"]):
    """A linear head on embeddings.

    Probabilities are the softmax over all labels that the head knows; of a head trained for several
    labels, the sigmoid of each; logits are divided by the configuration's ``temperature`` first. A
    label of the task that stands for several of the head's has the sum of their probabilities, or
    of several labels the largest. Where the likeliest label is one that the task does not ask for,
    the answer is an abstention.

    A text longer than the encoder's limit is read in windows, whose mean is its embedding.

    Answers follow from embeddings alone, so that those in the store need no run of the encoder.
    """

    can = frozenset({("text", "label"), ("text", "labels")})

    def settings(self) -> Mapping[str, Any]:
        """None: an embedding is the mean over windows, whatever the options."""
        return {}

    def own_labels(self) -> tuple[str, ...]:
        """Labels of the head."""
        return head_labels(self.files)

    @cached_property
    def encoder_key(self) -> str:
        """Under which the encoder's embeddings are kept."""
        return key_of(self.files)

    def load(self) -> Embedder:
        """Load the encoder."""
        from sciml_magics.models.engine.embedder import load_embedder

        return load_embedder(self.files, *self.place())

    def vectors_of(self, records: Sequence[Record]) -> Iterator[tuple[Indices, Halves]]:
        """Embeddings of records in batches, with their positions, the longest texts first."""
        return halves(self.loaded, [record.text for record in records])

    def suggest(self, records: Sequence[Record], task: Task) -> Iterator[Sequence[Suggestion]]:
        """Batches of suggestions, the longest texts first."""
        for at, found in self.vectors_of(records):
            some = [records[int(one)] for one in at]
            yield self.suggest_from(some, found.astype(np.float32), task)

    def suggest_from(
        self, records: Sequence[Record], vectors: Vectors, task: Task
    ) -> list[Suggestion]:
        """Suggestions from embeddings: see `sciml_magics.models.protocol.FromVectors`."""
        places = match_labels(task, self.own_labels(), self.files.id)
        probabilities = self._probabilities(vectors)
        reads = np.any(vectors != 0, axis=1).tolist()
        return [
            head_answer(record.id, known, places, self.files, task)
            if something
            else abstain(record.id, NO_TOKENS)
            for record, known, something in zip(records, probabilities, reads, strict=True)
        ]

    def _probabilities(self, vectors: Vectors) -> Scores:
        weight, bias = self._head
        logits = steady_product(vectors, weight) + bias
        return vector_probabilities(logits, self.files, answers_several(self.files))

    @cached_property
    def _head(self) -> tuple[Weights, Weights]:
        return read_head(self.files)
