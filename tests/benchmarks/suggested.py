"""Suggestions for the test splits of public data, beside what is right: by two kinds of model.

The embedded model without any training, and a head on its embeddings that learned from 500 rows of
the training split. Neither saw the test split; calibration and label sets learn from some of its
rows, which play the people's answers, and are measured on the others.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sciml_magics.learning.trust.calibration import Sample
from sciml_magics.models import Suggester, find_model, open_model
from sciml_magics.models.training.train import train
from sciml_magics.tasks import Kind, Record, Task, Value, record_id, same_value
from sciml_magics.tasks.training import Example, Training
from tests.benchmarks.public import read
from tests.benchmarks.zero_shot import scheme

SETS = ("csabstruct", "scicite", "banking77", "goemotions")
LEARNT = 500


class Suggested(NamedTuple):
    """What a model suggests for a test split.

    Parameters
    ----------
    name
        Of the data.
    model
        In words.
    task
        The task.
    sample
        Suggestions and what is right.
    """

    name: str
    model: str
    task: Task
    sample: Sample


def suggested(data: Path, names: Sequence[str] = SETS, seed: int = 0) -> Iterator[Suggested]:
    """Every data set by both models."""
    for name in names:
        task = _task(name)
        texts, gold = _rows(data, name, "test")
        yield Suggested(name, "zero-shot", task, _sample(open_model(), task, texts, gold))
        learnt, right = _rows(data, name, "train")
        draw = np.random.default_rng(seed).permutation(len(learnt))[:LEARNT].tolist()
        examples = [Example(learnt[at], right[at]) for at in draw]
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / "head"
            train(find_model(), task, examples, (), Training("head", seed=seed), made)
            head = _sample(open_model(made), task, texts, gold)
        yield Suggested(name, f"head, {LEARNT} rows", task, head)


def _task(name: str) -> Task:
    found = scheme(name)
    kind: Kind = "labels" if name == "goemotions" else "label"
    return Task(name, ("text",), kind=kind, labels=found.labels)


def _rows(data: Path, name: str, split: str) -> tuple[list[str], list[Value]]:
    if name != "goemotions":
        texts, labels = read(data, name, "test" if split == "test" else "train")
        return texts, list(labels)
    folder = data / "goemotions" / "original"
    names = (folder / "labels.txt").read_text("utf-8").split()
    lines = (folder / f"{split}.tsv").read_text("utf-8").splitlines()
    fields = [line.split("\t") for line in lines]
    values = [tuple(names[int(at)] for at in field[1].split(",")) for field in fields]
    return [field[0] for field in fields], list(values)


def _sample(model: Suggester, task: Task, texts: Sequence[str], gold: Sequence[Value]) -> Sample:
    records = [Record(record_id(text), (("text", text),)) for text in texts]
    said = {one.record_id: one for batch in model.suggest(records, task) for one in batch}
    made = [(said[record.id], right) for record, right in zip(records, gold, strict=True)]
    made = [(one, right) for one, right in made if one.value is not None]
    return Sample(
        [one.value for one, _ in made],
        np.array([one.score for one, _ in made]),
        [one.alternatives for one, _ in made],
        np.array([same_value(one.value, right) for one, right in made]),
        [right for _, right in made],
    )
