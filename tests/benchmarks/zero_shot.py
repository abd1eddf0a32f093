"""Zero-shot labels of the embedded model on public data, against plain cosine similarity.

Label names and one-line descriptions are in schemes/; they were written before anyone looked at the
test splits, and every constant of the model family was chosen on other splits.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import yaml
from sklearn.metrics import accuracy_score, f1_score

from sciml_magics.models import open_model
from sciml_magics.models.families.encoder import Encoder
from sciml_magics.tasks import Label, Record, Suggestion, Task, default_threshold, record_id
from tests.benchmarks.encoders import sentence_transformer
from tests.benchmarks.harness import parser, report, table

SCHEMES = Path(__file__).with_name("schemes")
Rows = tuple[list[str], list[str]]


def main() -> None:
    arguments = parser(__doc__).parse_args()
    model = open_model()
    assert isinstance(model, Encoder)
    theirs = sentence_transformer(model.files.path)
    rows, several = [], []
    for name in ("csabstruct", "scicite", "banking77"):
        texts, gold = _read(arguments.data, name)
        task = scheme(name)
        found = ask(model, texts, task)
        rows.append((name, len(texts), len(task.labels), "**ours**", *scores(gold, found), ""))
        cosine = plain_cosine(theirs, texts, task)
        for way, said in cosine.items():
            apart = difference(gold, [str(one.value) for one in found], said)
            rows.append((name, "", "", f"cosine to {way}", *_two(gold, said), "", "", apart))
    texts, golds = goemotions(arguments.data)
    several.append(("goemotions", len(texts), 28, *several_scores(model, texts, golds)))
    body = table(
        (
            "test split",
            "texts",
            "labels",
            "by",
            "accuracy",
            "macro F1",
            "covered",
            "accuracy there",
            "ours is better by",
        ),
        rows,
    )
    body += "\n\nSeveral labels at once:\n\n" + table(
        ("test split", "texts", "labels", "micro F1", "macro F1", "labels a text"), several
    )
    body += (
        "\n\nCovered: share of texts whose answer is as sure as the default threshold asks, and "
        "the accuracy among them. Plain cosine: sentence-transformers in fp32, the nearest "
        "label. Better by: difference in accuracy and its 95 % interval, from 2,000 resamples."
    )
    report("Zero-shot", body, record=arguments.record)


def scheme(name: str) -> Task:
    """The task of a data set."""
    labels = yaml.safe_load((SCHEMES / f"{name}.yaml").read_text("utf-8"))["labels"]
    return Task(name, ("text",), labels=tuple(Label(*item) for item in labels.items()))


def ask(model: Encoder, texts: Sequence[str], task: Task) -> list[Suggestion]:
    """One suggestion per text, in their order."""
    records = [Record(record_id(text), (("text", text),)) for text in texts]
    found = {
        suggestion.record_id: suggestion
        for batch in model.suggest(records, task)
        for suggestion in batch
    }
    return [found[record.id] for record in records]


def scores(gold: Sequence[str], found: Sequence[Suggestion]) -> tuple[str, ...]:
    """Accuracy, macro F1, coverage at the default threshold and accuracy there."""
    said = [str(suggestion.value) for suggestion in found]
    threshold = default_threshold("label", len(set(gold)))
    sure = np.array([suggestion.score >= threshold for suggestion in found])
    right = np.array([a == b for a, b in zip(gold, said, strict=True)])
    return (*_two(gold, said), f"{sure.mean():.0%}", f"{right[sure].mean():.3f}")


def plain_cosine(model: object, texts: list[str], task: Task) -> dict[str, list[str]]:
    """The label whose text is nearest, for each way to write a label."""
    ways = {
        "name": [label.name.replace("_", " ") for label in task.labels],
        "description": [label.description for label in task.labels],
        "name: description": [
            f"{label.name.replace('_', ' ')}: {label.description}" for label in task.labels
        ],
    }
    encode = model.encode  # type: ignore[attr-defined]  # its package has no types
    vectors = encode(texts, show_progress_bar=False)
    found = {}
    for way, written in ways.items():
        nearest = (vectors @ encode(written, show_progress_bar=False).T).argmax(axis=1)
        found[way] = [task.label_names[at] for at in nearest]
    return found


def several_scores(
    model: Encoder, texts: Sequence[str], golds: Sequence[set[str]]
) -> tuple[str, ...]:
    """Micro and macro F1 of several labels at once, and how many are given."""
    task = scheme("goemotions")
    many = Task("goemotions", ("text",), kind="labels", labels=task.labels)
    found = [set(suggestion.value or ()) for suggestion in ask(model, texts, many)]
    said, right = (
        np.array([[name in row for name in task.label_names] for row in rows])
        for rows in (found, golds)
    )
    f1 = [f1_score(right, said, average=way, zero_division=0) for way in ("micro", "macro")]
    return (*(f"{value:.3f}" for value in f1), f"{said.sum(1).mean():.2f}")


def goemotions(data: Path) -> tuple[list[str], list[set[str]]]:
    """Comments and their emotions."""
    folder = data / "goemotions" / "original"
    names = (folder / "labels.txt").read_text("utf-8").split()
    lines = (folder / "test.tsv").read_text("utf-8").splitlines()
    fields = [line.split("\t") for line in lines]
    return [f[0] for f in fields], [{names[int(at)] for at in f[1].split(",")} for f in fields]


def difference(gold: Sequence[str], ours: Sequence[str], other: Sequence[str]) -> str:
    """How much more accurate one is than the other, with a bootstrap interval over the texts."""
    right = np.array(gold)
    gain = (np.array(ours) == right).astype(float) - (np.array(other) == right)
    picks = np.random.default_rng(0).integers(len(gain), size=(2_000, len(gain)))
    low, high = np.quantile(gain[picks].mean(axis=1), (0.025, 0.975))
    return f"{gain.mean():+.3f} ({low:+.3f} to {high:+.3f})"


def _read(data: Path, name: str) -> Rows:
    if name == "banking77":
        with (data / name / "test.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return [row["text"] for row in rows], [row["category"] for row in rows]
    file_name = "test.jsonl" if name == "csabstruct" else "test.txt"
    lines = (data / name / file_name).read_text("utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    if name == "scicite":
        return [row["text"] for row in found], [row["label"] for row in found]
    return (
        [text for row in found for text in row["sentences"]],
        [label for row in found for label in row["labels"]],
    )


def _two(gold: Sequence[str], said: Sequence[str]) -> tuple[str, str]:
    macro = f1_score(gold, said, average="macro", zero_division=0)
    return f"{accuracy_score(gold, said):.3f}", f"{macro:.3f}"


if __name__ == "__main__":
    main()
