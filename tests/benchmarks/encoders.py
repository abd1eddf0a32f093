"""What the benchmarks of encoders share: the texts, the clock, the machine's own speed."""

from __future__ import annotations

import json
import statistics
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from sciml_magics.models.engine.workers import cores
from sciml_magics.models.loading import find_model

PAIRS = 7
LONG = 300
Times = Mapping[str, Sequence[float]]


def sentences(data: Path, split: str = "train") -> list[str]:
    """Sentences of abstracts of computer science."""
    return [text for abstract in _abstracts(data, split) for text in abstract]


def long_abstracts(data: Path, limit: int | None = None) -> list[str]:
    """Abstracts of 300 tokens and more, cut to the tokens of one window of `limit`.

    So cut, every tool reads the same: none of them cuts further, or makes several windows.
    """
    tokenizer = _tokenizer()
    found = []
    for abstract in _abstracts(data, "train"):
        text = " ".join(abstract)
        encoding = tokenizer.encode(text, add_special_tokens=False)
        if len(encoding.ids) >= LONG:
            end = (
                encoding.offsets[limit - 3][1] if limit and len(encoding.ids) > limit - 2 else None
            )
            found.append(text[:end])
    return found


def token_counts(texts: Sequence[str]) -> list[int]:
    """Tokens of texts, special ones included."""
    return [len(found.ids) for found in _tokenizer().encode_batch(list(texts))]


def alternate(runs: Mapping[str, Callable[[], object]], pairs: int = PAIRS) -> Times:
    """Seconds of every run, all of them in turn, after one round to warm up."""
    for run in runs.values():
        run()
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(pairs):
        for name, run in runs.items():
            began = perf_counter()
            run()
            times[name].append(perf_counter() - began)
    return times


def times_faster(times: Times, slow: str, fast: str) -> float:
    """Median over the rounds of how many times faster one run was than another."""
    return statistics.median(a / b for a, b in zip(times[slow], times[fast], strict=True))


def peak_rate(seconds: float = 1.0) -> float:
    """Floating-point operations a second that this machine multiplies matrices with, in bf16.

    The best of several large sizes, every core with a product of its own.
    """
    from sciml_magics.models.engine.workers import work_through

    best = 0.0
    for size in (1024, 2048):
        matrix = torch.randn(size, size).bfloat16()
        repeats = max(2, int(seconds * 2e11 / size**3 / 2))

        def multiply(_: int, matrix: torch.Tensor = matrix) -> None:
            torch.mm(matrix, matrix)

        workers = cores()
        list(work_through(multiply, iter(range(workers)), workers))
        began = perf_counter()
        list(work_through(multiply, iter(range(repeats * workers)), workers))
        best = max(best, 2 * size**3 * repeats * workers / (perf_counter() - began))
    return best


def operations(lengths: Sequence[int], config: Mapping[str, Any]) -> float:
    """Floating-point operations of the matrix products of a BERT over sequences."""
    tokens = np.asarray(lengths, dtype=np.float64)
    hidden, wide = config["hidden_size"], config["intermediate_size"]
    linear = 2 * (4 * hidden**2 + 2 * hidden * wide) * tokens.sum()
    attention = 4 * hidden * (tokens**2).sum()
    return float(config["num_hidden_layers"] * (linear + attention))


def sentence_transformer(folder: Path, **model_kwargs: Any) -> Any:
    """A model as sentence-transformers loads it, without its bars."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    warnings.simplefilter("ignore")
    return SentenceTransformer(str(folder), device="cpu", model_kwargs=model_kwargs)


def _tokenizer() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(find_model().path / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _abstracts(data: Path, split: str) -> list[list[str]]:
    lines = (data / "csabstruct" / f"{split}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["sentences"] for line in lines]
