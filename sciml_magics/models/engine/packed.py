"""Run a BERT-shaped encoder packed: all tokens of a batch in one tensor, none of them padding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from sciml_magics.models.batching import Budget, Indices, to_device
from sciml_magics.models.engine.attention import Attention, Group, best_attention
from sciml_magics.models.engine.bert import Bert, Layer, Pair
from sciml_magics.models.engine.forward import Vectors
from sciml_magics.models.engine.linear import Linear, LinearClass, best_linear
from sciml_magics.models.engine.packing import filling, make_pack, pack_batches
from sciml_magics.models.engine.recipe import Pooling
from sciml_magics.models.engine.workers import cores
from sciml_magics.models.text_input import Ids

# What fits the caches of a core, and fills a GPU.
_CPU_TOKENS = 2_048
_GPU_TOKENS = 65_536
# On a GPU one worker prepares a pack while the other one's is computed.
_GPU_WORKERS = 2


class _Layer(NamedTuple):
    qkv: Linear
    mix: Linear
    mix_norm: Pair
    widen: Linear
    narrow: Linear
    narrow_norm: Pair


class PackedForward:
    """A BERT-shaped encoder on packs.

    Parameters
    ----------
    bert
        Its weights.
    pooling
        How token outputs become one embedding.
    device, dtype
        Where and in which precision it computes. The sum of embeddings, their pooling and all
        that follows are in fp32.
    linear, attention
        How layers and attention are computed; the fastest that work, unless given.
    """

    def __init__(
        self,
        bert: Bert,
        pooling: Pooling,
        device: torch.device,
        dtype: torch.dtype,
        linear: LinearClass | None = None,
        attention: Attention | None = None,
    ) -> None:
        self.dimension = bert.words.shape[1]
        on_cpu = device.type == "cpu"
        self.workers = cores() if on_cpu else _GPU_WORKERS
        self._budget = Budget(_CPU_TOKENS if on_cpu else _GPU_TOKENS)
        self._device, self._dtype, self._pooling = device, dtype, pooling
        self._heads, self._eps = bert.heads, bert.eps
        width = self.dimension // bert.heads
        self._attention = attention or best_attention(device, dtype, width)
        self._words, self._positions = bert.words.to(device), bert.positions.to(device)
        self._norm = _pair(bert.norm, device, torch.float32)
        kind = linear or best_linear(device, dtype)
        self._layers = [self._prepare(layer, bert, kind) for layer in bert.layers]

    def batches(self, lengths: Indices) -> Iterator[Indices]:
        """Positions of sequences in packs, longest first."""
        return pack_batches(lengths, self._budget, self.workers)

    def shrink(self, tokens: int) -> None:
        """Make further packs no larger than this many tokens."""
        self._budget.shrink(tokens)

    def __call__(self, sequences: Sequence[Ids]) -> Vectors:
        """Pooled outputs of sequences, those of one length together: ``[sequences, dimension]``."""
        pack = make_pack(sequences, filling(sum(map(len, sequences))))
        ids, positions = (to_device(a, self._device) for a in (pack.ids, pack.positions))
        with torch.inference_mode():
            x = F.embedding(ids, self._words) + F.embedding(positions, self._positions)
            x = self._normed(x, self._norm).to(self._dtype)
            for layer in self._layers:
                x = self._layer(x, layer, pack.groups)
            pooled = torch.cat([_pool(x, group, self._pooling) for group in pack.groups])
        vectors: Vectors = pooled[: len(sequences)].cpu().numpy()
        return vectors

    def _layer(self, x: Tensor, layer: _Layer, groups: Sequence[Group]) -> Tensor:
        mixed = self._attention(layer.qkv(x), groups, self._heads)
        x = self._normed(layer.mix.add(mixed, x), layer.mix_norm)
        return self._normed(layer.narrow.add(layer.widen(x), x), layer.narrow_norm)

    def _normed(self, x: Tensor, norm: Pair) -> Tensor:
        return F.layer_norm(x, x.shape[-1:], *norm, self._eps)

    def _prepare(self, layer: Layer, bert: Bert, kind: LinearClass) -> _Layer:
        device, dtype = self._device, self._dtype
        return _Layer(
            qkv=kind(*_pair(layer.qkv, device, dtype)),
            mix=kind(*_pair(layer.mix, device, dtype)),
            mix_norm=_pair(layer.mix_norm, device, dtype),
            widen=kind(*_pair(layer.widen, device, dtype), bert.activation),
            narrow=kind(*_pair(layer.narrow, device, dtype)),
            narrow_norm=_pair(layer.narrow_norm, device, dtype),
        )


def _pair(pair: Pair, device: torch.device, dtype: torch.dtype) -> Pair:
    weight, bias = pair
    return weight.to(device, dtype), bias.to(device, dtype)


def _pool(x: Tensor, group: Group, pooling: Pooling) -> Tensor:
    tokens = x[group.start : group.stop].view(group.number, group.length, -1)
    if pooling == "cls":
        return tokens[:, 0].float()
    if pooling == "max":
        return tokens.amax(1).float()
    return tokens.sum(1, dtype=torch.float32) / group.length
