"""From what is asked of a review to the panel that shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sciml_magics.errors import FrameError, TaskError
from sciml_magics.panels.host import ReviewPanel, review_panel
from sciml_magics.panels.messages import Open
from sciml_magics.panels.service import Caller, service
from sciml_magics.panels.shown import Filter

if TYPE_CHECKING:
    import pandas as pd

    from sciml_magics.api.options import ReviewOptions
    from sciml_magics.frames import Records
    from sciml_magics.learning.pictures import Openers
    from sciml_magics.store import Store
    from sciml_magics.tasks import Task


def review_task(task: Task, frame: pd.DataFrame | None, options: ReviewOptions) -> ReviewPanel:
    """A panel that reviews `task`; see `sciml_magics.api.Task.review`."""
    store = options.get("store")
    return review_panel(review_asked(task, frame, options), None if store is None else str(store))


def review_asked(task: Task, frame: pd.DataFrame | None, options: ReviewOptions) -> Open:
    """The request that opens the review.

    Raises
    ------
    SciMLError
        If the query does not work, or the store does not know the task; or label errors are asked
        for, and too few answers are there.
    """
    where = options.get("store")
    caller = Caller(store=None if where is None else str(where))
    store = service().store(caller)
    known = store.latest(task.name)
    if known is None:
        raise TaskError(f"no task '{task.name}' in {store.name}: annotate something first")
    overlap = options.get("overlap", 1)
    if not 1 <= overlap <= 100:
        raise TaskError(f"{overlap} people for each record: choose 1 to 100")
    order = options.get("order", "mixed")
    chosen = _chosen(known, frame, options)
    images: Openers = chosen.openers() if chosen and known.input == "image" else {}
    service().images.remember(images)
    if order == "errors":
        from sciml_magics.api.learning import images_of
        from sciml_magics.learning.doubts.label_errors import refresh_label_errors

        # All answers judge each other, also those that the query leaves out.
        if known.input == "image" and options.get("where") is not None:
            images = images_of(known, frame, store)
        refresh_label_errors(store, known, images)
    return Open(
        task=task.name,
        order=order,
        filter=Filter(selection=_selection(known, chosen, options, store)),
        model=options.get("model"),
        overlap=overlap,
        role="adjudicator" if options.get("adjudicate") else "annotator",
        annotator=options.get("annotator"),
    )


def _chosen(task: Task, frame: pd.DataFrame | None, options: ReviewOptions) -> Records | None:
    """The records that a query chooses; all of a frame with images; else ``None``."""
    query = options.get("where")
    if frame is None:
        if query is not None:
            raise FrameError("which frame does --where look at? name it with --frame")
        return None
    if query is None and task.input != "image":
        return None
    from sciml_magics.frames import read_records, select_rows

    rows = select_rows(frame, where=query, variables=options.get("variables"))
    records = read_records(frame, task, rows)
    if query is not None and not len(records):
        raise FrameError(f"--where {query!r} holds for no row with a text: widen it")
    return records


def _selection(
    task: Task, chosen: Records | None, options: ReviewOptions, store: Store
) -> str | None:
    """Name of the set of records that a query chose; ``None`` for all."""
    if chosen is None or options.get("where") is None:
        return None
    return store.select(store.task(task), chosen.ids)
