"""Run any encoder through transformers: SDPA, batches of similar length, padding left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from sciml_magics.errors import ModelError
from sciml_magics.models.batching import Budget, Indices, to_device, token_batches
from sciml_magics.models.engine.forward import Vectors
from sciml_magics.models.engine.recipe import Pooling
from sciml_magics.models.engine.tokens import Ids
from sciml_magics.models.engine.workers import cores
from sciml_magics.models.loading import ModelFiles

_CPU_TOKENS = 2_048
_GPU_TOKENS = 65_536
_GPU_WORKERS = 2


class GenericForward:
    """An encoder of transformers on batches of similar length.

    Parameters
    ----------
    files
        The model.
    pooling
        How token outputs become one embedding.
    device, dtype
        Where and in which precision it computes.

    Raises
    ------
    ModelError
        If transformers cannot load it.
    """

    def __init__(
        self, files: ModelFiles, pooling: Pooling, device: torch.device, dtype: torch.dtype
    ) -> None:
        on_cpu = device.type == "cpu"
        self._model = _load(files, dtype).to(device).eval()
        self._pad = int(files.config.get("pad_token_id") or 0)
        self._device, self._pooling = device, pooling
        self._budget = Budget(_CPU_TOKENS if on_cpu else _GPU_TOKENS)
        self.dimension = int(self._model.config.hidden_size)
        self.workers = cores() if on_cpu else _GPU_WORKERS

    def batches(self, lengths: Indices) -> Iterator[Indices]:
        """Positions of sequences in batches of similar length, longest first."""
        return token_batches(lengths, self._budget)

    def shrink(self, tokens: int) -> None:
        """Make further batches no larger than this many tokens."""
        self._budget.shrink(tokens)

    def __call__(self, sequences: Sequence[Ids]) -> Vectors:
        """Pooled outputs of sequences: ``[sequences, dimension]``."""
        lengths = np.array([len(sequence) for sequence in sequences])
        longest = int(lengths.max())
        ids = np.full((len(sequences), longest), self._pad, dtype=np.int64)
        for row, sequence in zip(ids, sequences, strict=True):
            row[: len(sequence)] = sequence
        real = (np.arange(longest) < lengths[:, None]).astype(np.int64)
        mask = to_device(real, self._device)
        with torch.inference_mode():
            found = self._model(
                input_ids=to_device(ids, self._device),
                # Without a mask attention takes its fastest way.
                attention_mask=None if real.all() else mask,
            )
            pooled = _pool(found.last_hidden_state, mask, self._pooling)
        vectors: Vectors = pooled.cpu().numpy()
        return vectors


def _load(files: ModelFiles, dtype: torch.dtype) -> Any:
    from transformers import AutoModel

    try:
        # The head of a masked-language model stays out, which is no reason for a warning.
        return AutoModel.from_pretrained(
            str(files.path), dtype=dtype, trust_remote_code=False, use_safetensors=True
        )
    except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
        reason = str(error).splitlines()[0] if str(error) else repr(error)
        raise ModelError(f"model '{files.id}' cannot be loaded: {reason}") from error


def _pool(tokens: Tensor, mask: Tensor, pooling: Pooling) -> Tensor:
    if pooling == "cls":
        return tokens[:, 0].float()
    real = mask.unsqueeze(-1)
    if pooling == "max":
        return tokens.masked_fill(real == 0, -torch.inf).amax(1).float()
    return (tokens * real).sum(1, dtype=torch.float32) / real.sum(1)
