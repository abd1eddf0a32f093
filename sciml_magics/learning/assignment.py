"""What is asked of a learning, besides the task itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sciml_magics.frames.images import Opener
from sciml_magics.tasks import Method, Training
from sciml_magics.tasks.training import Tracker


@dataclass(frozen=True, slots=True)
class Assignment:
    """How a model is to learn, and what is to become of it.

    Parameters
    ----------
    method
        ``None`` chooses one by `sciml_magics.learning.choice.choose_method`.
    model
        The base: the name of a model that was trained for the task, a Hub id, ``id@revision`` or
        a folder. ``None`` is the base of the promoted model, else what suggested last, else the
        embedded model.
    training
        The settings; its method does not count.
    force
        Train even where nothing was answered since.
    promote
        Let the model answer the task if it is better.
    by
        Who asks.
    search
        How many trainings with different settings the best is chosen of; 0 trains once.
    track
        What follows the training, and writes beside the models.
    images
        What opens images that are in a frame, by the addresses of their records.
    """

    method: Method | None = None
    model: str | None = None
    training: Training = field(default_factory=Training)
    force: bool = False
    promote: bool = True
    by: str = "unknown"
    search: int = 0
    track: tuple[Tracker, ...] = ()
    images: Mapping[bytes, Opener] = field(default_factory=dict, repr=False)
