"""Names in news and diseases in abstracts: taggers trained from the embedded model.

``--conll`` is a folder with CoNLL-2003: ``eng.train``, ``eng.testa``, ``eng.testb``; ``--data``
holds ``ncbi_disease``. Words are joined by a space. Training sees the training split and chooses
among its epochs by the development split, as its settings were chosen; training and answers are
those that users get. Every finished training is a line of the file given by ``--keep``, so that
each can run by itself: ``--sets`` and ``--seeds`` choose which are computed now, ``--speed`` times
a plain loop beside ours.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from sciml_magics.learning.evaluating.evaluation import evaluate
from sciml_magics.models import find_model, open_model
from sciml_magics.models.training.train import train
from sciml_magics.tasks import Example, Label, Record, Span, Task, Training, Value, record_id
from tests.benchmarks.harness import parser, report, table

SETS = {
    "CoNLL-2003": ("eng.train", "eng.testa", "eng.testb"),
    "ncbi_disease": ("train.tsv", "devel.tsv", "test.tsv"),
}
EPOCHS = {"CoNLL-2003": 3, "ncbi_disease": None}
Bounds = tuple[tuple[int, int], ...]
Line = dict[str, Any]

# Of a timing: batches of the plain loop, sentences in each, and turns.
BATCHES, ROWS, TURNS = 100, 32, 3


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--conll", type=Path, required=True, help="folder with CoNLL-2003")
    options.add_argument("--keep", type=Path, required=True, help="file of finished trainings")
    options.add_argument("--sets", nargs="*", choices=list(SETS), default=list(SETS))
    options.add_argument("--seeds", nargs="*", type=int, default=[0, 1, 2])
    options.add_argument("--speed", action="store_true", help="time a plain loop beside ours")
    options.add_argument("--dev", action="store_true", help="leave the test split alone")
    arguments = options.parse_args()
    folders = {
        "CoNLL-2003": arguments.conll,
        "ncbi_disease": arguments.data / "ncbi_disease",
    }
    done = _kept(arguments.keep)
    for name, seed in product(arguments.sets, arguments.seeds):
        if not any((line.get("set"), line.get("seed")) == (name, seed) for line in done):
            _keep(arguments.keep, learn(name, folders[name], seed, test=not arguments.dev))
    if arguments.speed:
        for line in race(folders["CoNLL-2003"]):
            _keep(arguments.keep, line)
    report("Taggers", _body(_kept(arguments.keep)), record=arguments.record)


def learn(name: str, folder: Path, seed: int, *, test: bool) -> Line:
    """Train on one set with one seed, and count what the tagger finds."""
    texts, checks, others = (read(folder / file) for file in SETS[name])
    task = _task(texts)
    with tempfile.TemporaryDirectory() as place:
        training = Training(epochs=EPOCHS[name], seed=seed)
        fit = train(
            find_model(), task, _examples(texts), _examples(checks), training, Path(place) / "m"
        )
        line: Line = {
            "set": name,
            "seed": seed,
            "epochs": len(fit.history),
            "validation": fit.validation,
            "notes": fit.notes,
        }
        if test:
            line |= _judged(fit.folder, others, task)
    print(json.dumps({key: line[key] for key in line if key != "tags"}), flush=True)
    return line


def _judged(folder: Path, rows: Sequence[tuple[str, tuple[Span, ...], Bounds]], task: Task) -> Line:
    texts = [text for text, _, _ in rows]
    records = [Record(record_id(str(at)), (("text", text),)) for at, text in enumerate(texts)]
    model = open_model(folder)
    found: dict[bytes, Value] = {
        one.record_id: one.value
        for batch in model.suggest(records, model.resolve(task))
        for one in batch
    }
    counted = evaluate(
        [spans for _, spans, _ in rows],
        [found[record.id] for record in records],
        task,
        texts=texts,
        words=[bounds for _, _, bounds in rows],
    )
    assert counted.tokens is not None
    return {
        "test": counted.score,
        "low": counted.low,
        "high": counted.high,
        "classes": counted.frame().reset_index().to_dict("records"),
        "tags": counted.tokens.reset_index(drop=True).to_dict("records"),
    }


def read(path: Path) -> list[tuple[str, tuple[Span, ...], Bounds]]:
    """Sentences of a file of words and tags: text, spans, and bounds of the words.

    The first column is the word and the last its tag, of IOB1 or IOB2: a span begins at B and at
    any tag that nothing of its kind precedes.
    """
    found = []
    for words, tags in _sentences(path):
        text = " ".join(words)
        ends = np.cumsum([len(word) + 1 for word in words]) - 1
        bounds = tuple(
            (int(end) - len(word), int(end)) for word, end in zip(words, ends, strict=True)
        )
        cuts = [
            at
            for at, (before, tag) in enumerate(pairwise(("O", *tags)))
            if tag[:1] == "B" or tag[2:] != before[2:]
        ]
        spans = [
            (bounds[start][0], bounds[stop - 1][1], tags[start][2:])
            for start, stop in pairwise((*cuts, len(words)))
            if tags[start] != "O"
        ]
        quoted = tuple(Span(start, stop, kind, text[start:stop]) for start, stop, kind in spans)
        found.append((text, quoted, bounds))
    return found


def _sentences(path: Path) -> Iterator[tuple[list[str], list[str]]]:
    for block in path.read_text("utf-8").split("\n\n"):
        rows = [line.split() for line in block.splitlines() if line.strip()]
        rows = [row for row in rows if row[0] != "-DOCSTART-"]
        if rows:
            yield [row[0] for row in rows], [row[-1] for row in rows]


def _task(rows: Sequence[tuple[str, tuple[Span, ...], Bounds]]) -> Task:
    labels = sorted({span.label for _, spans, _ in rows for span in spans})
    return Task("names", ("text",), kind="spans", labels=tuple(map(Label, labels)))


def _examples(rows: Sequence[tuple[str, tuple[Span, ...], Bounds]]) -> list[Example]:
    return [Example(text, spans) for text, spans, _ in rows]


def race(folder: Path) -> Iterator[Line]:
    """Tokens learned from in a second, filling not counted: a plain loop and ours, turn by turn."""
    rows = read(folder / SETS["CoNLL-2003"][0])
    drawn = np.random.default_rng(0)
    task = _task(rows)
    for turn in range(TURNS):
        some = [rows[at] for at in drawn.permutation(len(rows))[: BATCHES * ROWS]]
        plain = _plain_loop(some, task, turn)
        with tempfile.TemporaryDirectory() as place:
            training = Training(epochs=1, seed=turn)
            fit = train(find_model(), task, _examples(some), [], training, Path(place) / "m")
        yield {"turn": turn, "plain": plain, "ours": fit.tokens_per_second}


def _plain_loop(
    rows: Sequence[tuple[str, tuple[Span, ...], Bounds]], task: Task, seed: int
) -> float:
    """As in the tutorials: fp32, shuffled batches padded to their longest, AdamW."""
    import torch
    from transformers import (
        AutoModelForTokenClassification,
        AutoTokenizer,
        DataCollatorForTokenClassification,
    )

    torch.manual_seed(seed)
    path = find_model().path
    tokenizer = AutoTokenizer.from_pretrained(path)
    tags = 1 + 2 * len(task.labels)
    model = AutoModelForTokenClassification.from_pretrained(path, num_labels=tags).train()
    tokens = [tokenizer(text) for text, _, _ in rows]
    # What the tags say makes no difference to time.
    features = [{**one, "labels": [0] * len(one["input_ids"])} for one in tokens]
    loader: Any = torch.utils.data.DataLoader(
        features,  # type: ignore[arg-type] # a list has all that a dataset needs
        batch_size=ROWS,
        shuffle=True,
        collate_fn=DataCollatorForTokenClassification(tokenizer),
    )
    optimiser = torch.optim.AdamW(model.parameters(), lr=5e-5)
    began = perf_counter()
    for batch in loader:
        model(**batch).loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
    return sum(len(one["input_ids"]) for one in tokens) / (perf_counter() - began)


def _body(lines: Sequence[Line]) -> str:
    runs = [line for line in lines if "set" in line]
    parts = [
        table(
            (
                "set",
                "seed",
                "epochs",
                "entity F1 dev",
                "entity F1 test",
                "95 %",
                "weighted F1 of tags",
            ),
            [_row(line) for line in sorted(runs, key=lambda line: (line["set"], line["seed"]))],
        )
    ]
    for name in SETS:
        tested = [line for line in runs if line["set"] == name and "test" in line]
        if tested:
            parts.append(_means(name, tested))
    if turns := [line for line in lines if "turn" in line]:
        parts.append(_speed(turns))
    return "\n\n".join(parts)


def _row(line: Line) -> tuple[object, ...]:
    shown = [f"{line['validation']:.4f}", "", "", ""]
    if "test" in line:
        weighted = next(row["f1"] for row in line["tags"] if row["tag"] == "weighted")
        shown[1:] = [
            f"{line['test']:.4f}",
            f"{line['low']:.3f} to {line['high']:.3f}",
            f"{weighted:.4f}",
        ]
    return (
        line["set"],
        line["seed"],
        line["epochs"],
        *shown,
    )


def _means(name: str, lines: Sequence[Line]) -> str:
    scores = [line["test"] for line in lines]
    spread = f" ± {statistics.stdev(scores):.4f}" if len(scores) > 1 else ""
    mean = f"{statistics.mean(scores):.4f}{spread}"
    seeds = "1 seed" if len(scores) == 1 else f"{len(scores)} seeds"
    head = f"{name}, test split: entity F1 {mean} over {seeds}."
    names = [row["tag"] for row in lines[0]["tags"]]
    rows = []
    for at, label in enumerate(names):
        values = [
            statistics.mean(line["tags"][at][key] for line in lines)
            for key in ("precision", "recall", "f1")
        ]
        rows.append(
            (
                label,
                *(f"{value:.4f}" for value in values),
                f"{lines[0]['tags'][at]['support']:,.0f}",
            )
        )
    return f"{head} Word by word, mean of the seeds:\n\n" + table(
        ("tag", "precision", "recall", "F1", "support"), rows
    )


def _speed(turns: Sequence[Line]) -> str:
    rows = [
        (f"{t['plain']:,.0f}", f"{t['ours']:,.0f}", f"{t['ours'] / t['plain']:.2f}") for t in turns
    ]
    middle = statistics.median(line["ours"] / line["plain"] for line in turns)
    return (
        f"Tokens/s of training, filling not counted, {BATCHES * ROWS:,} sentences a turn; ours is "
        f"{middle:.2f} times as fast (median):\n\n"
        + table(("plain fp32 loop, shuffled batches of 32", "ours", "times"), rows)
    )


def _kept(path: Path) -> list[Line]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def _keep(path: Path, line: Line) -> None:
    with path.open("a") as file:
        file.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
