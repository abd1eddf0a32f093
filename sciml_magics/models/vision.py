"""A loaded model that reads images, and the running of it over records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch

from sciml_magics.models.batching import run_halving, to_device
from sciml_magics.models.images import Pictures, Prepare, read_ahead
from sciml_magics.tasks import Record

if TYPE_CHECKING:
    from transformers import PreTrainedModel

Indices = npt.NDArray[np.int64]
Halves = npt.NDArray[np.float16]

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
    features: Callable[[torch.Tensor], torch.Tensor],
    dimension: int,
) -> Iterator[tuple[Indices, Halves]]:
    """Features of images in batches, in half precision, as they are kept.

    Parameters
    ----------
    loaded
        The model.
    records
        Records that open images.
    features
        Vectors ``[images, dimension]`` of pixels ``[images, channels, height, width]``.
    dimension
        How long a vector is.

    Yields
    ------
    positions
        In `records`, shape ``[m]``; every one comes once.
    vectors
        Shape ``[m, dimension]``; not a number where an image cannot be read.
    """
    for pictures in read_ahead(records, loaded.prepare, loaded.batch):
        if pictures.unreadable:
            gone = np.array([at for at, _ in pictures.unreadable], dtype=np.int64)
            yield gone, np.full((len(gone), dimension), np.nan, dtype=np.float16)
        for same in _of_one_size(pictures):
            yield from _run(loaded, pictures, same, features)


def _run(
    loaded: VisionModel,
    pictures: Pictures,
    same: Indices,
    features: Callable[[torch.Tensor], torch.Tensor],
) -> Iterator[tuple[Indices, Halves]]:
    model = loaded.model
    positions = np.array(pictures.positions, dtype=np.int64)

    @torch.inference_mode()
    def look(part: Indices) -> Halves:
        pixels = np.stack([pictures.pixels[int(at)] for at in part])
        found = features(to_device(pixels, model.device).to(model.dtype))
        halves: Halves = found.to(torch.float16).cpu().numpy()
        return halves

    for part, vectors in run_halving(look, same, "an image"):
        yield positions[part], vectors


def _of_one_size(pictures: Pictures) -> Iterator[Indices]:
    """Positions of pictures that can be stacked: some models keep an image's proportions."""
    order = sorted(range(len(pictures.pixels)), key=lambda at: pictures.pixels[at].shape)
    for _, group in groupby(order, key=lambda at: pictures.pixels[at].shape):
        yield np.array(list(group), dtype=np.int64)
