"""What all models of images share: embeddings, and answers that follow from them."""

from __future__ import annotations

import warnings
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from sciml_magics.models.answers import NOT_FINITE, abstain
from sciml_magics.models.base import BaseSuggester
from sciml_magics.models.images import ImageLike, as_record, why_unreadable
from sciml_magics.tasks import Record, Suggestion, Task

if TYPE_CHECKING:
    import torch

    from sciml_magics.models.vision import Halves, Indices, VisionModel

Loaded = TypeVar("Loaded")
Vectors = npt.NDArray[np.float32]
Scores = npt.NDArray[np.float32]

_SHOWN = 3


class ImageModel(BaseSuggester[Loaded]):
    """A model of images whose answers follow from one vector of each image.

    So an image in the store is looked at once, whatever is asked about it. Families give `vision`,
    `features`, `dimension`, `make_key` and `answers`.
    """

    can = frozenset({("image", "label"), ("image", "labels")})

    @property
    @abstractmethod
    def vision(self) -> VisionModel:
        """What looks at images."""

    @property
    @abstractmethod
    def dimension(self) -> int:
        """How long an image's vector is."""

    @abstractmethod
    def features(self, pixels: torch.Tensor) -> torch.Tensor:
        """Vectors ``[images, dimension]`` of pixels ``[images, channels, height, width]``."""

    @abstractmethod
    def make_key(self) -> str:
        """Hash of everything that decides the vectors."""

    @abstractmethod
    def answers(
        self, records: Sequence[Record], vectors: Vectors, task: Task
    ) -> Sequence[Suggestion]:
        """Suggestions for records whose images could be read."""

    @cached_property
    def encoder_key(self) -> str:
        """Under which the vectors are kept."""
        return self.make_key()

    def embed(self, images: Sequence[ImageLike]) -> Vectors:
        """Embeddings of images; of equal ones once.

        Parameters
        ----------
        images
            Paths, open images of Pillow, or the bytes of image files; ``n`` of them.

        Returns
        -------
        numpy.ndarray
            Shape ``[n, dimension]``, float32, of length 1: the product of two is their cosine. A
            row is not a number where the image cannot be read; a warning says why.
        """
        records = [as_record(image) for image in images]
        once = list({record.id: record for record in records}.values())
        places = {record.id: at for at, record in enumerate(once)}
        found = np.empty((len(once), self.dimension), dtype=np.float32)
        for at, vectors in self.vectors_of(once):
            found[at] = vectors
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        unit = (found / np.where(lengths > 0, lengths, 1))[[places[one.id] for one in records]]
        self._warn(records, np.flatnonzero(np.isnan(unit).any(axis=1)))
        return np.asarray(unit, dtype=np.float32).reshape(len(records), self.dimension)

    def vectors_of(self, records: Sequence[Record]) -> Iterator[tuple[Indices, Halves]]:
        """Vectors of records in batches, with their positions; see `Embeds`."""
        from sciml_magics.models.vision import run_images

        return run_images(self.vision, records, self.features, self.dimension)

    def suggest(self, records: Sequence[Record], task: Task) -> Iterator[Sequence[Suggestion]]:
        """Batches of suggestions; an image that cannot be read is an abstention that says why."""
        for at, found in self.vectors_of(records):
            yield self.suggest_from([records[int(one)] for one in at], found.astype("f4"), task)

    def suggest_from(
        self, records: Sequence[Record], vectors: Vectors, task: Task
    ) -> list[Suggestion]:
        """Suggestions from vectors: see `sciml_magics.models.protocol.FromVectors`."""
        read = np.asarray(np.isfinite(vectors).all(axis=1))
        some = np.flatnonzero(read).tolist()
        told = iter(self.answers([records[at] for at in some], vectors[read], task))
        return [
            next(told) if seen else abstain(record.id, why_unreadable(record) or NOT_FINITE)
            for record, seen in zip(records, read.tolist(), strict=True)
        ]

    def _warn(self, records: Sequence[Record], gone: Indices) -> None:
        if not len(gone):
            return
        shown = [f"{at}: {why_unreadable(records[at])}" for at in gone[:_SHOWN].tolist()]
        more = f"; {len(gone) - _SHOWN:,} more" if len(gone) > _SHOWN else ""
        warnings.warn(
            f"{len(gone):,} of {len(records):,} images have no embedding; {'; '.join(shown)}{more}",
            UserWarning,
            stacklevel=3,
        )
