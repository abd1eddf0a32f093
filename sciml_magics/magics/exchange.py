"""``%export`` and ``%import``: answers to and from the files of other tools."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sciml_magics.errors import SciMLError
from sciml_magics.magics.review import stored

if TYPE_CHECKING:
    from sciml_magics.exchange import Format
    from sciml_magics.magics.review_arguments import ExportLine, ImportLine
    from sciml_magics.magics.sciml import SciML


def export(settings: SciML, line: ExportLine) -> None:
    """Write a task's answers into a file, and say what was written.

    Raises
    ------
    SciMLError
        If something that was typed does not work; one line says what.
    """
    store = line.store or settings.store
    file = _file(line.file, "%export TASK FILE")
    task = stored(line.task, store)
    form = cast("Format | None", line.format)
    from sciml_magics.api.protecting import export_warning

    done = task.export(file, form, what="all" if line.all else "answers", store=store)
    if warning := export_warning(task, store):
        print(warning)
    print(
        f"{task.name}: {done.records:,} records, {done.answers:,} answers and "
        f"{done.predictions:,} suggestions in {done.path} ({done.format})"
    )


def bring_in(settings: SciML, line: ImportLine) -> None:
    """Bring answers or predictions into the store, and say what came in.

    Raises
    ------
    SciMLError
        If something that was typed does not work; one line says what.
    """
    store = line.store or settings.store
    file = _file(line.file, "%import TASK FILE")
    task = stored(line.task, store)
    form = cast("Format | None", line.format)
    who = line.annotator or settings.annotator
    if line.predictions:
        what = "predictions"
        done = task.import_predictions(file, form, model=line.model, by=who, store=store)
    else:
        what = "answers"
        done = task.import_answers(file, form, annotator=who, store=store)
    parts = [f"{done.added:,} {what} added", f"{done.known:,} known before"]
    if done.left_out:
        parts.append(f"{done.left_out:,} entries left out")
    print(f"{task.name}: {done.records:,} records in {file} · {' · '.join(parts)}")


def _file(file: str | None, usage: str) -> str:
    if file is None:
        raise SciMLError(f"which file? write {usage}")
    return file
