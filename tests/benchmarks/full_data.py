"""Classifiers trained on all of a public set, from the embedded model.

``--tune`` trains on the training split and scores the development split (banking77 has none: a
seventh of its training split stands in). Without it the settings in `CHOSEN`, which were found that
way, are trained for each seed, stop early on the development split, and answer the test split once.
Abstracts of csabstruct are read whole, so that each sentence has its neighbours beside it: a tagger
marks who says what, and a sentence is what most of its letters are marked as.
Every finished run is a line of the file given by ``--keep``; models are kept under ``--models``.
"""

from __future__ import annotations

import json
import statistics
from argparse import Namespace
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import torch
from sklearn.metrics import accuracy_score, f1_score
from sklearn.preprocessing import MultiLabelBinarizer

from sciml_magics.models import Suggester, find_model, open_model
from sciml_magics.models.training.train import train
from sciml_magics.tasks import (
    Example,
    Kind,
    Label,
    Moment,
    Record,
    Span,
    Task,
    Training,
    Value,
    Watcher,
    record_id,
)
from tests.benchmarks.harness import parser, report, table
from tests.benchmarks.public import Split, abstracts, read

SETS = {
    "csabstruct": ("micro F1", 0.78),
    "scicite": ("macro F1", 0.82),
    "banking77": ("accuracy", 0.935),
    "goemotions": ("macro F1", 0.45),
}
# Found on the development splits.
CHOSEN: dict[str, Training] = {
    "csabstruct": Training(epochs=5),
    "scicite": Training(epochs=5, learning_rate=3e-4, consistency=1.0, patience=4),
    "banking77": Training(
        epochs=15, learning_rate=3e-4, batch_tokens=512, consistency=1.0, patience=15
    ),
    "goemotions": Training(epochs=4, learning_rate=2e-4, class_weights="balanced", patience=4),
}
KINDS: dict[str, Kind] = {"csabstruct": "spans", "goemotions": "labels"}
Run = dict[str, Any]


def compute(options: Namespace, name: str, training: Training) -> Run:
    """Train once and score."""
    examples = read_examples(options.data, name, "train")
    checks: list[Example] = []
    dev = read_examples(options.data, name, "dev")
    if options.tune or name != "banking77":
        checks = dev
    else:
        examples += dev  # a part of its training split
    measured = dev if options.tune else read_examples(options.data, name, "test")
    known = sorted({label for one in examples for label in _labels(one.value)})
    kind: Kind = KINDS.get(name, "label")
    task = Task(name, ("text",), kind=kind, labels=tuple(Label(label) for label in known))
    began = perf_counter()
    made = options.models / _folder(name, training, len(examples))
    rate = 0.0
    if not made.exists():
        fit = train(find_model(), task, examples, checks, training, made, _tell(began))
        rate = fit.tokens_per_second
    gold = [one.value for one in measured]
    found = answers(open_model(made), [one.text for one in measured], task)
    if kind == "spans":
        found = [label for pair in zip(gold, found, strict=True) for label in of_sentences(*pair)]
        gold = [label for value in gold for label in _labels(value)]
    return {
        "set": name,
        "on": "dev" if options.tune else "test",
        "method": training.method,
        "seed": training.seed,
        "epochs": training.epochs,
        "rate": training.learning_rate,
        "tokens": training.batch_tokens,
        "weights": training.class_weights,
        "consistency": training.consistency,
        "minutes": (perf_counter() - began) / 60,
        "tokens_per_second": rate,
        **scores(gold, found, known),
    }


def read_examples(data: Path, name: str, split: Split) -> list[Example]:
    """One split; of csabstruct abstracts, with a span for each sentence."""
    if name == "goemotions":
        return _goemotions(data, split)
    if name != "csabstruct":
        return [Example(*row) for row in zip(*read(data, name, split), strict=True)]
    return [_abstract(*abstract) for abstract in abstracts(data, split)]


def _abstract(sentences: Sequence[str], labels: Sequence[str]) -> Example:
    """An abstract as one text.

    Examples
    --------
    >>> _abstract(["A.", "B."], ["aim", "result"]).value[1].start
    3
    """
    text, spans = "", []
    for sentence, label in zip(sentences, labels, strict=True):
        text += " " if text else ""
        spans.append(Span(len(text), len(text) + len(sentence), label, sentence))
        text += sentence
    return Example(text, tuple(spans))


def of_sentences(sentences: Value, found: Value) -> list[Value]:
    """For each sentence the label that most of its letters are marked with; ``None`` without any.

    Examples
    --------
    >>> gold = (Span(0, 4, "aim", "abcd"), Span(5, 6, "result", "e"))
    >>> of_sentences(gold, (Span(0, 1, "result", "a"), Span(2, 4, "aim", "cd")))
    ['aim', None]
    """
    said: list[Value] = []
    for sentence in _spans(sentences):
        letters: Counter[str] = Counter()
        for span in _spans(found):
            shared = min(span.end, sentence.end) - max(span.start, sentence.start)
            if shared > 0:
                letters[span.label] += shared
        said.append(letters.most_common(1)[0][0] if letters else None)
    return said


def _spans(value: Value) -> list[Span]:
    parts = value if isinstance(value, tuple) else ()
    return [part for part in parts if isinstance(part, Span)]


def _goemotions(data: Path, split: Split) -> list[Example]:
    folder = data / "goemotions" / "original"
    labels = (folder / "labels.txt").read_text("utf-8").split()
    rows = [line.split("\t") for line in (folder / f"{split}.tsv").read_text("utf-8").splitlines()]
    return [
        Example(text, tuple(labels[int(at)] for at in numbers.split(",")))
        for text, numbers, _ in rows
    ]


def answers(model: Suggester, texts: Sequence[str], task: Task) -> list[Value]:
    """What a trained model says, in the order of the texts."""
    records = [Record(record_id(str(at)), (("text", text),)) for at, text in enumerate(texts)]
    found = {one.record_id: one.value for batch in model.suggest(records, task) for one in batch}
    return [found[record.id] for record in records]


def scores(gold: Sequence[Value], found: Sequence[Value], known: Sequence[str]) -> dict[str, float]:
    """Accuracy (of several labels: all of them right), micro and macro F1."""
    binary = MultiLabelBinarizer(classes=known)
    truth = binary.fit_transform([_labels(value) for value in gold])
    said = binary.transform([_labels(value) for value in found])
    return {
        "accuracy": float(accuracy_score(truth, said)),
        "micro F1": float(f1_score(truth, said, average="micro", zero_division=0)),
        "macro F1": float(f1_score(truth, said, average="macro", zero_division=0)),
    }


def summary(runs: Sequence[Run]) -> str:
    """A row for each set and split."""
    rows = []
    for name, (measure, goal) in SETS.items():
        for on in ("dev", "test"):
            found = [run for run in runs if (run["set"], run["on"]) == (name, on)]
            for method in dict.fromkeys(map(_settings, found)):
                same = [run for run in found if _settings(run) == method]
                each = [run[measure] for run in same]
                rows.append(
                    (
                        name,
                        on,
                        method[0],
                        method[1] or "default",
                        method[2] or "default",
                        method[3],
                        method[4],
                        method[5] or "none",
                        ", ".join(str(run["seed"]) for run in same),
                        f"{measure} **{statistics.mean(each):.3f}**",
                        ", ".join(f"{score:.3f}" for score in each),
                        goal if on == "test" else "",
                        f"{np.mean([run['macro F1'] for run in same]):.3f}",
                        f"{np.mean([run['minutes'] for run in same]):.0f}",
                    )
                )
    settings = ("method", "rate", "tokens of a batch", "epochs", "class weights", "consistency")
    found_out = ("seeds", "mean", "each", "goal", "macro F1", "minutes")
    return table(("set", "split", *settings, *found_out), rows)


def _settings(run: Run) -> tuple[Any, ...]:
    named = ("method", "rate", "tokens", "epochs", "weights", "consistency")
    return tuple(run[name] for name in named)


def _folder(name: str, training: Training, examples: int) -> str:
    """Says all that makes a model, so that it is trained once for both splits."""
    told = [value for value in asdict(training).values() if value is not None]
    return "-".join(map(str, (name, *told, examples)))


def _labels(value: Value) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    return tuple(part.label if isinstance(part, Span) else part for part in value)


def _tell(began: float) -> Watcher:
    """Say how every epoch does on the development split."""
    told: list[float] = []

    def tell(moment: Moment) -> None:
        if moment.validation is not None and moment.validation not in told:
            told.append(moment.validation)
            minutes = (perf_counter() - began) / 60
            print(f"  {moment.epoch:.1f} epochs, {moment.validation:.4f}, {minutes:.1f} min")

    return tell


def _kept(file: Path) -> list[Run]:
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return [json.loads(line) for line in lines]


def main() -> None:
    """Train what is asked for, then show all finished runs."""
    options = parser(__doc__)
    options.add_argument("--keep", type=Path, required=True, help="file of the finished runs")
    options.add_argument("--models", type=Path, required=True, help="folder of the models")
    options.add_argument("--sets", nargs="*", default=list(SETS), choices=list(SETS))
    options.add_argument("--seeds", nargs="*", type=int, default=[0])
    options.add_argument("--tune", action="store_true", help="score the development split")
    options.add_argument("--method", choices=("head", "fewshot", "lora", "adalora", "full"))
    options.add_argument("--rate", type=float, help="learning rate instead of the chosen one")
    options.add_argument("--epochs", type=int, help="epochs instead of the chosen ones")
    options.add_argument("--weights", choices=("none", "balanced"))
    options.add_argument("--threads", type=int, help="of torch; all cores unless given")
    arguments = options.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    for seed in arguments.seeds:
        for name in arguments.sets:
            base = CHOSEN[name]
            training = replace(
                base,
                method=arguments.method or base.method,
                epochs=arguments.epochs or base.epochs,
                learning_rate=arguments.rate or base.learning_rate,
                class_weights=arguments.weights or base.class_weights,
                seed=seed,
            )
            print(name, training, flush=True)
            run = compute(arguments, name, training)
            print(run, flush=True)
            with arguments.keep.open("a", encoding="utf-8") as file:
                file.write(json.dumps(run) + "\n")
    report("Trained on all data", summary(_kept(arguments.keep)), record=arguments.record)


if __name__ == "__main__":
    main()
