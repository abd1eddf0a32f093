"""Zero-shot labels of images: models that put images and texts into one space."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sciml_magics.errors import ModelError
from sciml_magics.models.answers import suggest_labels
from sciml_magics.models.base import BaseSuggester
from sciml_magics.models.families.image_classifier import READING
from sciml_magics.models.registry import architecture, family
from sciml_magics.tasks import Label, Record, Suggestion, Task

if TYPE_CHECKING:
    import torch

    from sciml_magics.models.trained_head import Scores
    from sciml_magics.models.vision import VisionModel

TEMPLATE = "a photo of {}"
# What a label is compared with where it stands alone.
ANYTHING = "a photo"


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A model in memory, and its tokenizer."""

    vision: VisionModel
    tokenizer: Any


@family(
    "clip",
    does="zero-shot labels of images by their descriptions: CLIPModel, SiglipModel",
    matches=architecture("CLIPModel", "SiglipModel"),
)
class Clip(BaseSuggester[_Loaded]):
    """Zero-shot labels of images by comparing them with texts.

    A label's text is its description or, where it has none, "a photo of" its name. One label: the
    softmax over the labels of their similarity to the image, at the temperature that the model
    learned (Radford et al. 2021, https://arxiv.org/abs/2103.00020). Several labels, or a single
    one: of SigLIP the sigmoid that it was trained with (Zhai et al. 2023,
    https://arxiv.org/abs/2303.15343), of CLIP each label against "a photo".

    Texts are read once for a task.
    """

    can = frozenset({("image", "label"), ("image", "labels")})

    _texts: tuple[Task, torch.Tensor] | None = None

    def settings(self) -> Mapping[str, Any]:
        """How labels are put into words and images are read; there are no windows."""
        return {"reading": READING, "template": TEMPLATE, "anything": ANYTHING}

    def load(self) -> _Loaded:
        """Load the weights, the tokenizer, and how the model takes images."""
        from sciml_magics.models.images import preparer
        from sciml_magics.models.pretrained import load_model, load_tokenizer
        from sciml_magics.models.vision import VisionModel

        tokenizer = load_tokenizer(self.files)
        model = load_model(self.files, "AutoModelForZeroShotImageClassification", *self.place())
        return _Loaded(VisionModel(model, preparer(self.files)), tokenizer)

    def suggest(self, records: Sequence[Record], task: Task) -> Iterator[Sequence[Suggestion]]:
        """Batches of suggestions, in the order of the records."""
        from sciml_magics.models.vision import run_images

        vision = self.loaded.vision
        model: Any = vision.model
        texts = self._read_labels(task)

        def forward(pixels: torch.Tensor) -> Scores:
            images = _unit(model.get_image_features(pixel_values=pixels).pooler_output)
            return self._probabilities(images @ texts.T, task)

        def answer(record: Record, scores: Scores) -> Suggestion:
            return suggest_labels(record.id, scores, task.label_names, task.kind)

        return run_images(vision, records, forward, answer)

    def _probabilities(self, similarities: torch.Tensor, task: Task) -> Scores:
        """Probabilities of the labels from similarities to their texts and to `ANYTHING`."""
        model: Any = self.loaded.vision.model
        logits = similarities * model.logit_scale.float().exp()
        if task.kind == "label" and len(task.labels) > 1:
            found = logits[:, :-1].softmax(dim=-1)
        elif (bias := getattr(model, "logit_bias", None)) is not None:
            found = (logits[:, :-1] + bias.float()).sigmoid()
        else:
            found = (logits[:, :-1] - logits[:, -1:]).sigmoid()
        scores: Scores = found.cpu().numpy()
        return scores

    def _read_labels(self, task: Task) -> torch.Tensor:
        """Unit vectors ``[labels + 1, size]`` of the labels' texts and of `ANYTHING`."""
        if self._texts is None or self._texts[0] != task:
            self._texts = task, self._read_texts([*map(wording, task.labels), ANYTHING])
        return self._texts[1]

    def _read_texts(self, texts: Sequence[str]) -> torch.Tensor:
        import torch

        from sciml_magics.models.text_input import clean

        model: Any = self.loaded.vision.model
        tokenizer = self.loaded.tokenizer
        limit = int(model.config.text_config.max_position_embeddings)
        # SigLIP was trained on texts that were filled up to the limit, and attends to the filling.
        fill = "max_length" if model.config.model_type.startswith("siglip") else "longest"
        read = tokenizer(
            [clean(text) for text in texts], padding=fill, max_length=limit, return_tensors="pt"
        )
        self._check_lengths(texts, limit)
        with torch.inference_mode():
            inputs = {key: read[key].to(model.device) for key in read if key in _READ}
            return _unit(model.get_text_features(**inputs).pooler_output)

    def _check_lengths(self, texts: Sequence[str], limit: int) -> None:
        for text in texts:
            length = len(self.loaded.tokenizer(text)["input_ids"])
            if length > limit:
                raise ModelError(
                    f"the label '{text[:40]}…' is {length:,} tokens long and model "
                    f"'{self.files.id}' reads {limit:,}: shorten its description"
                )


_READ = ("input_ids", "attention_mask")


def wording(label: Label) -> str:
    """The text that stands for a label.

    Examples
    --------
    >>> wording(Label("cat")), wording(Label("cat", "a cat that sleeps"))
    ('a photo of cat', 'a cat that sleeps')
    """
    return label.description or TEMPLATE.format(label.name)


def _unit(vectors: torch.Tensor) -> torch.Tensor:
    import torch

    return torch.nn.functional.normalize(vectors.float(), dim=-1)
