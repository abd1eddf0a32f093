"""``%learn``: from what was typed to what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from IPython.display import display

from sciml_magics.magics.names import find_frame
from sciml_magics.magics.review import stored
from sciml_magics.panels.progress import in_kernel

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from sciml_magics import api
    from sciml_magics.magics.learn_arguments import LearnLine
    from sciml_magics.magics.sciml import SciML

_SETTINGS = (
    "method", "model", "epochs", "learning_rate", "rank", "class_weights",
    "consistency", "patience", "accumulate", "max_length", "seed", "force", "search",
)  # fmt: skip


def learn(shell: InteractiveShell, settings: SciML, line: LearnLine) -> None:
    """Teach a model what people answered, or choose which one answers.

    Raises
    ------
    SciMLError
        If something that was typed does not work; one line says what.
    Stopped
        If the person interrupted; what answers the task stays.
    """
    store = line.store or settings.store
    task = stored(line.task, store)
    if line.rollback or line.promote:
        told = task.promote(line.promote, store) if line.promote else task.rollback(store)
        if not line.quiet:
            print(told)
        return
    given = _options(settings, line)
    if line.frame:
        given["frame"] = find_frame(shell.user_ns, line.frame)
    if line.curve:
        curve = task.learning_curve(**given)
        if not line.quiet and not in_kernel():
            print(curve)
        return
    found = task.learn(**given)
    if not line.quiet:
        display(found)


def _options(settings: SciML, line: LearnLine) -> api.LearnOptions:
    given: dict[str, Any] = {name: getattr(line, name) for name in _SETTINGS}
    given |= {
        "device": line.device or settings.device,
        "precision": line.precision or settings.precision,
        "promote": not line.no_promote,
        "suggest": not line.no_suggest,
        "track": line.track or (),
        "by": settings.annotator,
        "store": line.store or settings.store,
        "progress": settings.progress and not line.quiet,
    }
    return cast("api.LearnOptions", given)
