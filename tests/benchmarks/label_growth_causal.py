"""Time of a causal language model as labels grow: what rows and labels share is read once.

Texts and labels are banking77's (train part), the model is a Llama of random weights built here.
"One by one" reads prompt, text and label anew for every row and label, as a loop over labels would;
it is timed on one row and three labels, each of which takes as long as any other. Rounds alternate
between all settings. Times are those of one thread on its processor, so that other work on the
machine does not count.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

import torch
from transformers import LlamaConfig

from sciml_magics.models import Options, open_model
from sciml_magics.models.families.causal_lm import CausalLM
from sciml_magics.models.label_scoring import WholeScorer
from sciml_magics.models.token_tree import branch
from sciml_magics.tasks import Kind, Record, Task, record_id
from tests.benchmarks.harness import parser, report, table
from tests.benchmarks.label_growth import read_labels, read_texts
from tests.models.tiny_lm import make_lm

SIZES = (3, 20, 77)
KINDS: tuple[Kind, ...] = ("label", "labels")
ROUNDS = 3
TIMED = 3
ROWS = {"short": 8, "long": 4}
SHAPE: dict[str, Any] = {
    "hidden_size": 576,
    "intermediate_size": 1536,
    "num_hidden_layers": 4,
    "num_attention_heads": 9,
    "num_key_value_heads": 3,
    "max_position_embeddings": 8192,
    "initializer_range": 0.05,
}


@dataclass(frozen=True, slots=True)
class Setting:
    """What is timed: texts of a length, a kind of task, a number of labels."""

    length: str
    kind: Kind
    size: int


def measure(
    model: CausalLM, texts: dict[str, list[str]], tasks: dict[Setting, Task]
) -> tuple[dict[Setting, list[float]], dict[Setting, list[float]]]:
    """Seconds per row, ours and one by one."""
    ours: dict[Setting, list[float]] = {setting: [] for setting in tasks}
    single: dict[Setting, list[float]] = {setting: [] for setting in tasks}
    plain = WholeScorer(model.loaded.model)
    for _ in range(ROUNDS):
        for setting, task in tasks.items():
            rows = list(_records(texts[setting.length]))
            began = process_time()
            done = sum(len(batch) for batch in model.suggest(rows, task))
            ours[setting].append((process_time() - began) / len(rows))
            assert done == len(rows)
        for setting, task in tasks.items():
            if setting.kind == "label":
                single[setting].append(_one_by_one(model, plain, texts[setting.length][0], task))
    return ours, single


def _one_by_one(model: CausalLM, plain: WholeScorer, text: str, task: Task) -> float:
    prompter = model.loaded.prompter
    before, continuations = prompter.label(task)
    began = process_time()
    with torch.inference_mode():
        tokens = prompter.texts([text])
        plain.score(plain.read(before), tokens, branch(continuations[:TIMED], 10_000))
    return (process_time() - began) * len(continuations) / TIMED


def _records(texts: list[str]) -> Iterator[Record]:
    for text in texts:
        yield Record(record_id(text), (("text", text),))


def show(ours: dict[Setting, list[float]], single: dict[Setting, list[float]]) -> str:
    """The table."""
    rows = []
    for setting, times in ours.items():
        middle = statistics.median(times)
        first = statistics.median(ours[Setting(setting.length, setting.kind, SIZES[0])])
        alone = statistics.median(single[setting]) if single[setting] else None
        rows.append(
            (
                setting.length,
                setting.kind,
                setting.size,
                f"{1000 * middle:.1f}",
                f"{middle / first:.1f}×",
                f"{setting.size / SIZES[0]:.1f}×",
                f"{1000 * alone:,.0f}" if alone else "",
                f"{alone / middle:.0f}×" if alone else "",
            )
        )
    headings = ("texts", "kind", "labels", "ms per row", "time against 3 labels")
    more = ("labels against 3", "one by one, ms per row", "faster by")
    return table((*headings, *more), rows)


def main() -> None:
    """Build the model, measure, and show the table."""
    given = parser(__doc__).parse_args()
    torch.set_num_threads(1)
    texts, labels = read_texts(given.data, ROWS), read_labels()
    with tempfile.TemporaryDirectory() as folder:
        words = [*texts["short"], *texts["long"], *(label.meaning for label in labels)]
        make_lm(Path(folder), LlamaConfig, words, tokens=4_000, **SHAPE)
        model = open_model(folder, Options(device="cpu"))
        assert isinstance(model, CausalLM)
        tasks = {
            Setting(length, kind, size): Task("intent", ("text",), kind=kind, labels=labels[:size])
            for length in texts
            for kind in KINDS
            for size in SIZES
        }
        body = show(*measure(model, texts, tasks))
        execution = model.execution
    assert execution is not None
    notes = (
        f"Llama of 4 layers, 576 wide, 4,000 tokens, {execution.precision}; "
        f"processor time of one thread, median of {ROUNDS} rounds."
    )
    report("Causal language model as labels grow", f"{notes}\n\n{body}", record=given.record)


if __name__ == "__main__":
    main()
