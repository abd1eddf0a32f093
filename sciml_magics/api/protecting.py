"""Find personal data in a frame, and put pseudonyms in its place: ``%privacy`` as a function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sciml_magics.annotation import Listener, person
from sciml_magics.api.jobs import watched
from sciml_magics.api.models import model_for
from sciml_magics.models import Options, Suggester, open_model
from sciml_magics.panels.privacy import privacy_html, privacy_text
from sciml_magics.quality.privacy.job import Looked, look, rescanner
from sciml_magics.quality.privacy.marks import counted, taught_kinds
from sciml_magics.quality.privacy.suggester import PersonalData
from sciml_magics.store import open_store

if TYPE_CHECKING:
    from sciml_magics.quality.privacy.pseudonyms.frames import Pseudonymised
    from sciml_magics.store import Store
    from sciml_magics.tasks import Task

SURE = 0.4


@dataclass(frozen=True, repr=False)
class Privacy:
    """Personal data that was found in a frame, and the frame without it where that was asked for.

    Parameters
    ----------
    name
        What the frame is called.
    counts
        A row for each column and kind: ``column``, ``kind``, ``rows``, ``found``, ``different``.
    tasks
        Names of the tasks that mark it, for ``%review`` and ``%learn``.
    frame
        The new frame with pseudonyms; ``None`` where it was not asked for.
    left
        Of the new frame, what a second look still finds: ``column``, ``kind``, ``rows``.
    key
        The key file and the key's fingerprint, in words; empty without pseudonyms.
    replaced
        How many stretches of text were replaced.
    notes
        What the person should know, a sentence each.
    """

    name: str
    counts: pd.DataFrame
    tasks: tuple[str, ...]
    frame: pd.DataFrame | None = None
    left: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["column", "kind", "rows"])
    )
    key: str = ""
    replaced: int = 0
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return privacy_text(self)

    def _repr_html_(self) -> str:
        return privacy_html(self)


def privacy(
    frame: pd.DataFrame,
    columns: Sequence[str] | None = None,
    *,
    name: str = "table",
    model: str | None = None,
    threshold: float = SURE,
    pseudonymise: bool = False,
    key_file: str | Path | None = None,
    by_person: str | None = None,
    device: str = "auto",
    by: str | None = None,
    store: str | Path | None = None,
    progress: bool | Listener = True,
) -> Privacy:
    """Find personal data in the columns of a frame, and put pseudonyms in its place.

    Each column is a task of its own, ``NAME.COLUMN.personal``: what is found comes up in its
    review, and a model can learn from what people corrected. What is in the store is not redone.

    Parameters
    ----------
    frame
        The user's frame; it is never changed.
    columns
        The columns to look at; ``None`` for all that hold texts, and for numbers and dates that
        are called like personal data (``phone``, ``birth_date``).
    name
        What the frame is called: the tasks are named after it.
    model
        A trained tagger beside Presidio and the rules: Hub id, ``id@revision``, a folder, or the
        name of a model that was trained for the task. ``None`` is the one that `Task.learn`
        promoted for the column, else no model.
    threshold
        Suggestions with a lower score are left out; what people answered always counts.
    pseudonymise
        Make a new frame with pseudonyms in place of what was found, answers of people respected:
        accepted and corrected spans are replaced, rejected ones stay.
    key_file
        File of the key that decides the pseudonyms, made where there is none; ``None`` for
        ``~/.config/sciml_magics/pseudonyms.key``.
    by_person
        Column that tells whose row it is: dates are then shifted differently for each person.
    device
        Where the model runs.
    by
        Who asks; the person at the keyboard by default.
    store, progress
        As of `sciml_magics.Task.run`.

    Returns
    -------
    Privacy
        What was found, by column and kind, and the new frame where one was asked for.

    Raises
    ------
    QualityError
        If Presidio is not installed, the key cannot be used, or a value that was found also stands
        in a column that was not looked at.
    SciMLError
        If a column, the model or the store does not allow it.
    Stopped
        If the person interrupted; what was done is stored, and the same call goes on.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> import sciml_magics as sm
    >>> notes = pd.DataFrame({"note": ["Call Ada Lovelace at ada@lovelace.org.", "All is well."]})
    >>> folder = tempfile.TemporaryDirectory()
    >>> found = sm.privacy(
    ...     notes,
    ...     pseudonymise=True,
    ...     key_file=folder.name + "/key",
    ...     store=folder.name + "/sciml_magics.db",
    ...     progress=False,
    ... )
    >>> found.counts["kind"].tolist()
    ['person', 'email']
    >>> "Lovelace" in found.frame["note"][0], found.frame["note"][1]
    (False, 'All is well.')
    >>> folder.cleanup()
    """
    where = open_store(store)
    choose = partial(_suggester, where, model, device)
    early = f"{name}: stopped before anything was computed"
    with watched(f"{name}: personal data", progress, early) as listen:
        looked = look(
            frame,
            name,
            where,
            choose,
            columns=columns,
            by=by or person(),
            threshold=threshold,
            listen=listen,
        )
    tasks = tuple(one.task.name for one in looked.marks)
    found = Privacy(name, counted(looked.marks), tasks, notes=_notes(looked))
    if not pseudonymise:
        return found
    done, key = _pseudonymised(frame, looked, choose, key_file, by_person)
    return Privacy(
        name=name,
        counts=found.counts,
        tasks=tasks,
        frame=done.frame,
        left=done.left,
        key=key,
        replaced=done.replaced,
        notes=(*found.notes, *done.notes),
    )


def export_warning(task: Task, store: str | Path | None = None) -> str:
    """One line that warns of personal data in what a task exports; empty where none is known."""
    from sciml_magics.quality.privacy.known import texts_with_personal_data

    count, name = texts_with_personal_data(open_store(store), task)
    if not count:
        return ""
    return (
        f"{count:,} of these texts hold personal data ({name}): to share them, make a frame "
        "without it first, with %privacy FRAME --pseudonymise"
    )


def _suggester(store: Store, wanted: str | None, device: str, task: Task) -> Suggester:
    """What marks the texts of a task: a model where one is named or was promoted, and the rules."""
    model = model_for(store, task, wanted)
    if model is None:
        return PersonalData()
    decides = taught_kinds(store, task) if wanted is None else None
    return PersonalData(open_model(model, Options(device=device)), decides)


def _pseudonymised(
    frame: pd.DataFrame,
    looked: Looked,
    choose: partial[Suggester],
    key_file: str | Path | None,
    by_person: str | None,
) -> tuple[Pseudonymised, str]:
    from sciml_magics.quality.privacy.pseudonyms.frames import pseudonymise
    from sciml_magics.quality.privacy.pseudonyms.keys import open_key

    key = open_key(key_file)
    done = pseudonymise(
        frame,
        looked.marks,
        key,
        rescanner(choose),
        dates=looked.chosen.dates,
        person=by_person,
    )
    return done, f"{key.path} ({key.fingerprint})"


def _notes(looked: Looked) -> tuple[str, ...]:
    decided = sum(int(one.answered.sum()) for one in looked.marks)
    read = [f"{decided:,} texts are as people answered them"] if decided else []
    notes = [note for one in looked.marks for note in one.records.notes]
    return (*looked.chosen.notes, *notes, *read)
