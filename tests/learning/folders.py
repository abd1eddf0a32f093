"""Folders that look like models, made in no time."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from sciml_magics.models import find_model
from sciml_magics.store.trained import Made
from sciml_magics.tasks import ModelIdentity, Training


def model_folder(path: Path, seed: int = 0) -> Path:
    """A folder with a configuration and a few weights."""
    from safetensors.numpy import save_file

    path.mkdir(parents=True)
    (path / "config.json").write_text(json.dumps({"architectures": ["BertModel"]}), "utf-8")
    save_file({"w": np.full(3, seed, np.float32)}, path / "model.safetensors")
    return path


def made_of(folder: Path, parent: int | None = None, training: Training | None = None) -> Made:
    """What would be noted of a model that was trained into this folder."""
    files = find_model(folder)
    return Made(
        name="",
        folder="",
        model=ModelIdentity(files.id, files.revision, "sequence-classifier"),
        base="all-MiniLM-L6-v2",
        base_revision="53aa",
        parent=parent,
        snapshot={"last_response": 7, "count": 3, "digest": "ab"},
        training=training or Training("head", seed=5),
        metrics={"score": 0.5},
        by="Ada",
        code_version="0",
    )
