"""Few labelled examples: the methods here and SetFit, from the same weights.

``ours`` is contrastive fine-tuning (method ``fewshot``), SetFit's like; ``head`` and ``full`` show
from how many examples on another method pays, as `sciml_magics.learning.choice` has it. All
learn from the same shots of the training split and answer the whole test split, or with ``--dev``
the development split, by which settings are chosen. Seconds are those of training, from loaded
weights to a head that answers. Every finished cell is a line of the
file given by ``--keep``: a run that was stopped goes on where it was, and ``--tools``, ``--sets``,
``--shots`` and ``--seeds`` choose which cells are computed now. With ``--threads 1`` the seconds of
the processor depend least on what else the machine does.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import torch
from sklearn.metrics import accuracy_score, f1_score

from sciml_magics.models import find_model
from sciml_magics.tasks import Method
from tests.benchmarks.harness import parser, report, table
from tests.benchmarks.public import Split, read, shots

SETS = ("csabstruct", "scicite", "banking77")
COUNTS = (8, 64)
NOTE = (
    "Means over the seeds that all have computed, ± the deviation between seeds. Seconds are "
    "those of training: wall time, and time of the processor, which hangs less on what else the "
    "machine did. Cells were computed one after the other."
)
Answers = tuple[list[str], float, float]
Cell = dict[str, Any]


def ours(
    method: Method,
    folder: Path,
    texts: Sequence[str],
    labels: Sequence[str],
    test: Sequence[str],
    seed: int,
) -> Answers:
    """Answers to `test`, and the wall and processor seconds of training, saving included."""
    from sciml_magics.models import open_model
    from sciml_magics.models.training.train import train
    from sciml_magics.tasks import Example, Label, Record, Task, Training, record_id

    task = Task("few", ("text",), labels=tuple(Label(name) for name in sorted(set(labels))))
    examples = [Example(text, label) for text, label in zip(texts, labels, strict=True)]
    with tempfile.TemporaryDirectory() as name:
        training = Training(method=method, seed=seed)
        made = Path(name) / "model"
        began, worked = perf_counter(), process_time()
        train(find_model(folder), task, examples, (), training, made)
        wall, processor = perf_counter() - began, process_time() - worked
        records = [Record(record_id(str(at)), (("text", text),)) for at, text in enumerate(test)]
        found = {
            one.record_id: str(one.value)
            for batch in open_model(made).suggest(records, task)
            for one in batch
        }
    return [found[record.id] for record in records], wall, processor


def theirs(
    folder: Path, texts: Sequence[str], labels: Sequence[str], test: Sequence[str], seed: int
) -> Answers:
    """The same of SetFit."""
    from tests.benchmarks.fewshot_setfit import setfit

    return setfit(folder, texts, labels, test, seed)


TOOLS: dict[str, Callable[..., Answers]] = {
    "ours": partial(ours, "fewshot"),
    "setfit": theirs,
    "head": partial(ours, "head"),
    "full": partial(ours, "full"),
}


def compute(data: Path, name: str, count: int, seed: int, tool: str, on: Split) -> Cell:
    texts, labels = read(data, name, "train")
    chosen = shots(labels, count, seed)
    test, gold = read(data, name, on)
    found, wall, processor = TOOLS[tool](
        find_model().path, [texts[i] for i in chosen], [labels[i] for i in chosen], test, seed
    )
    return {
        "set": name,
        "on": on,
        "shots": count,
        "seed": seed,
        "tool": tool,
        "accuracy": accuracy_score(gold, found),
        "macro_f1": f1_score(gold, found, average="macro", zero_division=0),
        "wall": wall,
        "processor": processor,
        "threads": torch.get_num_threads(),
    }


def kept(file: Path) -> list[Cell]:
    """The cells that were computed so far."""
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return [json.loads(line) for line in lines]


def summary(cells: Sequence[Cell]) -> str:
    """Means over the seeds that all tools with a cell have computed."""
    rows = []
    for name, count in product(SETS, sorted({cell["shots"] for cell in cells})):
        by_tool: dict[str, dict[int, Cell]] = {
            tool: {
                cell["seed"]: cell
                for cell in cells
                if (cell["set"], cell["shots"], cell["tool"]) == (name, count, tool)
            }
            for tool in TOOLS
        }
        seen = [set(found) for found in by_tool.values() if found]
        seeds = sorted(set.intersection(*seen)) if seen else []
        for tool, found in by_tool.items():
            if found and seeds:
                chosen = [found[seed] for seed in seeds]
                rows.append((name, count, tool, _seeds(seeds), *_means(chosen)))
    headings = ("set", "a label", "by", "seeds", "accuracy", "macro F1", "wall", "processor")
    return table(headings, rows)


def _seeds(seeds: Sequence[int]) -> str:
    return ", ".join(map(str, seeds))


def _means(cells: Sequence[Cell]) -> tuple[str, ...]:
    def mean(key: str) -> float:
        return float(statistics.mean(cell[key] for cell in cells))

    spread = statistics.pstdev([cell["accuracy"] for cell in cells])
    return (
        f"{mean('accuracy'):.3f} ± {spread:.3f}",
        f"{mean('macro_f1'):.3f}",
        f"{mean('wall'):.1f} s",
        f"{mean('processor'):.1f} s",
    )


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--keep", type=Path, required=True, help="file of the finished cells")
    options.add_argument(
        "--tools", nargs="*", default=list(TOOLS), choices=list(TOOLS), metavar="TOOL"
    )
    options.add_argument("--sets", nargs="*", default=list(SETS), choices=SETS)
    options.add_argument("--shots", nargs="*", type=int, default=list(COUNTS))
    options.add_argument("--seeds", nargs="*", type=int, default=list(range(5)))
    options.add_argument("--threads", type=int, help="of torch; all cores unless given")
    options.add_argument("--dev", action="store_true", help="answer the development split")
    arguments = options.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    on: Split = "dev" if arguments.dev else "test"
    cells = [cell for cell in kept(arguments.keep) if cell.get("on", "test") == on]
    done = {(cell["set"], cell["shots"], cell["seed"], cell["tool"]) for cell in cells}
    for seed, count, name, tool in product(
        arguments.seeds, arguments.shots, arguments.sets, arguments.tools
    ):
        if (name, count, seed, tool) in done:
            continue
        cell = compute(arguments.data, name, count, seed, tool, on)
        cells.append(cell)
        with arguments.keep.open("a", encoding="utf-8") as file:
            file.write(json.dumps(cell) + "\n")
        print(cell, flush=True)
    body = f"{summary(cells)}\n\n{NOTE}"
    title = "Few examples, on the development splits" if arguments.dev else "Few examples"
    report(title, body, record=arguments.record)


if __name__ == "__main__":
    main()
