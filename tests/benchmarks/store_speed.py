"""How fast the store keeps suggestions and finds them again, at 10 thousand to a million.

Made suggestions of seven labels for texts of 40 words, appended 200 at a time as a run does.
Beside each batch the SQLite driver alone writes the same rows into a second file with the same
tables and settings: the ratio is what the store itself costs. Reading back looks every record up by
its address, in the order in which it was stored and shuffled, as a frame in another order does.
"""

from __future__ import annotations

import resource
import sqlite3
import statistics
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import perf_counter, thread_time

import numpy as np

from sciml_magics.store import Store, open_store
from sciml_magics.store import batch as written
from sciml_magics.store.codec import dump_content
from sciml_magics.store.database import _prepare
from sciml_magics.store.lookup import Ids
from sciml_magics.tasks import (
    Counts,
    Execution,
    Label,
    ModelIdentity,
    Record,
    Suggestion,
    Task,
    record_id,
)
from tests.benchmarks.harness import parser, report, table

SIZES = (10_000, 100_000, 1_000_000)
BATCH = 200
NAMES = tuple(f"label number {number}" for number in range(7))
TASK = Task("topic", ("text",), labels=tuple(Label(name) for name in NAMES))
MODEL = ModelIdentity("a model", "a revision", "a family")
Batch = tuple[list[Record], list[Suggestion]]


def batches(size: int, each: int = BATCH, seed: int = 0) -> Iterator[Batch]:
    rng = np.random.default_rng(seed)
    for start in range(0, size, each):
        texts = [f"{number} " + "words " * 40 for number in range(start, start + each)]
        records = [Record(record_id(text), (("text", text),)) for text in texts]
        shares = rng.dirichlet(np.ones(7), each).astype(np.float32)
        order = np.argsort(-shares, axis=1)
        yield (
            records,
            [
                Suggestion(
                    record.id,
                    NAMES[top[0]],
                    float(share[top[0]]),
                    tuple((NAMES[label], float(share[label])) for label in top),
                )
                for record, share, top in zip(records, shares, order, strict=True)
            ],
        )


class Driver:
    """The same rows through the driver alone."""

    def __init__(self, path: Path) -> None:
        with open_store(path) as store:
            self._run = _begin(store)
            source = store._source(self._run)
            self._source = source
            self._records = store._writer._new_records
            self._suggestions = store._writer._new_suggestions
        self._connection = sqlite3.connect(path, isolation_level=None)
        _prepare(self._connection, None)

    def prepare(self, batch: Batch) -> Callable[[], None]:
        records, suggestions = batch
        contents = sorted((record.id, dump_content(record.content)) for record in records)
        rows = written.suggestion_rows(self._source, suggestions, 0)

        def write() -> None:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(self._records, contents)
            self._connection.executemany(self._suggestions, rows)
            self._connection.execute("COMMIT")

        return write


def fill(path: Path, size: int, model: ModelIdentity = MODEL, seed: int = 0) -> None:
    """Put suggestions for `size` records into a store, quickly: other benchmarks begin with it."""
    with open_store(path) as store:
        run_id = _begin(store, model)
        for batch in batches(size, 5_000, seed):
            store.append(run_id, *batch)
        store.finish(run_id, "done", Counts(size, size, size, 0, size))


def _begin(store: Store, model: ModelIdentity = MODEL) -> int:
    run = Execution("cpu", "bf16")
    return store.begin(store.task(TASK), model, run, by="me", seed=0, code_version="1")


def clocked(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and processor seconds."""
    wall, cpu = perf_counter(), thread_time()
    work()
    return perf_counter() - wall, thread_time() - cpu


def appended(store: Store, driver: Driver, size: int) -> tuple[list[object], Ids]:
    run_id = _begin(store)
    ours, alone, addresses = [], [], []
    for number, batch in enumerate(batches(size)):
        write = driver.prepare(batch)
        pair: list[Callable[[], None]] = [partial(store.append, run_id, *batch), write]
        # Whoever comes first pays for cold caches: take turns.
        first = number % 2
        times = {which: clocked(pair[which]) for which in (first, 1 - first)}
        ours.append(times[0])
        alone.append(times[1])
        addresses += [record.id for record in batch[0]]
    wall = [seconds * 1e3 for seconds, _ in ours]
    cpu = [seconds * 1e3 for _, seconds in ours]
    driver_cpu = [seconds * 1e3 for _, seconds in alone]
    ids = np.frombuffer(b"".join(addresses), dtype="V16")
    return [
        f"{statistics.median(wall):.1f} ms",
        f"{np.quantile(wall, 0.95):.1f} ms",
        f"{statistics.median(cpu):.1f} ms",
        f"{statistics.median(cpu) / statistics.median(driver_cpu):.1f} ×",
        f"{size / (sum(wall) / 1e3):,.0f}",
    ], ids


def read_back(store: Store, ids: Ids) -> tuple[float, float]:
    """Seconds to find every answer; the answers are dropped as they come, as a run does."""

    def read() -> None:
        found = sum(len(at) for at, _, _ in store.answers(store.task(TASK), MODEL, ids))
        if found != len(ids):
            raise SystemExit(f"{len(ids) - found:,} answers are missing")

    return min(clocked(read) for _ in range(3))


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(size: int, folder: Path) -> tuple[list[object], list[object]]:
    with open_store(folder / f"{size}.db") as store:
        row, ids = appended(store, Driver(folder / f"{size}.driver.db"), size)
        shuffled = ids[np.random.default_rng(1).permutation(size)]
        before = peak()
        in_order, in_order_cpu = read_back(store, ids)
        other_order, other_cpu = read_back(store, shuffled)
        grown = peak() - before
    occupied = (folder / f"{size}.db").stat().st_size
    return [f"{size:,}", *row], [
        f"{size:,}",
        f"{in_order:.2f} s",
        f"{in_order_cpu:.2f} s",
        f"{other_order:.2f} s",
        f"{other_cpu:.2f} s",
        f"{grown:.0f} MB",
        f"{occupied / size:.0f} bytes",
    ]


def main() -> None:
    options = parser(__doc__, data=False)
    options.add_argument("--most", type=int, default=SIZES[-1], help="largest number to try")
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = [measure(size, Path(folder)) for size in SIZES if size <= arguments.most]
    appends = table(
        ("suggestions", "median of 200", "95 %", "processor", "to the driver alone", "per second"),
        [row for row, _ in rows],
    )
    reads = table(
        (
            "suggestions",
            "all by address, in order",
            "processor",
            "shuffled",
            "processor",
            "growth of the peak memory",
            "kept per suggestion",
        ),
        [row for _, row in rows],
    )
    report(
        "The store: appending and reading back", f"{appends}\n\n{reads}", record=arguments.record
    )


if __name__ == "__main__":
    main()
