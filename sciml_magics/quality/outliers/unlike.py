"""Texts and images unlike all others of their column, by the distance of their embeddings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from sciml_magics.models.vectors import centred
from sciml_magics.quality.findings import Detector, Finding, detector
from sciml_magics.quality.outliers.deviations import apart, deviations
from sciml_magics.quality.outliers.pictures import by_looks, by_model, opens_images, read_pictures
from sciml_magics.quality.table import Column, Table
from sciml_magics.tasks import Record

Vectors = npt.NDArray[np.float32]
Values = npt.NDArray[np.float64]
Embed = Callable[[list[str]], Vectors]

TEXTS = 3_000
"""Of more different texts of a column than these, so many are drawn at random."""
TOGETHER = 30_000
"""Of all columns together, so many."""
IMAGES = 2_000
"""Of more different images of a column than these, so many are drawn at random."""

_LEAST_VALUES = 30
_FEWEST_DRAWN = 300
_WORDS = 3.0  # of a text, on the average: shorter ones are categories or names
_NEIGHBOURS = 3
_LEAST = 3.5
_MOST = 0.03
_EVEN = 6.0
_SHOWN = 40


@detector("outlying text")
class OutlyingTexts:
    """Flags texts whose nearest others of the column are far, by the embedded model.

    Of very many columns of texts only those with the longest are looked at, which is noted.

    Parameters
    ----------
    embed
        Turns texts into vectors of length 1, ``[texts, dimension]``; the embedded model without it.
    seed
        Of the texts that are drawn where there are more than `TEXTS` or `TOGETHER`.
    """

    def __init__(self, embed: Embed | None = None, seed: int = 0) -> None:
        self.embed = embed
        self.seed = seed
        self.notes: list[str] = []

    def find(self, table: Table) -> Iterator[Finding]:
        """One finding for each column of texts with outliers."""
        columns = self._columns(table)
        most = min(TEXTS, TOGETHER // max(1, len(columns)))
        for column in columns:
            drawn = _drawn(len(column.values), most, self.seed)
            texts = [column.texts[at] for at in drawn.tolist()]
            vectors = (self.embed or _embedded)(texts)
            distances, nearest = to_nearest(vectors)
            found, off = _apart(distances)
            usual = 1 - float(np.median(distances))
            words = {
                int(drawn[at]): f"unlike the other texts of the column: nearest is "
                f"“{_short(texts[int(nearest[at])])}”, with a likeness of "
                f"{1 - distances[at]:.2f} where {usual:.2f} is usual"
                for at in found.tolist()
            }
            yield from _told("outlying text", column, drawn[found], off, words)

    def _columns(self, table: Table) -> list[Column]:
        """Those that hold texts, of very many the ones with the longest."""
        long = [(column, words) for column in table if (words := _words(column)) >= _WORDS]
        most = TOGETHER // _FEWEST_DRAWN
        if len(long) > most:
            self.notes.append(
                f"outlying texts were sought in {most:,} of {len(long):,} columns of texts, those "
                "whose texts are longest"
            )
            long = sorted(long, key=lambda one: -one[1])[:most]
        return [column for column, _ in long]


@detector("outlying image")
class OutlyingImages:
    """Flags images whose nearest others of the column are far, by what they look like as a whole.

    An image is described by the embedding of a model of images where one is named, else by its
    colours, brightness and edges on a coarse grid; a finding says which of the two it was. A column
    holds images where its cells are open images, the bytes of image files, or paths of them. Equal
    images are looked at once, and those that cannot be read are left out, which is noted.

    Parameters
    ----------
    model
        A CLIP, SigLIP or image-classification model: Hub id, ``id@revision`` or folder.
    seed
        Of the rows that are drawn where there are more than `IMAGES`.

    Raises
    ------
    SciMLError
        From `find`, if there is no such model, or it has no embeddings of images.
    """

    def __init__(self, model: str | None = None, seed: int = 0) -> None:
        self.model = model
        self.seed = seed
        self.notes: list[str] = []

    def find(self, table: Table) -> Iterator[Finding]:
        """One finding for each column of images with outliers."""
        for column in table:
            if opens_images(column):
                yield from self._find(column)

    def _find(self, column: Column) -> Iterator[Finding]:
        pictures = read_pictures(column, _drawn(len(column), IMAGES, self.seed))
        self._note(column, pictures.unreadable)
        if len(pictures.records) < _LEAST_VALUES:
            return
        describe = by_looks() if self.model is None else by_model(self.model)
        vectors = describe.vectors(pictures.records)
        read = np.asarray(np.isfinite(vectors).all(axis=1))
        gone = np.flatnonzero(~read).tolist()
        self._note(column, {pictures.rows[at][0]: _why(pictures.records[at]) for at in gone})
        if read.sum() < _LEAST_VALUES:
            return
        rows = [pictures.rows[at] for at in np.flatnonzero(read).tolist()]
        distances, _ = to_nearest(centred(vectors[read]))
        found, off = _apart(distances)
        usual = float(np.median(distances))
        told = [
            (row, score, distances[at])
            for at, score in zip(found.tolist(), _scores(off).tolist(), strict=True)
            for row in rows[at]
        ]
        if told:
            told.sort()
            words = [
                f"unlike the other images of the column by {describe.by}: {far:.2f} from the "
                f"nearest where {usual:.2f} is usual"
                for _, _, far in told
            ]
            at, scores = (np.array([one[part] for one in told]) for part in (0, 1))
            yield Finding(
                "outlying image", column.name, at.astype(np.int64), scores.astype("f4"), words
            )

    def _note(self, column: Column, unreadable: Mapping[int, str]) -> None:
        if not unreadable:
            return
        row, why = next(iter(unreadable.items()))
        many = len(unreadable)
        are = "image that cannot" if many == 1 else "images that cannot"
        self.notes.append(
            f"'{column.name}' has {many:,} {are} be read: left out of the search for outlying "
            f"ones; row {row}: {why}"
        )


def seen_by(make: Callable[[], Detector], model: str) -> Callable[[], Detector]:
    """What makes a detector: the one of images by a model's embeddings, others as they are."""
    return (lambda: OutlyingImages(model)) if make is OutlyingImages else make


def _why(record: Record) -> str:
    from sciml_magics.models.images import why_unreadable

    return why_unreadable(record) or "the model's numbers for it are none"


def to_nearest(vectors: Vectors) -> tuple[Values, npt.NDArray[np.int64]]:
    """For each vector of length 1 the mean distance to its nearest others, and the nearest of all.

    Distances are 1 less the cosine.

    Examples
    --------
    >>> vectors = np.array([[1, 0], [1, 0], [0, 1]], dtype=np.float32)
    >>> distances, nearest = to_nearest(vectors)
    >>> distances.tolist(), nearest.tolist()
    ([0.5, 0.5, 1.0], [1, 0, 0])
    """
    alike = vectors @ vectors.T
    np.fill_diagonal(alike, -np.inf)
    many = min(_NEIGHBOURS, len(vectors) - 1)
    best = np.partition(alike, len(vectors) - many, axis=1)[:, -many:]
    return 1 - best.mean(axis=1, dtype=np.float64), alike.argmax(axis=1)


def _words(column: Column) -> float:
    """Words of a text on the average; 0 where a column holds something else, or few values."""
    if column.typed or column.numeric or len(column.values) < _LEAST_VALUES:
        return 0.0
    tried = column.values[:200].tolist()
    if not all(isinstance(text, str) for text in tried):
        return 0.0
    return float(np.mean([len(text.split()) for text in tried]))


def _drawn(count: int, most: int, seed: int) -> npt.NDArray[np.int64]:
    if count <= most:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, most, replace=False))


def _apart(distances: Values) -> tuple[npt.NDArray[np.int64], Values]:
    off = np.maximum(deviations(distances), 0)
    found = np.flatnonzero(apart(off, _LEAST, _MOST, gap=1.1)).astype(np.int64)
    return found, off[found]


def _scores(off: Values) -> npt.NDArray[np.float32]:
    return (1 / (1 + np.exp(_EVEN - np.minimum(off, 1e3)))).astype(np.float32)


def _told(
    name: str, column: Column, codes: npt.NDArray[np.int64], off: Values, words: dict[int, str]
) -> Iterator[Finding]:
    """One finding about all rows that hold one of these values."""
    if not len(codes):
        return
    scores = np.zeros(len(column.values), dtype=np.float32)
    scores[codes] = _scores(off)
    rows = np.flatnonzero(np.isin(column.codes, codes)).astype(np.int64)
    held = column.codes[rows]
    yield Finding(name, column.name, rows, scores[held], [words[code] for code in held.tolist()])


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _embedded(texts: Sequence[str]) -> Vectors:
    from sciml_magics.quality.standard.meaning import embedded

    return embedded(list(texts))
