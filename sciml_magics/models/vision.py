"""A loaded model that reads images, and the running of it over records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch

from sciml_magics.models.answers import abstain
from sciml_magics.models.batching import run_halving, to_device
from sciml_magics.models.images import Pictures, Prepare, read_ahead
from sciml_magics.tasks import Record, Suggestion

if TYPE_CHECKING:
    from transformers import PreTrainedModel

Indices = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]

# Images of a batch.
_CPU_IMAGES = 16
_GPU_IMAGES = 128


@dataclass(frozen=True, slots=True)
class VisionModel:
    """A model that reads images.

    Parameters
    ----------
    model
        The weights, on their device.
    prepare
        Turns an RGB image into what the model takes.
    """

    model: PreTrainedModel
    prepare: Prepare

    @property
    def batch(self) -> int:
        """Images that are looked at together."""
        return _CPU_IMAGES if self.model.device.type == "cpu" else _GPU_IMAGES


def run_images(
    loaded: VisionModel,
    records: Sequence[Record],
    forward: Callable[[torch.Tensor], Scores],
    answer: Callable[[Record, Scores], Suggestion],
) -> Iterator[Sequence[Suggestion]]:
    """Suggestions for records of images, in batches; unreadable ones are abstentions.

    Parameters
    ----------
    loaded
        The model.
    records
        Records that open images.
    forward
        Probabilities ``[images, labels]`` of pixels ``[images, channels, height, width]``.
    answer
        Makes a suggestion of a record's probabilities.
    """
    for pictures in read_ahead(records, loaded.prepare, loaded.batch):
        if pictures.unreadable:
            yield [abstain(records[at].id, why) for at, why in pictures.unreadable]
        for same in _of_one_size(pictures):
            yield from _run(loaded, records, pictures, same, forward, answer)


def _run(
    loaded: VisionModel,
    records: Sequence[Record],
    pictures: Pictures,
    same: Indices,
    forward: Callable[[torch.Tensor], Scores],
    answer: Callable[[Record, Scores], Suggestion],
) -> Iterator[Sequence[Suggestion]]:
    model = loaded.model

    @torch.inference_mode()
    def look(part: Indices) -> Scores:
        pixels = np.stack([pictures.pixels[int(at)] for at in part])
        return forward(to_device(pixels, model.device).to(model.dtype))

    for part, scores in run_halving(look, same, "an image"):
        at = [pictures.positions[int(one)] for one in part]
        yield [answer(records[one], row) for one, row in zip(at, scores, strict=True)]


def _of_one_size(pictures: Pictures) -> Iterator[Indices]:
    """Positions of pictures that can be stacked: some models keep an image's proportions."""
    order = sorted(range(len(pictures.pixels)), key=lambda at: pictures.pixels[at].shape)
    for _, group in groupby(order, key=lambda at: pictures.pixels[at].shape):
        yield np.array(list(group), dtype=np.int64)
