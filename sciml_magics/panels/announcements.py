"""What the kernel tells by itself, to whoever listens."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Any

from sciml_magics import annotation
from sciml_magics.panels.messages import ChangedEvent, Event, Open, ProgressEvent, ShowEvent
from sciml_magics.panels.showing import progress_view

# A person answers several records a second; whoever counts along need not.
SECONDS_BETWEEN = 1.0

_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())  # without one, warnings would be printed into the cell

Send = Callable[[dict[str, Any]], None]


class Announcements:
    """Tells every listener; may be called from every thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sends: list[Send] = []
        self._told: dict[str, float] = {}
        self._waiting: set[str] = set()

    def subscribe(self, send: Send) -> Callable[[], None]:
        """Tell `send` too, until the result is called."""
        with self._lock:
            self._sends.append(send)

        def end() -> None:
            with self._lock, suppress(ValueError):
                self._sends.remove(send)

        return end

    def progress(self, progress: annotation.Progress) -> None:
        """A run goes on; one that ended has left new suggestions."""
        self._tell(ProgressEvent(progress=progress_view(progress)))
        if progress.phase in ("done", "stopped", "failed"):
            self.changed(progress.task)

    def changed(self, task: str) -> None:
        """A task has new suggestions or responses: told at once, but at most once a second."""
        with self._lock:
            wait = self._told.get(task, float("-inf")) + SECONDS_BETWEEN - monotonic()
            if task in self._waiting or not self._sends:
                return
            if wait > 0:
                self._waiting.add(task)
                later = threading.Timer(wait, self._changed, [task])
                later.daemon = True
                later.start()
                return
        self._changed(task)

    def show(self, task: str, asked: Open) -> bool:
        """Bring the review of a task to the front; whether somebody listens."""
        self._tell(ShowEvent(task=task, open=asked))
        with self._lock:
            return bool(self._sends)

    def _changed(self, task: str) -> None:
        with self._lock:
            self._waiting.discard(task)
            self._told[task] = monotonic()
        self._tell(ChangedEvent(task=task))

    def _tell(self, event: Event) -> None:
        with self._lock:
            sends = list(self._sends)
        if sends:
            data = event.model_dump(mode="json")
            for send in sends:
                # A connection that broke is no reason to break the run that is told of.
                try:
                    send(data)
                except Exception:
                    _log.exception("a listener cannot be told")
