"""Classifiers of images: models with a trained head and labels of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sciml_magics.errors import ModelError
from sciml_magics.models.head_files import is_paired, reads_images
from sciml_magics.models.image_model import ImageModel, Vectors
from sciml_magics.models.image_weights import READING, Final, final_layer, image_key
from sciml_magics.models.labels import match_labels
from sciml_magics.models.loading import ModelFiles
from sciml_magics.models.registry import family
from sciml_magics.models.trained_head import (
    answers_several,
    head_answer,
    head_labels,
    vector_probabilities,
)
from sciml_magics.models.vectors import steady_product
from sciml_magics.tasks import Record, Suggestion, Task

if TYPE_CHECKING:
    import torch

    from sciml_magics.models.vision import VisionModel


def _matches(files: ModelFiles) -> bool:
    return reads_images(files) and not is_paired(files)


@family(
    "image_classifier",
    does="images by a trained classifier with labels of its own: …ForImageClassification",
    matches=_matches,
)
class ImageClassifier(ImageModel["VisionModel"]):
    """A trained classifier of images, such as ViT, ResNet, ConvNeXt, Swin or DINOv2.

    Probabilities are the softmax over all labels that the model knows; of a model trained for
    several labels, the sigmoid of each; logits are divided by the configuration's ``temperature``
    first, where it has one. The labels of the task are matched with the model's as for classifiers
    of texts. An image that cannot be read is an abstention that says why.

    An image's vector is what the last layer reads, divided by the root of its length; of a model
    without a single linear layer at its end, the logits.
    """

    def settings(self) -> Mapping[str, Any]:
        """How images are read; there are no windows."""
        return {"reading": READING}

    def own_labels(self) -> tuple[str, ...]:
        """Labels of the head."""
        return head_labels(self.files)

    def load(self) -> VisionModel:
        """Load the weights, and how the model takes images."""
        from torch import nn

        from sciml_magics.models.images import preparer
        from sciml_magics.models.pretrained import load_model
        from sciml_magics.models.vision import VisionModel

        model = load_model(self.files, "AutoModelForImageClassification", *self.place())
        if self.final is not None:
            try:
                # What it would read comes out instead of the logits.
                model.set_submodule(self.final.name, nn.Identity())
            except AttributeError as error:
                raise ModelError(
                    f"model '{self.files.id}' cannot be loaded: {self.final.name} stands in its "
                    f"weights and not in {type(model).__name__}"
                ) from error
        return VisionModel(model, preparer(self.files))

    @cached_property
    def final(self) -> Final | None:
        """The layer that gives the logits."""
        return final_layer(self.files)

    @property
    def vision(self) -> VisionModel:
        """The classifier, without its last layer."""
        return self.loaded

    @property
    def dimension(self) -> int:
        """What the last layer reads of an image."""
        return len(head_labels(self.files)) if self.final is None else self.final.weight.shape[1]

    def make_key(self) -> str:
        """Hash of all but the last layer."""
        return image_key(self.files, None if self.final is None else self.final.name)

    def features(self, pixels: torch.Tensor) -> torch.Tensor:
        """What the last layer reads, scaled so that half precision holds it."""
        model: Any = self.loaded.model
        found: torch.Tensor = model(pixel_values=pixels).logits.float().flatten(1)
        return found / float(np.sqrt(self.dimension))

    def answers(
        self, records: Sequence[Record], vectors: Vectors, task: Task
    ) -> Sequence[Suggestion]:
        """Suggestions by the last layer."""
        places = match_labels(task, self.own_labels(), self.files.id)
        logits = vectors * np.float32(np.sqrt(self.dimension))
        if self.final is not None:
            logits = steady_product(logits, self.final.weight) + self.final.bias
        probabilities = vector_probabilities(logits, self.files, answers_several(self.files))
        return [
            head_answer(record.id, known, places, self.files, task)
            for record, known in zip(records, probabilities, strict=True)
        ]
