"""A head after every ten corrections: learning again, and 20,000 rows suggested anew.

The rows are annotated once by a first head, which leaves their embeddings in the store. Then ten
more answers come in at a time: a head is trained on all of them, saved, opened, and the rows are
annotated again. The encoder is not run: its embeddings are read.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import pandas as pd

from sciml_magics.annotation import Request, annotate
from sciml_magics.learning.vectors import vectors
from sciml_magics.models import Embeds, find_model, open_model
from sciml_magics.models.training.train import train
from sciml_magics.store import Store, open_store
from sciml_magics.store.vectors import VectorTable
from sciml_magics.tasks import Label, Record, Task, record_id
from sciml_magics.tasks.training import Example, Training
from tests.benchmarks.harness import parser, report, table
from tests.benchmarks.public import read
from tests.benchmarks.rerun import sentences

ROWS, STEP = 20_000, 10


def learn(store: Store, task: Task, known: list[Record], labels: list[str], folder: Path) -> None:
    """Train a head on answers whose embeddings are in the store."""
    encoder = open_model()
    assert isinstance(encoder, Embeds)
    found = vectors(store, encoder, known)
    examples = [Example(one.text, label) for one, label in zip(known, labels, strict=True)]
    train(find_model(), task, examples, (), Training(method="head"), folder, vectors=found)


def again(frame: pd.DataFrame, task: Task, folder: Path, store: Store) -> int:
    """Annotate by the head in a folder, and count the rows."""
    done = annotate(frame, Request(task), open_model(folder), store)
    return done.run.counts.computed


def reading(store: Store, frame: pd.DataFrame) -> float:
    """Embeddings read from the store in a second, the best of five."""
    encoder = open_model()
    assert isinstance(encoder, Embeds)
    ids = np.frombuffer(
        b"".join(record_id("text", "text", text) for text in frame["text"]), dtype="V16"
    )
    times = []
    for _ in range(5):
        began = perf_counter()
        at, _ = VectorTable(store.database).find(encoder.encoder_key, ids)
        times.append(perf_counter() - began)
        assert len(at) == len(ids)
    return len(ids) / min(times)


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--answers", type=int, default=200, help="answers at the beginning")
    options.add_argument("--rounds", type=int, default=5)
    arguments = options.parse_args()
    texts, labels = read(arguments.data, "csabstruct", "train")
    unique = dict(zip(texts, labels, strict=True))
    unique = {text: label for text, label in unique.items() if text.strip()}
    everything = list(dict.fromkeys([*unique, *sentences(arguments.data, ROWS)]))[:ROWS]
    frame = pd.DataFrame({"text": everything})
    draw = np.random.default_rng(0).permutation(len(unique)).tolist()
    records = [Record(record_id("text", "text", text), (("text", text),)) for text in unique]
    task = Task("role", ("text",), labels=tuple(map(Label, sorted(set(labels)))))
    gold = list(unique.values())
    rows = []
    with tempfile.TemporaryDirectory() as name, open_store(Path(name) / "s.db") as store:
        taught = draw[: arguments.answers]
        first = perf_counter()
        learn(store, task, [records[i] for i in taught], [gold[i] for i in taught], Path(name, "0"))
        again(frame, task, Path(name, "0"), store)
        first = perf_counter() - first
        taking: list[tuple[float, float, float]] = []
        for number in range(1, arguments.rounds + 1):
            taught = draw[: arguments.answers + number * STEP]
            folder = Path(name, str(number))
            began, worked = perf_counter(), process_time()
            learn(store, task, [records[i] for i in taught], [gold[i] for i in taught], folder)
            learned = perf_counter()
            count = again(frame, task, folder, store)
            assert count == ROWS
            ended = perf_counter()
            taking.append((learned - began, ended - learned, process_time() - worked))
        learning, suggesting, processor = (
            statistics.median(part) for part in zip(*taking, strict=True)
        )
        whole = [one + other for one, other, _ in taking]
        rows = [
            ("first time: embeddings of all rows computed", f"{first:.1f} s", ""),
            ("learn", f"{learning:.2f} s", ""),
            ("suggest 20,000 rows", f"{suggesting:.2f} s", ""),
            ("both, median", f"{statistics.median(whole):.2f} s", "≤ 3 s"),
            ("both, time of the processor", f"{processor:.2f} s", ""),
            ("both, slowest", f"{max(whole):.2f} s", ""),
            ("embeddings read a second", f"{reading(store, frame):,.0f}", "≥ 100,000"),
        ]
    title = "A head after every ten corrections"
    report(title, table(("what", "measured", "goal"), rows), record=arguments.record)


if __name__ == "__main__":
    main()
