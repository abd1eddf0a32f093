"""Train all of a sentence encoder under a linear head on its embeddings.

Such an encoder was made for its pooled embedding: a head on that begins from what the embedding
knows, where one on the first token has to learn it anew.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sciml_magics.models.engine.generic import pool_tokens
from sciml_magics.models.engine.recipe import Pooling, read_recipe
from sciml_magics.models.head_files import has_head, read_head, read_modules, step_name
from sciml_magics.models.loading import WEIGHTS, ModelFiles
from sciml_magics.models.pretrained import load_model
from sciml_magics.models.training.bases import Base
from sciml_magics.models.training.head_folder import LinearHead, write_encoder, write_head
from sciml_magics.models.training.lessons import Lesson
from sciml_magics.models.training.saving import save_weights

_DROPOUT = 0.1


class Logits(NamedTuple):
    """What a model of transformers with a head gives."""

    logits: Tensor


class PooledClassifier(nn.Module):
    """An encoder, the normalised mean (or what else it pools by) of its tokens, and a head.

    Parameters
    ----------
    encoder
        Of transformers, without a head.
    pooling
        How the outputs of tokens become one embedding.
    outputs
        Of the head.
    """

    def __init__(self, encoder: Any, pooling: Pooling, outputs: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.pooling = pooling
        self.dropout = nn.Dropout(_DROPOUT)
        self.head = nn.Linear(int(encoder.config.hidden_size), outputs)
        # Weights are learned for embeddings whose numbers are about 1, as other layers have them.
        self.scale = float(self.head.in_features) ** 0.5
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def get_input_embeddings(self) -> nn.Module:
        """The table of words."""
        found: nn.Module = self.encoder.get_input_embeddings()
        return found

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor | None = None, **others: Tensor
    ) -> Logits:
        """Logits of texts, shape ``[texts, outputs]``."""
        tokens = self.encoder(input_ids=input_ids, attention_mask=attention_mask, **others)
        pooled = pool_tokens(tokens.last_hidden_state.float(), attention_mask, self.pooling)
        return Logits(self.head(self.dropout(F.normalize(pooled, dim=1) * self.scale)))

    def save(self, files: ModelFiles, lesson: Lesson, folder: Path) -> None:
        """Write the encoder and its head as a folder of sentence-transformers.

        Parameters
        ----------
        files
            What training began from.
        lesson
            Names the outputs.
        folder
            Is there, and empty.
        """
        told = save_weights(self.encoder, folder)
        made = replace(
            files, path=folder, weights=(folder / WEIGHTS,), config={**files.config, **told}
        )
        write_encoder(files, self.head.in_features, folder)
        head = LinearHead(
            lesson.names,
            (self.head.weight * self.scale).detach().float().cpu().numpy(),
            self.head.bias.detach().float().cpu().numpy(),
            several=lesson.settings().get("problem_type") == "multi_label_classification",
        )
        write_head(made, head, folder)


def pools(files: ModelFiles) -> bool:
    """Whether a model says how its tokens become one embedding, as sentence encoders do."""
    return any(step_name(module) == "Pooling" for module in read_modules(files.path))


def load_pooled(files: ModelFiles, lesson: Lesson, attention: str | None) -> Base[PooledClassifier]:
    """Load a sentence encoder with a head on its embeddings.

    A head that it has is kept if it has the same labels, else drawn anew.

    Parameters
    ----------
    files
        The encoder.
    lesson
        What it will learn.
    attention
        How attention is computed, by its name in transformers; ``None`` leaves that open.

    Raises
    ------
    ModelError
        If its weights cannot be read.
    """
    encoder = load_model(files, "AutoModel", torch.device("cpu"), torch.float32, ("pooler",))
    if attention is not None:
        encoder.set_attn_implementation(attention)
    model = PooledClassifier(encoder, read_recipe(files).pooling, len(lesson.names))
    if has_head(files) and files.label_names == lesson.names:
        weight, bias = read_head(files)
        with torch.no_grad():
            model.head.weight.copy_(torch.from_numpy(weight) / model.scale)
            model.head.bias.copy_(torch.from_numpy(bias))
    for name, parameter in encoder.named_parameters():
        if "pooler" in name:  # no part of the embedding
            parameter.requires_grad_(False)
    return Base(model, ("head",), ("head.weight", "head.bias"))
