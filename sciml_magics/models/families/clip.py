"""Zero-shot labels of images: models that put images and texts into one space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sciml_magics.errors import ModelError
from sciml_magics.models.answers import softmax, suggest_labels
from sciml_magics.models.head_files import has_image_head, is_paired
from sciml_magics.models.image_model import ImageModel, Scores, Vectors
from sciml_magics.models.image_weights import READING, image_key
from sciml_magics.models.loading import ModelFiles
from sciml_magics.models.registry import family
from sciml_magics.models.vectors import steady_product
from sciml_magics.tasks import Label, Record, Suggestion, Task

if TYPE_CHECKING:
    import torch

    from sciml_magics.models.vision import VisionModel

TEMPLATE = "a photo of {}"
# What a label is compared with where it stands alone.
ANYTHING = "a photo"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model in memory, and its tokenizer where texts are read."""

    vision: VisionModel
    tokenizer: Any


class PairedModel(ImageModel[Loaded]):
    """A model that puts images and texts into one space: CLIP, SigLIP."""

    def load(self) -> Loaded:
        """Load the weights, the tokenizer, and how the model takes images."""
        from sciml_magics.models.images import preparer
        from sciml_magics.models.pretrained import load_model, load_tokenizer
        from sciml_magics.models.vision import VisionModel

        tokenizer = load_tokenizer(self.files)
        model = load_model(self.files, "AutoModelForZeroShotImageClassification", *self.place())
        return Loaded(VisionModel(model, preparer(self.files)), tokenizer)

    @property
    def vision(self) -> VisionModel:
        """The whole model, and how it takes images."""
        return self.loaded.vision

    @property
    def dimension(self) -> int:
        """Of the space that images and texts share."""
        model: Any = self.vision.model
        config = model.config
        return int(getattr(config, "projection_dim", 0) or config.vision_config.hidden_size)

    def make_key(self) -> str:
        """Hash of all weights, and of how images are read."""
        return image_key(self.files)

    def features(self, pixels: torch.Tensor) -> torch.Tensor:
        """Unit vectors of images."""
        model: Any = self.vision.model
        return _unit(model.get_image_features(pixel_values=pixels).pooler_output)

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """Embeddings of texts, in the space of the images.

        Parameters
        ----------
        texts
            Any strings, ``n`` of them.

        Returns
        -------
        numpy.ndarray
            Shape ``[n, dimension]``, float32, of length 1: its product with an image's embedding
            is their cosine.

        Raises
        ------
        ModelError
            If a text is longer than the model reads.
        """
        import torch

        from sciml_magics.models.text_input import clean

        model: Any = self.vision.model
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
            found: Vectors = _unit(model.get_text_features(**inputs).pooler_output).cpu().numpy()
            return found

    def _check_lengths(self, texts: Sequence[str], limit: int) -> None:
        for text in texts:
            length = len(self.loaded.tokenizer(text)["input_ids"])
            if length > limit:
                raise ModelError(
                    f"the label '{text[:40]}…' is {length:,} tokens long and model "
                    f"'{self.files.id}' reads {limit:,}: shorten its description"
                )


def _matches(files: ModelFiles) -> bool:
    return is_paired(files) and not has_image_head(files)


@family(
    "clip",
    does="zero-shot labels of images by their descriptions: CLIPModel, SiglipModel",
    matches=_matches,
)
class Clip(PairedModel):
    """Zero-shot labels of images by comparing them with texts.

    A label's text is its description or, where it has none, "a photo of" its name. One label: the
    softmax over the labels of their similarity to the image, at the temperature that the model
    learned (Radford et al. 2021, https://arxiv.org/abs/2103.00020). Several labels, or a single
    one: of SigLIP the sigmoid that it was trained with (Zhai et al. 2023,
    https://arxiv.org/abs/2303.15343), of CLIP each label against "a photo".

    Texts are read once for a task, and an image once whatever is asked about it.
    """

    _texts: tuple[Task, Vectors] | None = None

    def settings(self) -> Mapping[str, Any]:
        """How labels are put into words and images are read; there are no windows."""
        return {"reading": READING, "template": TEMPLATE, "anything": ANYTHING}

    def answers(
        self, records: Sequence[Record], vectors: Vectors, task: Task
    ) -> Sequence[Suggestion]:
        """Suggestions by the likeness of images and labels."""
        similarities = steady_product(vectors, self._read_labels(task))
        return [
            suggest_labels(record.id, scores, task.label_names, task.kind)
            for record, scores in zip(records, self._probabilities(similarities, task), strict=True)
        ]

    def _probabilities(self, similarities: Scores, task: Task) -> Scores:
        """Probabilities of the labels from similarities to their texts and to `ANYTHING`."""
        model: Any = self.vision.model
        logits = similarities * np.float32(model.logit_scale.float().exp().item())
        if task.kind == "label" and len(task.labels) > 1:
            return np.asarray(softmax(logits[:, :-1]), dtype=np.float32)
        if (bias := getattr(model, "logit_bias", None)) is not None:
            over = logits[:, :-1] + np.float32(bias.float().item())
        else:
            over = logits[:, :-1] - logits[:, -1:]
        return np.asarray(1 / (1 + np.exp(np.clip(-over, -80, 80))), dtype=np.float32)

    def _read_labels(self, task: Task) -> Vectors:
        """Unit vectors ``[labels + 1, size]`` of the labels' texts and of `ANYTHING`."""
        if self._texts is None or self._texts[0] != task:
            self._texts = task, self.embed_texts([*map(wording, task.labels), ANYTHING])
        return self._texts[1]


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
