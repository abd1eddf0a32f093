"""Tiny causal language models, made and trained on the spot."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

CHAT = (
    "{% for m in messages %}<|start|>{{ m.role }}\n{{ m.content }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|start|>assistant\n{% endif %}"
)
# A template that knows no system role, as Gemma's.
NO_SYSTEM = "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}"
_RATE = 4e-3
SPECIAL = ["<|pad|>", "<|start|>", "<|end|>"]

WORDS = {
    "astronomy": ["star", "galaxy", "orbit", "planet", "comet", "telescope", "nebula", "moon"],
    "genomics": ["gene", "exon", "allele", "variant", "genome", "sequence", "mutation", "locus"],
    "geology": ["rock", "fault", "basalt", "mantle", "quartz", "erosion", "sediment", "lava"],
}
FILLER = [
    "the",
    "a",
    "of",
    "with",
    "we",
    "saw",
    "new",
    "old",
    "was",
    "in",
    "and",
    "large",
    "small",
    "study",
]


def sentences(count: int, seed: int) -> list[tuple[str, str]]:
    """``(text, topic)`` pairs: words of one topic among words that tell nothing."""
    draw = random.Random(seed)
    found = []
    for _ in range(count):
        topic = draw.choice(sorted(WORDS))
        words = draw.choices(WORDS[topic], k=3) + draw.choices(FILLER, k=draw.randint(2, 9))
        draw.shuffle(words)
        found.append((" ".join(words), topic))
    return found


def train_tokenizer(
    corpus: Sequence[str], template: str | None, tokens: int = 600
) -> PreTrainedTokenizerFast:
    """A byte-level BPE tokenizer of `corpus`, as GPT-2 and Qwen have."""
    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=tokens,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    backend.train_from_iterator(corpus, trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend, pad_token="<|pad|>", eos_token="<|end|>"
    )
    tokenizer.chat_template = template
    return tokenizer


def make_lm(
    folder: Path,
    config_class: type[Any],
    corpus: Sequence[str],
    template: str | None = None,
    tokens: int = 600,
    **shape: Any,
) -> Any:
    """Save a small random model with a tokenizer of `corpus` in `folder`; the model is returned.

    Its weights are drawn wide, so that a wrong mask or position shows far above rounding.
    """
    tokenizer = train_tokenizer(corpus, template, tokens)
    given = {
        "vocab_size": len(tokenizer),
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "max_position_embeddings": 512,
        "initializer_range": 0.3,
        "bos_token_id": None,
        "eos_token_id": 2,
        "pad_token_id": 0,
        "tie_word_embeddings": True,
    }
    if config_class.model_type != "gpt2":
        given |= {"intermediate_size": 64, "num_key_value_heads": 2}
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(config_class(**(given | shape))).eval()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return model


def train_lm(folder: Path, rows: Sequence[tuple[Sequence[int], Sequence[int]]], steps: int) -> None:
    """Teach the model of `folder` to write the second part of each row after the first."""
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_pretrained(folder).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=_RATE, weight_decay=0.01)
    draw = random.Random(0)
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = _RATE * min(1, (step + 1) / 20) * (1 - step / steps)
        batch = draw.sample(list(rows), 32)
        longest = max(len(first) + len(second) for first, second in batch)
        tokens = torch.zeros(len(batch), longest, dtype=torch.long)
        wanted = torch.full_like(tokens, -100)
        for at, (first, second) in enumerate(batch):
            both = [*first, *second]
            tokens[at, : len(both)] = torch.tensor(both)
            wanted[at, len(first) : len(both)] = torch.tensor(second)
        model(input_ids=tokens, labels=wanted).loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
    model.eval().save_pretrained(folder)
