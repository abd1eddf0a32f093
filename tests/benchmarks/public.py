"""The public data sets that models are measured on, split as their authors split them."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

Split = Literal["train", "dev", "test"]
Rows = tuple[list[str], list[str]]


def read(data: Path, name: str, split: Split) -> Rows:
    """Texts and labels of ``"csabstruct"`` (single sentences), ``"scicite"`` or ``"banking77"``.

    banking77 has no development split: a fifth of its training split, drawn with a fixed seed,
    stands for it, and is left out of training.
    """
    if name == "banking77":
        return _banking77(data, split)
    if name == "scicite":
        found = _lines(data / name / f"{split}.txt")
        return [row["text"] for row in found], [row["label"] for row in found]
    found = _lines(data / name / f"{split}.jsonl")
    return (
        [text for row in found for text in row["sentences"]],
        [label for row in found for label in row["labels"]],
    )


def abstracts(data: Path, split: Split) -> list[tuple[list[str], list[str]]]:
    """Abstracts of csabstruct: their sentences, and the label of each."""
    lines = _lines(data / "csabstruct" / f"{split}.jsonl")
    return [(line["sentences"], line["labels"]) for line in lines]


def read_in_context(data: Path, split: Split) -> tuple[list[tuple[str, str, str]], list[str]]:
    """Sentences of csabstruct with the one before and the one after, empty where there is none."""
    rows: list[tuple[str, str, str]] = []
    labels: list[str] = []
    for sentences, said in abstracts(data, split):
        padded = ["", *sentences, ""]
        rows += list(zip(padded, padded[1:], padded[2:], strict=False))
        labels += said
    return rows, labels


def shots(labels: Sequence[str], count: int, seed: int) -> list[int]:
    """Positions of `count` examples of every label, drawn with `seed`; all where there are fewer.

    Examples
    --------
    >>> len(shots(["a", "b", "a", "b", "b"], 2, 0))
    4
    """
    draw, found = np.random.default_rng(seed), np.array(labels)
    picked = [
        draw.permutation(np.flatnonzero(found == label))[:count] for label in sorted(set(labels))
    ]
    return [int(at) for at in draw.permutation(np.concatenate(picked))]


def _banking77(data: Path, split: Split) -> Rows:
    name = "test" if split == "test" else "train"
    with (data / "banking77" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if split != "test":
        is_dev = np.random.default_rng(77).random(len(rows)) < 0.2
        rows = [row for row, dev in zip(rows, is_dev, strict=True) if dev == (split == "dev")]
    return [row["text"] for row in rows], [row["category"] for row in rows]


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
