"""Embeddings of the embedded model against sentence-transformers and the transformers pipeline.

Rounds of all tools in turn, medians of the ratios within a round. All tools read the same texts:
long ones are cut to the model's 256 tokens beforehand, or all tools are set to 512.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from transformers import pipeline

from sciml_magics.models import precision
from sciml_magics.models.engine.bert import read_bert
from sciml_magics.models.engine.embedder import Embedder, load_embedder
from sciml_magics.models.engine.packed import PackedForward
from sciml_magics.models.engine.tokens import read_tokens
from sciml_magics.models.loading import find_model
from tests.benchmarks.encoders import (
    PAIRS,
    alternate,
    long_abstracts,
    operations,
    peak_rate,
    sentence_transformer,
    sentences,
    times_faster,
    token_counts,
)
from tests.benchmarks.harness import parser, report, table

CPU = torch.device("cpu")
SHORT, LONG, COMPARED = 256, 32, 1_024
OURS, ST, TUNED, PIPELINE = "ours", "ST fp32, batch 32", "ST bf16, batch 8", "pipeline, row by row"
GOALS = {
    ("short", ST): 3.0,
    ("long", ST): 3.0,
    ("short", TUNED): 1.6,
    ("long", TUNED): 1.6,
    ("short", PIPELINE): 6.0,
    ("long", PIPELINE): 2.3,
    ("long, 512", ST): 3.0,
}


def main() -> None:
    arguments = parser(__doc__).parse_args()
    files, dtype = find_model(), precision.pick("auto", CPU)
    ours = load_embedder(files, CPU, dtype)
    forward = PackedForward(read_bert(files), "mean", CPU, dtype)
    ours_512 = Embedder(read_tokens(files), forward, 512)
    fp32, bf16 = (
        sentence_transformer(files.path, dtype=kind) for kind in (torch.float32, torch.bfloat16)
    )
    fp32_512 = sentence_transformer(files.path, dtype=torch.float32)
    fp32_512.max_seq_length = 512
    rows_of = pipeline("feature-extraction", str(files.path), device="cpu", dtype=torch.float32)

    everything = sentences(arguments.data)
    picks = np.random.default_rng(0).permutation(len(everything))
    short = [everything[at] for at in picks[:SHORT]]
    long = long_abstracts(arguments.data, 256)[:LONG]
    whole = long_abstracts(arguments.data, 512)[:LONG]

    def row_by_row(texts: list[str]) -> Callable[[], object]:
        return lambda: [rows_of(text, return_tensors=True)[0].mean(0) for text in texts]

    def runs(texts: list[str]) -> dict[str, Callable[[], object]]:
        return {
            OURS: lambda: ours.embed(texts),
            ST: lambda: encode(fp32, texts, 32),
            TUNED: lambda: encode(bf16, texts, 8),
            PIPELINE: row_by_row(texts),
        }

    both = {OURS: lambda: ours_512.embed(whole), ST: lambda: encode(fp32_512, whole, 32)}
    sets = {
        "short": (short, runs(short)),
        "long": (long, runs(long)),
        "long, 512": (whole, both),
    }
    body = speed(sets, files.config)
    compared = [everything[at] for at in picks[:COMPARED]]
    body += "\n\n" + likeness(ours, fp32, {"short": compared, "long": long})
    body += (
        f"\n\nPrecision here: {precision.name(dtype)}. Short: {SHORT} sentences of csabstruct; "
        f"long: {LONG} abstracts of 300 tokens and more, cut to 256 tokens for all tools, or all "
        f"tools set to 512. {PAIRS} rounds. The machine's rate: the best of bf16 products of 1,024 "
        "and 2,048 square matrices, one per core at a time, measured before, between and after."
    )
    report("Embeddings", body, record=arguments.record)


def encode(model: Any, texts: list[str], size: int) -> Any:
    """Encode as a user would: normalised numpy arrays."""
    return model.encode(texts, batch_size=size, show_progress_bar=False)


def speed(sets: Any, config: Any) -> str:
    """Ratios, rates, and the share of the machine's own rate."""
    rates, rows, reached = [peak_rate()], [], {}
    for name, (texts, runs) in sets.items():
        times = alternate(runs)
        rates.append(peak_rate())
        lengths = token_counts(texts)
        seconds = statistics.median(times[OURS])
        reached[name] = (sum(lengths) / seconds, operations(lengths, config) / seconds)
        for other in list(runs)[1:]:
            ratio = times_faster(times, other, OURS)
            rows.append((name, other, f"{ratio:.2f}×", f"≥ {GOALS[name, other]}×"))
    peak = statistics.median(rates)
    shares = [
        (name, f"{tokens:,.0f}", f"{rate / 1e9:.0f}", f"{rate / peak:.0%}", "≥ 65 %")
        for name, (tokens, rate) in reached.items()
    ]
    faster = table(("texts", "against", "faster", "goal"), rows)
    headings = ("texts", "tokens/s", "Gflop/s", f"of {peak / 1e9:.0f} Gflop/s", "goal")
    return faster + "\n\n" + table(headings, shares)


def likeness(ours: Embedder, theirs: Any, sets: dict[str, list[str]]) -> str:
    """Cosines to sentence-transformers in fp32, and shared nearest neighbours."""
    rows = []
    for name, texts in sets.items():
        found, right = ours.embed(texts), encode(theirs, texts, 32)
        cosines = (found * right).sum(axis=1)
        rows.append(
            (
                name,
                len(texts),
                f"{cosines.mean():.6f} (≥ 0.9999)",
                f"{cosines.min():.6f} (≥ 0.999)",
                f"{shared_neighbours(found, right):.4f} (≥ 0.99)" if len(texts) > 500 else "",
            )
        )
    return table(("texts", "number", "cosine, mean", "least", "same top-10 neighbours"), rows)


def shared_neighbours(one: Any, other: Any, number: int = 10) -> float:
    """Share of the nearest neighbours of each text that two sets of embeddings agree on."""
    near = []
    for vectors in (one, other):
        cosines = vectors @ vectors.T
        np.fill_diagonal(cosines, -1)
        near.append(np.argpartition(-cosines, number, axis=1)[:, :number])
    return float(np.mean([len(set(a) & set(b)) / number for a, b in zip(*near, strict=True)]))


if __name__ == "__main__":
    main()
