"""Time of entailment models and taggers as labels grow.

Texts and labels are banking77's (train part); the models are BERTs of random weights built here.
An entailment model reads every text once for each label, so that the time of a pair, not their
number, is what can be saved: texts and labels are tokenised once, and pairs are batched by length
without waste. A shortlist of ten is the same with ``shortlist=10``: the embedded model chooses ten
labels for each text. A tagger reads a text once, whatever it marks. The pipelines of transformers
read the first row, as they do by default. Rounds alternate between all settings. Times are
processor time, which does not change with what else the machine does.
"""

from __future__ import annotations

import csv
import statistics
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

import torch
import yaml
from transformers import pipeline

from sciml_magics.models import Options, Suggester, open_model
from sciml_magics.tasks import Kind, Label, Record, Task, record_id
from tests.benchmarks.harness import parser, report, table
from tests.models.tiny import save_tiny

SIZES = (3, 20, 77)
ROUNDS = 3
ROWS = {"short": 40, "long": 6}
PIPELINE_ROWS = 1
SHAPE: dict[str, Any] = {
    "hidden_size": 192,
    "intermediate_size": 768,
    "num_hidden_layers": 3,
    "num_attention_heads": 6,
    "max_position_embeddings": 512,
    "initializer_range": 0.05,
}
ENTAILS = ("contradiction", "neutral", "entailment")

Ask = Callable[[Sequence[str]], object]


@dataclass(frozen=True, slots=True)
class Setting:
    """What is timed: a family, texts of a length, a number of labels."""

    family: str
    length: str
    size: int


@dataclass(frozen=True, slots=True)
class Way:
    """How a setting is answered: by the kit, and by the pipeline."""

    kit: Ask
    pipeline: Ask


def read_texts(folder: Path, rows: Mapping[str, int]) -> dict[str, list[str]]:
    """Questions of about 12 words, and texts of about 200 made of sixteen questions each."""
    with (folder / "banking77" / "train.csv").open(encoding="utf-8") as file:
        asked = [row["text"] for row in csv.DictReader(file)][::20]
    long = [" ".join(asked[at : at + 16]) for at in range(0, 16 * rows["long"], 16)]
    return {"short": asked[: rows["short"]], "long": long}


def read_labels() -> tuple[Label, ...]:
    """The 77 labels with their descriptions."""
    path = Path(__file__).parent / "schemes" / "banking77.yaml"
    scheme = yaml.safe_load(path.read_text("utf-8"))["labels"]
    return tuple(Label(name, description) for name, description in scheme.items())


def entailment(
    folder: Path, words: Sequence[str], labels: Sequence[Label], shortlist: int = 0
) -> dict[int, Way]:
    """One model for label sets of all sizes."""
    save_tiny(
        folder,
        "bert",
        "ForSequenceClassification",
        labels=ENTAILS,
        corpus=words,
        limit=512,
        **SHAPE,
    )
    model = open_model(folder, Options(device="cpu", shortlist=shortlist))
    pipe: Any = pipeline("zero-shot-classification", str(folder), device="cpu")

    def way(size: int) -> Way:
        meanings = [label.meaning for label in labels[:size]]
        task = Task("intent", ("text",), labels=tuple(labels[:size]))
        return Way(_kit(model, task), lambda texts: [pipe(text, meanings) for text in texts])

    return {size: way(size) for size in SIZES}


def taggers(folder: Path, words: Sequence[str], labels: Sequence[Label]) -> dict[int, Way]:
    """A model for each number of labels."""
    return {size: _tagger(folder / str(size), words, labels[:size]) for size in SIZES}


def _tagger(folder: Path, words: Sequence[str], labels: Sequence[Label]) -> Way:
    tags = ["O", *(f"{mark}-{label.name}" for label in labels for mark in "BI")]
    save_tiny(
        folder, "bert", "ForTokenClassification", labels=tags, corpus=words, limit=512, **SHAPE
    )
    pipe: Any = pipeline(
        "token-classification", str(folder), aggregation_strategy="first", device="cpu"
    )
    model = open_model(folder, Options(device="cpu"))
    return Way(
        _kit(model, model.resolve(_task("spans"))), lambda texts: [pipe(text) for text in texts]
    )


def _task(kind: Kind) -> Task:
    return Task("intent", ("text",), kind=kind)


def _kit(model: Suggester, task: Task) -> Ask:
    def ask(texts: Sequence[str]) -> int:
        rows = [Record(record_id(text), (("text", text),)) for text in texts]
        return sum(len(batch) for batch in model.suggest(rows, task))

    return ask


def measure(
    ways: dict[Setting, Way], texts: dict[str, list[str]]
) -> dict[Setting, tuple[list[float], list[float]]]:
    """Seconds per row: ours, and the pipeline's."""
    times: dict[Setting, tuple[list[float], list[float]]] = {at: ([], []) for at in ways}
    for setting, way in ways.items():
        way.kit(texts[setting.length][:1])
    for _ in range(ROUNDS):
        for setting, way in ways.items():
            rows = texts[setting.length]
            times[setting][0].append(_timed(way.kit, rows))
            times[setting][1].append(_timed(way.pipeline, rows[:PIPELINE_ROWS]))
    return times


def _timed(ask: Ask, texts: Sequence[str]) -> float:
    began = process_time()
    ask(texts)
    return (process_time() - began) / len(texts)


def show(times: dict[Setting, tuple[list[float], list[float]]]) -> str:
    """The table."""
    rows = []
    for setting, (ours, theirs) in times.items():
        middle = statistics.median(ours)
        first = statistics.median(times[Setting(setting.family, setting.length, SIZES[0])][0])
        ratio = statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
        rows.append(
            (
                setting.family,
                setting.length,
                setting.size,
                f"{1000 * middle:.1f}",
                f"{middle / first:.2f}×",
                f"{setting.size / SIZES[0]:.1f}×",
                f"{1000 * statistics.median(theirs):,.0f}",
                f"{ratio:.1f}×",
            )
        )
    headings = ("family", "texts", "labels", "CPU ms per row", "time against 3 labels")
    more = ("labels against 3", "pipeline, CPU ms per row", "faster by")
    return table((*headings, *more), rows)


def main() -> None:
    """Build the models, measure, and show the table."""
    options = parser(__doc__)
    options.add_argument("--threads", type=int, help="threads of torch; one on a busy machine")
    given = options.parse_args()
    if given.threads:
        torch.set_num_threads(given.threads)
    texts, labels = read_texts(given.data, ROWS), read_labels()
    words = [*texts["short"], *texts["long"], *(label.meaning for label in labels)]
    with tempfile.TemporaryDirectory() as folder:
        made = {
            "entailment": entailment(Path(folder) / "nli", words, labels),
            "entailment, shortlist of 10": entailment(
                Path(folder) / "shortlist", words, labels, shortlist=10
            ),
            "tagger": taggers(Path(folder) / "taggers", words, labels),
        }
        ways = {
            Setting(family, length, size): made[family][size]
            for family in made
            for length in texts
            for size in SIZES
        }
        body = show(measure(ways, texts))
    notes = (
        f"BERT of 3 layers, 192 wide, random weights; device CPU, precision by probe; medians of "
        f"{ROUNDS} alternating rounds; threads of torch: {torch.get_num_threads()}."
    )
    report("Entailment and taggers as labels grow", f"{notes}\n\n{body}", record=given.record)


if __name__ == "__main__":
    main()
