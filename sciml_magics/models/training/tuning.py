"""An encoder while it is trained: its embeddings with gradients, and the optimiser."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.optim import AdamW
from torch.optim.lr_scheduler import LambdaLR

from sciml_magics.errors import LearningError
from sciml_magics.models import device, precision
from sciml_magics.models.batching import Indices, free_memory, out_of_memory, to_device
from sciml_magics.models.engine.generic import pool_tokens
from sciml_magics.models.engine.recipe import read_recipe
from sciml_magics.models.engine.tokens import read_tokens
from sciml_magics.models.loading import ModelFiles
from sciml_magics.models.pretrained import load_model
from sciml_magics.models.text_input import Ids, clean, room, tokenise
from sciml_magics.models.training.saving import save_weights
from sciml_magics.tasks.training import Training

# A matrix product of bf16 is compiled for every size it meets: texts are filled up to multiples of
# these (tokens, texts), so that few sizes occur. In fp32 filling only costs: a seventh of the time.
_FEW_SIZES, _ANY_SIZE = (16, 4), (1, 1)
# Of a piece of a batch: on a CPU small ones, for longer texts leave less filling beside short ones.
_CPU_TOKENS, _GPU_TOKENS = 512, 16_384
_NOT_LEARNED = ("pooler", "position_ids")


class Tuned:
    """An encoder that is trained on some texts.

    Parameters
    ----------
    files
        Where it begins.
    training
        Its `max_length`, `seed`, `device` and `precision` count.
    texts
        What it is trained on; referred to by position.
    """

    def __init__(self, files: ModelFiles, training: Training, texts: Sequence[str]) -> None:
        torch.manual_seed(training.seed)
        self._device = device.pick(training.device)
        self._dtype = precision.pick(training.precision, self._device)
        recipe, tokens = read_recipe(files), read_tokens(files)
        self._pooling = recipe.pooling
        self._tokens = _CPU_TOKENS if self._device.type == "cpu" else _GPU_TOKENS
        self._filling = _ANY_SIZE if self._dtype is torch.float32 else _FEW_SIZES
        self._short = False
        limit = min(recipe.max_length, training.max_length or recipe.max_length)
        fits = room(limit, len(tokens.framing), "special tokens", files.id)
        found = tokenise(tokens.tokenizer, [clean(text) for text in texts])
        self.cut = sum(len(ids) > fits for ids in found)
        self._rows = [tokens.framing.row(ids[:fits]) for ids in found]
        self.lengths = np.array([len(row) for row in self._rows], dtype=np.int64)
        self._model = load_model(files, "AutoModel", self._device, torch.float32, _NOT_LEARNED)
        self._model.train()
        # Half of a small encoder are its words, of which a few examples show a few hundred.
        self._model.get_input_embeddings().requires_grad_(False)

    @property
    def parameters(self) -> list[torch.nn.Parameter]:
        """What is trained."""
        return [
            parameter
            for name, parameter in self._model.named_parameters()
            if parameter.requires_grad and not any(part in name for part in _NOT_LEARNED)
        ]

    @property
    def dimension(self) -> int:
        """Length of an embedding."""
        return int(self._model.config.hidden_size)

    def optimiser(self, rate: float, decay: float) -> AdamW:
        """AdamW; biases and the scales of norms do not decay."""
        groups = [
            {"params": [p for p in self.parameters if p.ndim > 1], "weight_decay": decay},
            {"params": [p for p in self.parameters if p.ndim < 2], "weight_decay": 0.0},
        ]
        return AdamW(groups, lr=rate, fused=True)

    def learn(self, batch: Indices, loss_of: Callable[[Tensor], Tensor]) -> float:
        """Put the gradients of a loss of some embeddings into the parameters.

        Where memory runs out, the batch is embedded in pieces, first without gradients, for the
        loss, and then again with them, one piece at a time (Gao et al., 2021,
        doi:10.48550/arXiv.2101.06983): the gradients are the same.

        Parameters
        ----------
        batch
            Positions of texts.
        loss_of
            The loss of their embeddings, shape ``[batch, dimension]``.

        Raises
        ------
        LearningError
            If memory does not suffice for the shortest piece.
        """
        while True:
            try:
                return (
                    self._in_pieces(batch, loss_of)
                    if self._short
                    else self._at_once(batch, loss_of)
                )
            except (MemoryError, RuntimeError) as error:
                if not out_of_memory(error):
                    raise
                if self._short and self._tokens <= _FEW_SIZES[0] * _FEW_SIZES[1]:
                    raise LearningError(
                        "memory does not suffice for a few texts: use a smaller model, another "
                        "device or a shorter length"
                    ) from error
            self._tokens = self._tokens // 2 if self._short else self._tokens
            self._short = True
            self._model.zero_grad()
            free_memory()

    def _at_once(self, batch: Indices, loss_of: Callable[[Tensor], Tensor]) -> float:
        loss = loss_of(self.embed(batch))
        loss.backward()  # type: ignore[no-untyped-call]
        return float(loss.detach())

    def _in_pieces(self, batch: Indices, loss_of: Callable[[Tensor], Tensor]) -> float:
        pieces = list(_pieces(self.lengths, batch, self._tokens, self._filling))
        # The same dropout both times.
        chance = [int(one) for one in torch.randint(1 << 31, (len(pieces),))]
        with torch.no_grad():
            parts = [self._piece(batch[at], seed) for at, seed in zip(pieces, chance, strict=True)]
        places = np.concatenate(pieces)
        found = torch.cat(parts)[torch.from_numpy(np.argsort(places)).to(self._device)]
        loss = loss_of(found.requires_grad_())
        loss.backward()  # type: ignore[no-untyped-call]
        if found.grad is None:
            raise AssertionError("the loss does not depend on the embeddings")
        for at, seed in zip(pieces, chance, strict=True):
            again = self._piece(batch[at], seed)
            pull = found.grad[torch.from_numpy(at).to(self._device)]
            (again * pull).sum().backward()  # type: ignore[no-untyped-call]
        return float(loss.detach())

    def _piece(self, texts: Indices, seed: int) -> Tensor:
        devices = [self._device] if self._device.type == "cuda" else []
        with torch.random.fork_rng(devices):
            torch.manual_seed(seed)
            return F.normalize(self._forward([self._rows[int(one)] for one in texts]), dim=1)

    def embed(self, batch: Indices) -> Tensor:
        """Embeddings of the texts at these positions, fp32, of length 1: ``[batch, dimension]``."""
        places, parts = [], []
        for at in _pieces(self.lengths, batch, self._tokens, self._filling):
            parts.append(self._forward([self._rows[int(one)] for one in batch[at]]))
            places.append(at)
        back = torch.from_numpy(np.argsort(np.concatenate(places))).to(self._device)
        return F.normalize(torch.cat(parts), dim=1)[back]

    def save(self, folder: Path) -> Mapping[str, Any]:
        """Write the weights, and tell what of ``config.json`` they change."""
        return save_weights(self._model, folder)

    def _forward(self, rows: Sequence[Ids]) -> Tensor:
        wide, high = self._filling
        longest = -(-max(map(len, rows)) // wide) * wide
        height = -(-len(rows) // high) * high
        ids = np.zeros((height, longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        for at, row in enumerate(rows):
            ids[at, : len(row)], mask[at, : len(row)] = row, 1
        # A row without any token would divide by zero.
        mask[len(rows) :, 0] = 1
        on_device, real = to_device(ids, self._device), to_device(mask, self._device)
        half = self._dtype is not torch.float32
        with torch.autocast(self._device.type, self._dtype, enabled=half):
            found = self._model(input_ids=on_device, attention_mask=real).last_hidden_state
        return pool_tokens(found.float(), real, self._pooling)[: len(rows)]


def _pieces(
    lengths: Indices, batch: Indices, tokens: int, filling: tuple[int, int]
) -> Iterator[Indices]:
    """Places in a batch, the longest texts first, in pieces of about as many tokens."""
    order = np.argsort(-lengths[batch], kind="stable")
    start, (wide, high) = 0, filling
    while start < len(order):
        longest = -(-int(lengths[batch[order[start]]]) // wide) * wide
        rows = max(high, tokens // longest // high * high)
        yield order[start : start + rows]
        start += rows


def rising_and_falling(optimiser: AdamW, steps: int, warm: float) -> LambdaLR:
    """A rate that rises over a share of the steps and falls to zero over the others."""
    first = max(1, round(steps * warm))

    def share(step: int) -> float:
        return min((step + 1) / first, max(0.0, (steps - step) / max(1, steps - first)))

    return LambdaLR(optimiser, share)
