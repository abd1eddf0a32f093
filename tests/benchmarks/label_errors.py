"""Planted label noise, and how much of it the queue of likely label errors finds.

A tenth of the answers to a public training split get another label, uniformly at random; then the
queue that ``%review --order errors`` opens is read from its beginning. The ranking (probability of
the given label, against margin and weighted entropy), the head (least squares against logistic
regression, its penalties) and the number of folds were chosen with noise of seeds 100 and 101.
What is right and what is wrong is the public label: true errors in it count against the queue.
"""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import numpy as np

from sciml_magics.learning.doubts.label_errors import LabelErrors, find_label_errors
from sciml_magics.review import Reviewer
from sciml_magics.store import Store, open_store
from sciml_magics.tasks import Label, ModelIdentity, Record, Response, Suggestion, Task, record_id
from tests.benchmarks.harness import parser, report, table

SETS = ("banking77", "scicite", "csabstruct")
SEEDS = (0, 1, 2, 3, 4)
NOISE = 0.1
FIRST = 200
READER = ModelIdentity("a model that was not asked", "0", "none")


class Answers(NamedTuple):
    """Records, their public labels, and those that somebody gave, some of them wrong."""

    records: list[Record]
    right: list[str]
    given: list[str]

    @property
    def wrong(self) -> set[bytes]:
        """Addresses of the records with a planted error."""
        triples = zip(self.records, self.right, self.given, strict=True)
        return {record.id for record, right, given in triples if right != given}


class Found(NamedTuple):
    """What the queue holds."""

    planted: float
    listed: float
    precision: float
    of_all: float
    average: float
    seconds: float


def main() -> None:
    arguments = parser(__doc__).parse_args()
    rows = []
    for name in SETS:
        texts, labels = read(arguments.data, name)
        with tempfile.TemporaryDirectory() as folder, open_store(f"{folder}/record.db") as store:
            found = [run(store, name, texts, labels, seed) for seed in SEEDS]
        rows += [(name, seed, *shown(one)) for seed, one in zip(SEEDS, found, strict=True)]
        mean = Found(*(float(np.mean(column)) for column in zip(*found, strict=True)))
        rows.append((f"**{name}**", "mean", *shown(mean)))
    body = table(
        (
            "train split",
            "seed",
            "planted",
            "in the queue",
            f"precision in its first {FIRST}",
            "planted errors that are in it",
            "average precision",
            "seconds (embeddings at hand)",
        ),
        rows,
    )
    report("Label errors", body, record=arguments.record)


def run(store: Store, name: str, texts: Sequence[str], labels: Sequence[str], seed: int) -> Found:
    """Plant errors with a seed, and look for them."""
    answers = planted(texts, labels, seed)
    task = Task(f"{name}-{seed}", ("text",), labels=tuple(map(Label, sorted(set(labels)))))
    answer(store, task, answers)
    find_label_errors(store, task)
    began = perf_counter()
    found = find_label_errors(store, task)
    seconds = perf_counter() - began
    queue = Reviewer(store, task.name, "somebody", order="errors")
    first = [item.record.id for item in queue.next(FIRST).items]
    wrong = answers.wrong
    return Found(
        len(wrong),
        len(found.errors),
        sum(one in wrong for one in first) / len(first),
        sum(error.record.id in wrong for error in found.errors) / len(wrong),
        average_precision(found, wrong),
        seconds,
    )


def planted(texts: Sequence[str], labels: Sequence[str], seed: int) -> Answers:
    """A tenth of the answers get one of the other labels; equal texts are one record."""
    draw = np.random.default_rng(seed)
    names = sorted(set(labels))
    once = dict(zip(texts, labels, strict=True))
    records = [Record(record_id("text", "text", text), (("text", text),)) for text in once]
    right = list(once.values())
    given = list(right)
    for at in draw.choice(len(right), round(NOISE * len(right)), replace=False).tolist():
        others = [name for name in names if name != right[at]]
        given[at] = others[int(draw.integers(len(others)))]
    return Answers(records, right, given)


def answer(store: Store, task: Task, answers: Answers) -> None:
    """Somebody answers all records; a model has read them and said nothing."""
    task_id = store.task(task)
    reading = store.begin(task_id, READER, by="somebody", seed=None, code_version="0")
    store.append(reading, answers.records, [Suggestion(r.id, None, 0.0) for r in answers.records])
    pairs = zip(answers.records, answers.given, strict=True)
    store.respond(
        task_id,
        [
            Response(f"{task.name}:{at}", record.id, "corrected", label, "somebody")
            for at, (record, label) in enumerate(pairs)
        ],
    )


def average_precision(found: LabelErrors, wrong: set[bytes]) -> float:
    """Of the queue as a ranking: 0 to 1, higher is better; what is not in it counts as missed."""
    hits = np.array([error.record.id in wrong for error in found.errors])
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(precision[hits].sum() / len(wrong))


def shown(found: Found) -> tuple[str, ...]:
    """The numbers as a row shows them."""
    rates = (f"{found.precision:.1%}", f"{found.of_all:.1%}", f"{found.average:.3f}")
    return (f"{found.planted:.0f}", f"{found.listed:.0f}", *rates, f"{found.seconds:.1f}")


def read(data: Path, name: str) -> tuple[list[str], list[str]]:
    """Texts and labels of a training split."""
    if name == "banking77":
        with (data / name / "train.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return [row["text"] for row in rows], [row["category"] for row in rows]
    ending = "txt" if name == "scicite" else "jsonl"
    lines = (data / name / f"train.{ending}").read_text("utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    if name == "scicite":
        return [one["text"] for one in found], [one["label"] for one in found]
    return (
        [sentence for one in found for sentence in one["sentences"]],
        [label for one in found for label in one["labels"]],
    )


if __name__ == "__main__":
    main()
