"""Work on several batches at a time, each on one core.

Two workers with one thread each beat one with two threads: nothing waits at the end of every
operator, and Python's own time is shared out as well.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from threading import Lock
from typing import TypeVar

import torch

Item = TypeVar("Item")
Result = TypeVar("Result")

# Batches that are ready for a worker that becomes free.
_AHEAD = 1


class _Threads:
    """Torch's number of threads, which workers set to one, is put back when the last has ended."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._crews = 0
        self._before = 1

    @property
    def number(self) -> int:
        """The number as it is while nobody works."""
        with self._lock:
            return self._before if self._crews else torch.get_num_threads()

    def __enter__(self) -> None:
        with self._lock:
            if not self._crews:
                self._before = torch.get_num_threads()
            self._crews += 1

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._crews -= 1
            if not self._crews:
                torch.set_num_threads(self._before)


_threads = _Threads()


def cores() -> int:
    """Cores that torch may use."""
    return _threads.number


def work_through(
    work: Callable[[Item], Result], items: Iterator[Item], workers: int
) -> Generator[Result]:
    """Results of `work` in the order in which they are done.

    With more than one worker each has one thread of torch; torch's setting is put back afterwards,
    also where the iterator is dropped early: items that have begun end first. Items are drawn as
    they are needed.

    Raises
    ------
    Exception
        What `work` raised, as soon as it is known.
    """
    if workers == 1:
        with torch.inference_mode():
            yield from map(work, items)
        return
    with _threads, ThreadPoolExecutor(workers, "encoder", _begin) as pool:
        pending: set[Future[Result]] = set()
        try:
            while True:
                for item in islice(items, workers + _AHEAD - len(pending)):
                    pending.add(pool.submit(_run, work, item))
                if not pending:
                    return
                done, pending = wait(pending, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        finally:
            for future in pending:
                future.cancel()


def alone(work: Callable[[], Result]) -> Result:
    """Run `work` on a thread of its own, with one thread of torch."""
    with _threads, ThreadPoolExecutor(1, "encoder", _begin) as pool:
        return pool.submit(work).result()


def _begin() -> None:
    torch.set_num_threads(1)


def _run(work: Callable[[Item], Result], item: Item) -> Result:
    with torch.inference_mode():
        return work(item)
