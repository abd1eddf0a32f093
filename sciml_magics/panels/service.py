"""The kernel's side of all review surfaces: its stores, its open queues, and what they share."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from sciml_magics.annotation.who import person
from sciml_magics.errors import StoreError
from sciml_magics.panels.announcements import Announcements
from sciml_magics.panels.images import Images
from sciml_magics.panels.jobs import JOBS
from sciml_magics.panels.messages import Open
from sciml_magics.panels.settings import chosen
from sciml_magics.panels.showing import criteria_of
from sciml_magics.review import Reviewer
from sciml_magics.review.overview import Overview
from sciml_magics.store import Store, open_store
from sciml_magics.store.opening import DEFAULT

MOST_QUEUES = 64
_CREDENTIALS = re.compile(r"//[^/]*@")


class QueueError(Exception):
    """The queue is not known here, as after a restart of the kernel."""


@dataclass(slots=True)
class Caller:
    """Who is at the other end of a connection, as they said in ``hello``.

    Parameters
    ----------
    identity
        The person's name as the Jupyter server knows it.
    store
        The store that they mean, ``None`` for the one that is set.
    """

    identity: str = ""
    store: str | None = None


class Service:
    """Serves every review surface of this kernel. May be used from several threads at once.

    What the notebook has set is read whenever it matters, since it may change.
    """

    def __init__(self) -> None:
        self.images = Images()
        self.announcements = Announcements()
        self._lock = threading.Lock()
        self._stores: dict[str, Store] = {}
        self._queues: OrderedDict[str, Reviewer] = OrderedDict()
        self._overviews: dict[tuple[str, str], Overview] = {}
        self._unsubscribe = JOBS.subscribe(self.announcements.progress)

    def annotator(self, caller: Caller) -> str:
        """The name under which a caller's responses are kept."""
        return person(chosen().annotator, caller.identity)

    def place(self, caller: Caller) -> str:
        """File or address of the caller's store."""
        where = caller.store or chosen().store or DEFAULT
        return where if "://" in where else str(Path(where).expanduser().absolute())

    def shown_place(self, caller: Caller) -> str:
        """The same for people to read: a path from the working directory, no password."""
        place = self.place(caller)
        if "://" in place:
            return _CREDENTIALS.sub("//", place)
        path = Path(place)
        return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)

    def store(self, caller: Caller) -> Store:
        """The caller's store.

        Raises
        ------
        StoreError
            If there is none, or it cannot be opened. None is made: there would be nothing in it.
        """
        place = self.place(caller)
        with self._lock:
            if place not in self._stores:
                if "://" not in place and not Path(place).exists():
                    raise StoreError(f"no store at '{place}' yet: annotate something first")
                self._stores[place] = open_store(place)
            return self._stores[place]

    def overview(self, caller: Caller) -> Overview | None:
        """The tasks of the caller's store, ``None`` where there is no store yet."""
        place = self.place(caller)
        if "://" not in place and not Path(place).exists():
            return None
        store, annotator = self.store(caller), self.annotator(caller)
        with self._lock:
            known = self._overviews.get((place, annotator))
            if known is None:
                known = self._overviews[place, annotator] = Overview(store, annotator)
            return known

    def open(self, caller: Caller, asked: Open) -> Reviewer:
        """A queue for a caller; one that goes on takes the place of the earlier one."""
        reviewer = Reviewer(
            self.store(caller),
            asked.task,
            asked.annotator or self.annotator(caller),
            order=asked.order,
            criteria=criteria_of(asked.filter),
            model=asked.model,
            overlap=asked.overlap,
            role=asked.role,
            queue_id=asked.queue,
        )
        with self._lock:
            self._queues[reviewer.queue_id] = reviewer
            self._queues.move_to_end(reviewer.queue_id)
            while len(self._queues) > MOST_QUEUES:
                self._queues.popitem(last=False)
        return reviewer

    def queue(self, name: str) -> Reviewer:
        """An open queue.

        Raises
        ------
        QueueError
            If it is not open in this kernel.
        """
        with self._lock:
            found = self._queues.get(name)
            if found is None:
                raise QueueError(f"the queue '{name}' is not open in this kernel")
            self._queues.move_to_end(name)
            return found

    def forget(self) -> None:
        """Open stores and queues anew when they are asked for: a file may have been replaced."""
        with self._lock:
            self._stores.clear()
            self._queues.clear()
            self._overviews.clear()

    def close(self) -> None:
        """End the service: runs are not watched any more, and stores are closed."""
        self._unsubscribe()
        with self._lock:
            stores = list(self._stores.values())
        self.forget()
        for store in stores:
            store.close()


_current: Service | None = None
_lock = threading.Lock()


def service() -> Service:
    """The service of this process, which begins when it is first asked for."""
    global _current  # noqa: PLW0603  # one for all connections of a process
    with _lock:
        if _current is None:
            _current = Service()
        return _current


def end_service() -> None:
    """End the service of this process, if it has begun."""
    global _current
    with _lock:
        ended, _current = _current, None
    if ended is not None:
        ended.close()
