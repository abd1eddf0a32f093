"""A run that goes on: batches are kept in it, and its end is noted however it ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from sciml_magics._version import __version__
from sciml_magics.errors import StoreError
from sciml_magics.tasks import (
    Counts,
    Execution,
    ModelIdentity,
    Record,
    RunState,
    Suggestion,
    Task,
)

if TYPE_CHECKING:
    from sciml_magics.store.store import Store


class OpenRun:
    """A run that has begun and not ended.

    Parameters
    ----------
    store
        Where it is noted.
    run_id
        From `Store.begin`.
    counts
        What becomes of its rows; those that are computed are counted here.
    """

    def __init__(self, store: Store, run_id: int, counts: Counts) -> None:
        self._store = store
        self.id = run_id
        self.counts = counts
        # How it ends if nothing is raised.
        self.state: RunState = "done"

    def append(self, batch: Sequence[Record], suggested: Sequence[Suggestion]) -> None:
        """Keep a batch, as `Store.append`."""
        self._store.append(self.id, batch, suggested)
        self.counts = replace(self.counts, computed=self.counts.computed + len(suggested))


@contextmanager
def running(
    store: Store,
    task: Task,
    identity: ModelIdentity,
    counts: Counts,
    *,
    by: str,
    seed: int | None = None,
    execution: Execution | None = None,
) -> Iterator[OpenRun]:
    """Note that a run begins, and how it ended when the block is left.

    It ends in the ``state`` that the block gives it, ``"done"`` by default; an interrupt that
    leaves the block ends it as ``"stopped"``, every other exception as ``"failed"``.

    Parameters
    ----------
    store
        Where suggestions are kept.
    task
        What is asked.
    identity
        Who suggests.
    counts
        What becomes of the rows, without those that are computed.
    by
        Who asks.
    seed
        Seed of everything random in it.
    execution
        Where and how the model runs; ``None`` for a run that needs none.
    """
    begun = store.begin(
        store.task(task), identity, execution, by=by, seed=seed, code_version=__version__
    )
    run = OpenRun(store, begun, counts)
    try:
        yield run
    except BaseException as error:
        # A full disk may be why we are here: then the run cannot be closed either.
        with suppress(StoreError):
            stopped = isinstance(error, KeyboardInterrupt)
            store.finish(run.id, "stopped" if stopped else "failed", run.counts)
        raise
    store.finish(run.id, run.state, run.counts)
