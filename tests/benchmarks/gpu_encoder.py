"""A BERT-base on a GPU: share of the measured matmul peak, with sentence-transformers beside it.

Weights are random. ``--device cpu --rows 16`` tries the script where there is no GPU.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter

import torch
import transformers

from sciml_magics.models import device as devices
from sciml_magics.models.engine.embedder import load_embedder
from sciml_magics.models.loading import find_model
from tests.benchmarks.encoders import operations, sentence_transformer
from tests.benchmarks.harness import parser, report, table

ROUNDS = 7
LENGTHS = (128, 512)


def main() -> None:
    options = parser(__doc__, data=False)
    options.add_argument("--device", default="auto")
    options.add_argument("--rows", type=int, default=8_192)
    arguments = options.parse_args()
    device = devices.pick(arguments.device)
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(build(Path(folder)), device, arguments.rows)
    headings = ("tokens", "ours, texts/s", "of the peak (≥ 50 %)", "ST bf16, texts/s", "faster")
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else str(device)
    report(f"BERT-base on {name}", table(headings, rows), record=arguments.record)


def build(folder: Path) -> Path:
    """A BERT-base with random weights and the embedded model's tokenizer."""
    torch.manual_seed(0)
    tokenizer = transformers.AutoTokenizer.from_pretrained(find_model().path)
    tokenizer.model_max_length = 512
    transformers.BertModel(transformers.BertConfig()).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def measure(folder: Path, device: torch.device, number: int) -> list[tuple[str, ...]]:
    """Texts a second and the share of the peak at each length."""
    files = find_model(folder)
    ours = load_embedder(files, device, torch.bfloat16)
    theirs = sentence_transformer(folder, dtype=torch.bfloat16).to(device)
    peak = matmul_rate(device)
    rows: list[tuple[str, ...]] = []
    for length in LENGTHS:
        # A word of one token each, and the two special ones.
        texts = [" ".join(["cell"] * (length - 2))] * (number * LENGTHS[0] // length)
        one = seconds(partial(ours.embed, texts))
        other = seconds(partial(theirs.encode, texts, batch_size=128, show_progress_bar=False))
        share = operations([length] * len(texts), files.config) / one / peak
        speeds = [f"{len(texts) / time:,.0f}" for time in (one, other)]
        rows.append((str(length), speeds[0], f"{share:.0%}", speeds[1], f"{other / one:.2f}×"))
    return rows


def seconds(run: Callable[[], object]) -> float:
    """Median time, after one run to warm up; results are on the CPU when a run ends."""
    run()
    times = []
    for _ in range(ROUNDS):
        began = perf_counter()
        run()
        times.append(perf_counter() - began)
    return statistics.median(times)


def matmul_rate(device: torch.device, size: int = 8192) -> float:
    """Operations a second of a large product in bf16."""
    size = size if device.type != "cpu" else 1024
    matrix = torch.randn(size, size, device=device, dtype=torch.bfloat16)

    def multiply() -> None:
        for _ in range(10):
            torch.mm(matrix, matrix)
        if device.type != "cpu":
            torch.accelerator.synchronize(device)

    return 10 * 2 * size**3 / seconds(multiply)


if __name__ == "__main__":
    main()
