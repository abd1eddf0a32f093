"""Run any encoder through transformers: SDPA, batches of similar length, padding left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from sciml_magics.models.batching import Budget, Indices, to_device, token_batches
from sciml_magics.models.engine.forward import Vectors
from sciml_magics.models.engine.recipe import Pooling
from sciml_magics.models.engine.workers import cores
from sciml_magics.models.loading import ModelFiles
from sciml_magics.models.pretrained import load_model
from sciml_magics.models.text_input import Ids, stack

_CPU_TOKENS = 2_048
_GPU_TOKENS = 65_536
_GPU_WORKERS = 2
# Neither is read: embeddings are pooled from the last layer.
_UNREAD = ("pooler", "position_ids")


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
        self._model = load_model(files, "AutoModel", device, dtype, may_lack=_UNREAD)
        self._blank = int(files.config.get("pad_token_id") or 0)
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
        ids, real = stack(sequences, self._blank)
        mask = None if real is None else to_device(real, self._device)
        with torch.inference_mode():
            # Without a mask attention takes its fastest way.
            found = self._model(input_ids=to_device(ids, self._device), attention_mask=mask)
            pooled = pool_tokens(found.last_hidden_state, mask, self._pooling)
        vectors: Vectors = pooled.cpu().numpy()
        return vectors


def pool_tokens(tokens: Tensor, mask: Tensor | None, pooling: Pooling) -> Tensor:
    """One vector per text from the vectors of its tokens, fp32.

    Parameters
    ----------
    tokens
        Shape ``[texts, tokens, dimension]``.
    mask
        1 for a token, 0 for filling, shape ``[texts, tokens]``; ``None`` if nothing was filled.
    pooling
        The first token, the greatest of each number, or the mean.
    """
    if pooling == "cls":
        return tokens[:, 0].float()
    if mask is None:
        return tokens.amax(1).float() if pooling == "max" else tokens.mean(1, dtype=torch.float32)
    real = mask.unsqueeze(-1)
    if pooling == "max":
        return tokens.masked_fill(real == 0, -torch.inf).amax(1).float()
    return (tokens * real).sum(1, dtype=torch.float32) / real.sum(1)
