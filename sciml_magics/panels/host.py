"""The review surface as a widget: under a cell, in every host that shows ipywidgets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets
from IPython.core.getipython import get_ipython

from sciml_magics.errors import SciMLError
from sciml_magics.panels.comms import accept_comms
from sciml_magics.panels.handlers import reply
from sciml_magics.panels.messages import Open
from sciml_magics.panels.service import Caller, service

if TYPE_CHECKING:
    from collections.abc import Callable

_STATIC = Path(__file__).parent / "static"


def review_panel(asked: Open, store: str | None = None) -> ReviewPanel:
    """A panel that reviews a task.

    Parameters
    ----------
    asked
        What to review.
    store
        File or address of the store, ``None`` for the one that the notebook has set.

    Raises
    ------
    SciMLError
        If the package was installed without its front end.
    """
    if not (_STATIC / "widget.js").exists():
        raise SciMLError("the review panel is not built: run `jlpm build` in labextension/")
    shell = get_ipython()
    if shell is not None:
        accept_comms(shell)  # as the magics do, which need not be loaded
    return ReviewPanel(review=asked.model_dump(mode="json"), store=store)


class ReviewPanel(anywidget.AnyWidget):
    """Hosts the review surface.

    Its front end asks over the kernel's comms where it can reach them, which are answered while a
    cell runs, else by the messages of this widget, which wait for the cell.
    """

    _esm = _STATIC / "widget.js"
    _css = _STATIC / "widget.css"

    review = traitlets.Dict(help="Parameters of the request `open`.").tag(sync=True)
    store = traitlets.Unicode(None, allow_none=True, help="Parameter of `hello`.").tag(sync=True)
    shortcuts = traitlets.Dict(help="Other keys for what keys do.").tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self._caller = Caller()
        self._end: Callable[[], None] | None = None
        self.on_msg(self._receive)

    def __repr__(self) -> str:
        return f"Review of '{self.review.get('task', '')}': shown while its kernel runs"

    def close(self) -> None:
        """Close the widget everywhere."""
        if self._end is not None:
            self._end()
        super().close()

    def _receive(self, widget: Any, content: object, buffers: object) -> None:
        if self._end is None:
            # It has no comms of its own: what the kernel tells goes this way too.
            self._end = service().announcements.subscribe(self.send)
        self.send(reply(service(), self._caller, content))
