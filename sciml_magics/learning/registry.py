"""The models that were trained for the tasks of a store, and which of them answers each task."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from sciml_magics.errors import LearningError, ModelError
from sciml_magics.learning.naming import models_folder, next_number, place, slug
from sciml_magics.models import ModelFiles, find_model
from sciml_magics.store import Store
from sciml_magics.store.trained import (
    Made,
    Promotion,
    Trained,
    add_promotion,
    add_trained,
    promoted,
    promotions_of,
    trained_models,
)
from sciml_magics.tasks import Task


class Registry:
    """The trained models of a store.

    Their folders lie beside the store's file, in ``<its name>_models``; the store notes them from
    there, so both can be moved together. On a server they lie in the working directory.

    Parameters
    ----------
    store
        The store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def folder(self) -> Path:
        """Where the folders of the models lie."""
        return models_folder(self._store)

    def add(self, task: Task, folder: Path, made: Made) -> Trained:
        """Take in a model that was trained: its folder gets its place and name, then it is noted.

        Parameters
        ----------
        task
            The version that it was trained for.
        folder
            Holds it now, on the same disk as the registry; it is moved.
        made
            What is to be noted; name, folder and the model's id are filled in here.

        Raises
        ------
        LearningError
            If the folder cannot be moved; nothing is noted then.
        StoreError
            If it cannot be noted; the folder is back where it was then.
        """
        names = [one.name for one in self.all(task)]
        beginning = slug(task.name)
        number = next_number(beginning, names, self.folder)
        name = f"{beginning}-{number}"
        target = self.folder / name
        told = target.relative_to(place(self._store)).as_posix()
        try:
            os.rename(folder, target)
        except OSError as error:
            raise LearningError(
                f"the model cannot be moved to '{target}' ({error.strerror or error}): "
                "make the folder writable and run the same cell again"
            ) from error
        named = replace(made, name=name, folder=told, model=replace(made.model, id=told))
        try:
            return add_trained(self._store.database, self._store.task(task), named)
        except BaseException:
            with suppress(OSError):
                os.rename(target, folder)
            raise

    def all(self, task: Task | None = None) -> list[Trained]:
        """Models that were trained, oldest first: for all tasks, or for all versions of one."""
        name, kind = (None, None) if task is None else (task.name, task.kind)
        return trained_models(self._store.database, name, kind)

    def find(self, task: Task, name: str) -> Trained:
        """The model of this name.

        Raises
        ------
        LearningError
            If there is none.
        """
        known = {one.name: one for one in self.all(task)}
        if name not in known:
            names = ", ".join(known) or "none yet"
            raise LearningError(f"task '{task.name}' has no model '{name}'; it has: {names}")
        return known[name]

    def current(self, task: Task) -> Trained | None:
        """The trained model that answers a task; ``None`` where the base does."""
        return promoted(self._store.database, task.name, task.kind)

    def history(self, task: Task) -> list[Promotion]:
        """Promotions in a task, oldest first: the last one holds."""
        return promotions_of(self._store.database, task.name, task.kind)

    def promote(
        self,
        task: Task,
        chosen: Trained,
        reason: str,
        by: str,
        comparison: Mapping[str, Any] | None = None,
    ) -> None:
        """From here on `chosen` answers the task; nothing is noted if it does so already.

        Raises
        ------
        ModelError
            If its folder is gone, or was changed.
        """
        self.files(chosen)
        current = self.current(task)
        if current is not None and current.id == chosen.id:
            return
        store = self._store
        add_promotion(store.database, store.task(task), chosen, reason, comparison or {}, by)

    def rollback(self, task: Task, by: str) -> tuple[Trained | None, tuple[str, ...]]:
        """Take the last promotion back: the one before it holds again, at last the base.

        Returns
        -------
        trained
            What answers the task now; ``None`` for the base.
        notes
            What was passed over because its folder is gone or was changed, a sentence each.

        Raises
        ------
        LearningError
            If the base answers the task already.
        """
        before = _standing(self.history(task))
        if not before:
            raise LearningError(
                f"task '{task.name}' has nothing to go back from: its base model answers it"
            )
        current = before.pop()
        notes = []
        while before and (problem := self.problem(before[-1])):
            notes.append(problem)
            before.pop()
        back = before[-1] if before else None
        reason = f"rolled back from {current.name}"
        add_promotion(
            self._store.database,
            self._store.task(task),
            back,
            reason,
            {"rolled_back": current.name, "passed": len(notes)},
            by,
        )
        return back, tuple(notes)

    def files(self, trained: Trained) -> ModelFiles:
        """The files of a model, as they were when it was made.

        Its id is its folder as the store notes it, so that answers it gave before the project was
        moved are still its answers.

        Raises
        ------
        ModelError
            If its folder is gone, or was changed since.
        """
        folder = place(self._store) / trained.made.folder
        way_out = f"or go back with %learn {trained.task.name} --rollback"
        if not (folder / "config.json").is_file():
            raise ModelError(
                f"the model {trained.name} is gone: put its folder '{trained.made.folder}' back, "
                f"{way_out}"
            )
        files = find_model(folder)
        if files.revision != trained.model.revision:
            raise ModelError(
                f"the model {trained.name} was changed since it was trained: put its folder "
                f"'{trained.made.folder}' back as it was, {way_out}"
            )
        return replace(files, id=trained.made.folder)

    def problem(self, trained: Trained) -> str:
        """Why a model cannot be used, in one line; empty where it can."""
        try:
            self.files(trained)
        except ModelError as error:
            return str(error)
        return ""


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it, as far as that is possible."""
    shutil.rmtree(folder, ignore_errors=True)


def _standing(history: list[Promotion]) -> list[Trained]:
    """The promotions that were not taken back, oldest first."""
    standing: list[Trained] = []
    for one in history:
        if one.is_step_back:
            steps = 1 + int(one.comparison.get("passed", 0))
            del standing[max(0, len(standing) - steps) :]
        elif one.trained is not None:
            standing.append(one.trained)
    return standing
