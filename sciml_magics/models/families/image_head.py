"""Labels of images by a linear head on the embeddings of a model of images and texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from sciml_magics.models.families.clip import PairedModel
from sciml_magics.models.head_files import Weights, has_image_head, read_head
from sciml_magics.models.image_model import Vectors
from sciml_magics.models.image_weights import READING
from sciml_magics.models.labels import match_labels
from sciml_magics.models.registry import family
from sciml_magics.models.trained_head import (
    answers_several,
    head_answer,
    head_labels,
    vector_probabilities,
)
from sciml_magics.models.vectors import steady_product
from sciml_magics.tasks import Record, Suggestion, Task


@family(
    "image_head",
    does="images by a linear head on CLIP's or SigLIP's embeddings, as %learn makes them",
    matches=has_image_head,
)
class ImageHead(PairedModel):
    """A linear head on embeddings of images.

    Probabilities are as of a head on texts: the softmax over all labels that the head knows, or of
    several labels the sigmoid of each, of logits divided by the configuration's ``temperature``.

    Answers follow from embeddings alone, so that those in the store need no run of the model.
    """

    def settings(self) -> Mapping[str, Any]:
        """How images are read."""
        return {"reading": READING}

    def own_labels(self) -> tuple[str, ...]:
        """Labels of the head."""
        return head_labels(self.files)

    def answers(
        self, records: Sequence[Record], vectors: Vectors, task: Task
    ) -> Sequence[Suggestion]:
        """Suggestions by the head."""
        places = match_labels(task, self.own_labels(), self.files.id)
        weight, bias = self._head
        logits = steady_product(vectors, weight) + bias
        probabilities = vector_probabilities(logits, self.files, answers_several(self.files))
        return [
            head_answer(record.id, known, places, self.files, task)
            for record, known in zip(records, probabilities, strict=True)
        ]

    @cached_property
    def _head(self) -> tuple[Weights, Weights]:
        return read_head(self.files)
