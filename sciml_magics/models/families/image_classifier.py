"""Classifiers of images: models with a trained head and labels of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sciml_magics.models.base import BaseSuggester
from sciml_magics.models.labels import match_labels
from sciml_magics.models.loading import ModelFiles
from sciml_magics.models.registry import family
from sciml_magics.models.trained_head import (
    Scores,
    answers_several,
    head_answer,
    head_labels,
    head_probabilities,
)
from sciml_magics.tasks import Record, Suggestion, Task

if TYPE_CHECKING:
    import torch

    from sciml_magics.models.vision import VisionModel

# Part of the identity: another way of reading images gives other answers.
READING = 1


def _matches(files: ModelFiles) -> bool:
    # Not only the ending: some are called …ForImageClassificationWithTeacher.
    return any("ForImageClassification" in name for name in files.architectures)


@family(
    "image_classifier",
    does="images by a trained classifier with labels of its own: …ForImageClassification",
    matches=_matches,
)
class ImageClassifier(BaseSuggester["VisionModel"]):
    """A trained classifier of images, such as ViT, ResNet, ConvNeXt, Swin or DINOv2.

    Probabilities are the softmax over all labels that the model knows; of a model trained for
    several labels, the sigmoid of each. The labels of the task are matched with the model's as
    for classifiers of texts. An image that cannot be read is an abstention that says why.
    """

    can = frozenset({("image", "label"), ("image", "labels")})

    def settings(self) -> Mapping[str, Any]:
        """How images are read; there are no windows."""
        return {"reading": READING}

    def own_labels(self) -> tuple[str, ...]:
        """Labels of the head."""
        return head_labels(self.files)

    def load(self) -> VisionModel:
        """Load the weights, and how the model takes images."""
        from sciml_magics.models.images import preparer
        from sciml_magics.models.pretrained import load_model
        from sciml_magics.models.vision import VisionModel

        model = load_model(self.files, "AutoModelForImageClassification", *self.place())
        return VisionModel(model, preparer(self.files))

    def suggest(self, records: Sequence[Record], task: Task) -> Iterator[Sequence[Suggestion]]:
        """Batches of suggestions, in the order of the records."""
        from sciml_magics.models.vision import run_images

        loaded, several = self.loaded, answers_several(self.files)
        places = match_labels(task, self.own_labels(), self.files.id)

        def forward(pixels: torch.Tensor) -> Scores:
            return head_probabilities(loaded.model(pixel_values=pixels).logits, several)

        def answer(record: Record, scores: Scores) -> Suggestion:
            return head_answer(record.id, scores, places, self.files, task)

        return run_images(loaded, records, forward, answer)
