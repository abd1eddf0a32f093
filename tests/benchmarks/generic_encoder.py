"""Any encoder that is not shaped like BERT, against the pipeline at batch 32 with padding.

The architectures are built here in the size of the embedded model, with random weights: speed does
not depend on what the weights are.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from transformers import pipeline

from sciml_magics.models.engine.embedder import load_embedder
from sciml_magics.models.engine.generic import GenericForward
from sciml_magics.models.loading import find_model
from tests.benchmarks.encoders import alternate, sentences, times_faster
from tests.benchmarks.harness import parser, report, table

CPU = torch.device("cpu")
TEXTS, ROUNDS = 128, 5
SIZE = {
    "hidden_size": 384,
    "intermediate_size": 1536,
    "num_hidden_layers": 6,
    "num_attention_heads": 12,
    "max_position_embeddings": 512,
}
SPECIAL = {"pad_token_id": 0, "bos_token_id": 101, "cls_token_id": 101, "eos_token_id": 102}
# Start of the class names, and what the configuration has besides the size.
ARCHITECTURES: Mapping[str, Mapping[str, Any]] = {
    "DistilBert": {"dim": 384, "hidden_dim": 1536, "n_layers": 6, "n_heads": 12},
    "MPNet": {**SIZE, "max_position_embeddings": 514, "pad_token_id": 1},
    "ModernBert": {**SIZE, **SPECIAL, "sep_token_id": 102, "reference_compile": False},
    "Electra": {**SIZE, "embedding_size": 384},
    "DebertaV2": {**SIZE, "relative_attention": True, "pos_att_type": ["p2c", "c2p"]},
}


def main() -> None:
    arguments = parser(__doc__).parse_args()
    everything = sentences(arguments.data)
    picks = np.random.default_rng(1).permutation(len(everything))[:TEXTS]
    texts = [everything[at] for at in picks]
    rows = []
    for name in ARCHITECTURES:
        with tempfile.TemporaryDirectory() as folder:
            fp32, bf16, cosine = compare(build(name, Path(folder)), texts)
        rows.append((name, f"{fp32:.2f}× (≥ 1.5×)", f"{bf16:.2f}× (≥ 2×)", f"{cosine:.5f}"))
    headings = ("architecture", "fp32 against fp32", "bf16 against fp32", "cosine of bf16 to fp32")
    body = table(headings, rows)
    body += (
        f"\n\n{TEXTS} sentences of csabstruct in the order of the file's shuffle, {ROUNDS} rounds."
    )
    report("Other encoders", body, record=arguments.record)


def build(name: str, folder: Path) -> Path:
    """A model of this architecture with the tokenizer of the embedded one."""
    torch.manual_seed(0)
    tokenizer = transformers.AutoTokenizer.from_pretrained(find_model().path)
    config = getattr(transformers, f"{name}Config")(
        vocab_size=len(tokenizer), **ARCHITECTURES[name]
    )
    getattr(transformers, f"{name}Model")(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def compare(folder: Path, texts: list[str]) -> tuple[float, float, float]:
    """How much faster in fp32 and in bf16, and the least cosine between the two."""
    files = find_model(folder)
    ours = {kind: load_embedder(files, CPU, kind) for kind in (torch.float32, torch.bfloat16)}
    assert all(isinstance(embedder._forward, GenericForward) for embedder in ours.values())
    batched = pipeline("feature-extraction", str(folder), device="cpu", batch_size=32)
    times = alternate(
        {
            "pipeline": lambda: list(batched(texts, return_tensors=True, padding=True)),
            "fp32": lambda: ours[torch.float32].embed(texts),
            "bf16": lambda: ours[torch.bfloat16].embed(texts),
        },
        ROUNDS,
    )
    full, half = (embedder.embed(texts) for embedder in ours.values())
    faster = [times_faster(times, "pipeline", kind) for kind in ("fp32", "bf16")]
    return faster[0], faster[1], float((full * half).sum(axis=1).min())


if __name__ == "__main__":
    main()
