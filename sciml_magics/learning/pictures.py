"""The images of records that the store holds: found again, and whether a model can read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sciml_magics.errors import LearningError, ModelError
from sciml_magics.frames.images import Opener, open_again
from sciml_magics.learning.answers import Answered
from sciml_magics.learning.vectors import vectors
from sciml_magics.models import Embeds, ModelFiles, Options, open_model
from sciml_magics.models.images import why_unreadable
from sciml_magics.models.training.image_head import check_takes_head
from sciml_magics.store import Store
from sciml_magics.tasks import Record, Task

if TYPE_CHECKING:
    import pandas as pd

Openers = Mapping[bytes, Opener]

_SHOWN = 2


def openers_of(frame: pd.DataFrame, task: Task) -> Openers:
    """What opens the images of a frame, by the addresses of their records.

    Raises
    ------
    FrameError
        If the frame does not have the task's column, or holds no images there.
    """
    from sciml_magics.frames import read_records

    return read_records(frame, task, np.arange(len(frame), dtype=np.int64)).openers()


def with_images(records: Sequence[Record], openers: Openers) -> tuple[Record, ...]:
    """Records of the store that open their images: from a frame, else from their files."""
    return tuple(
        replace(
            record,
            open_image=openers.get(record.id) or open_again(record.id, record.content[0][1]),
        )
        for record in records
    )


def readable(
    store: Store, answered: Answered, base: ModelFiles, options: Options, openers: Openers
) -> Answered:
    """The answers about images that a model can read; the others are left out, which is noted.

    Embeddings that are computed on the way are kept.

    Parameters
    ----------
    store
        Has the embeddings of images that were read before; these need not be found again.
    answered
        Answers to a task on images.
    base
        The model.
    options
        How it runs.
    openers
        Of images that are in a frame.

    Raises
    ------
    ModelError
        If the model has no embeddings of images.
    LearningError
        If no image can be read.
    """
    check_takes_head(base)
    encoder = open_model(base, options)
    if not isinstance(encoder, Embeds):
        raise ModelError(f"model '{base.id}' has no embeddings of images: name another")
    records = with_images(answered.records, openers)
    read, notes = look_at(store, encoder, records)
    if not read:
        name = answered.task.name
        raise LearningError(
            f"task '{name}': {notes[0]}; put the files back, or name the frame that holds them: "
            f"%learn {name} --frame NAME"
        )
    seen = replace(answered, records=records).take(read)
    return replace(seen, notes=(*seen.notes, *notes))


def look_at(
    store: Store, encoder: Embeds, records: Sequence[Record]
) -> tuple[list[int], tuple[str, ...]]:
    """Which records' images can be read, and what is to be said of the others.

    Embeddings that are computed on the way are kept.

    Parameters
    ----------
    store
        Has the embeddings of images that were read before; these need not be found again.
    encoder
        A model of images.
    records
        From `with_images`.
    """
    read = np.isfinite(vectors(store, encoder, records)).all(axis=1)
    gone = [records[at] for at in np.flatnonzero(~read).tolist()]
    if not gone:
        return list(range(len(records))), ()
    why = "; ".join(why_unreadable(record) for record in gone[:_SHOWN])
    why += f"; {len(gone) - _SHOWN:,} more" if len(gone) > _SHOWN else ""
    images = "image cannot" if len(gone) == 1 else "images cannot"
    note = f"{len(gone):,} {images} be read: left out ({why})"
    return np.flatnonzero(read).tolist(), (note,)
