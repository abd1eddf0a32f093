"""Generated texts that a tiny model can learn, and short trainings on them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.torch import load_file

from sciml_magics.models.loading import find_model
from sciml_magics.models.training import train as entrance
from sciml_magics.tasks import Label, Task
from sciml_magics.tasks.training import Example, Training
from tests.models.tiny import save_tiny

WORDS = {
    "genes": ("gene", "cell", "dna"),
    "stars": ("star", "comet", "planet"),
    "law": ("court", "judge", "trial"),
}
FILLING = ("the", "a", "was", "seen", "in", "and", "of")
CORPUS = tuple(" ".join(words) for words in (*WORDS.values(), FILLING))
STILL: dict[str, Any] = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}

# As the tests read it: what may be missing is there, or the test fails.
train: Any = entrance.train

ONE = Task("topic", ("text",), labels=tuple(map(Label, WORDS)))
SEVERAL = Task("topics", ("text",), kind="labels", labels=tuple(map(Label, WORDS)))


def base_model(folder: Path, head: str = "Model", architecture: str = "bert", **config: Any):
    """A tiny encoder that knows the words, and nothing of what they mean."""
    save_tiny(folder, architecture, head, corpus=CORPUS, **config)
    return find_model(folder)


def one_label(count: int, seed: int = 0) -> list[Example]:
    """Texts with one topic each."""
    drawn = np.random.default_rng(seed)
    names = list(WORDS)
    return [
        Example(_text(drawn, [names[at % len(names)]]), names[at % len(names)])
        for at in range(count)
    ]


def several_labels(count: int, seed: int = 0) -> list[Example]:
    """Texts with none to three topics each."""
    drawn = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        topics = [name for name in WORDS if drawn.random() < 0.4]
        made.append(Example(_text(drawn, topics), tuple(topics)))
    return made


def training(method: str = "full", **more: Any) -> Training:
    """A training that is short, on the CPU, and the same each time."""
    settings = {"learning_rate": 3e-3, "epochs": 6, "patience": 0, "precision": "fp32"}
    return Training(method=method, device="cpu", **{**settings, **more})  # type: ignore[arg-type]


def tensors(folder: Path):
    """The weights in a folder."""
    return load_file(folder / "model.safetensors")


def _text(drawn: np.random.Generator, topics: Sequence[str]) -> str:
    words = [str(drawn.choice(WORDS[topic])) for topic in topics for _ in range(3)]
    words += [str(word) for word in drawn.choice(FILLING, size=drawn.integers(1, 4))]
    drawn.shuffle(words)
    return " ".join(words)
