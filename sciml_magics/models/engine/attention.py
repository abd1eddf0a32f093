"""Attention over packed sequences: each sees its own tokens, and none of them is padded.

Queries come scaled by ``log2(e) / sqrt(width)``, so that the weights of a row are two to the power
of its scores, divided by their sum. `QUERY_SCALE` and `SDPA_SCALE` say so in one place.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from sciml_magics.models.batching import to_device

# Scale of scaled_dot_product_attention for such queries: e ** (s * ln 2) == 2 ** s.
SDPA_SCALE = math.log(2)


def query_scale(width: int) -> float:
    """What queries of heads of this width are multiplied by."""
    return math.log2(math.e) / math.sqrt(width)


class Group(NamedTuple):
    """Sequences of one length that lie one after the other in a pack.

    Parameters
    ----------
    start
        Row of the first token.
    number
        Number of sequences.
    length
        Tokens of each.
    """

    start: int
    number: int
    length: int

    @property
    def stop(self) -> int:
        """Row after the last token."""
        return self.start + self.number * self.length


class Attention(Protocol):
    """Attention of every sequence of a pack to itself."""

    def __call__(self, qkv: Tensor, groups: Sequence[Group], heads: int) -> Tensor:
        """From queries, keys, values, shape ``[tokens, 3 * hidden]``, to ``[tokens, hidden]``."""
        ...


def grouped_attention(qkv: Tensor, groups: Sequence[Group], heads: int) -> Tensor:
    """Attention group by group in public operators, for every device and precision."""
    out = qkv.new_empty(len(qkv), qkv.shape[1] // 3)
    for group in groups:
        _sdpa(qkv, group, heads, out)
    return out


def varlen_attention(qkv: Tensor, groups: Sequence[Group], heads: int) -> Tensor:
    """Attention over all sequences in one kernel: CUDA, bf16 or fp16. See `varlen_works`."""
    from torch.nn.attention.varlen import varlen_attn

    bounds, longest = _bounds(tuple(groups), qkv.device)
    query, key, value = qkv.view(len(qkv), 3, heads, -1).unbind(1)
    out = varlen_attn(query, key, value, bounds, bounds, longest, longest, scale=SDPA_SCALE)
    assert isinstance(out, Tensor)  # no auxiliary output was asked for
    return out.reshape(len(qkv), -1)


class CpuAttention:
    """Attention on a CPU in bf16: short sequences by powers, long ones by the fused kernel.

    The general kernel is slow on short sequences, where this one takes half of its time or less.
    Here the largest score of a row is not subtracted before the power is taken. The sums tell where
    that went beyond what floats hold or near it; only there it is done again with subtracting.
    Sums are in fp32: rounded to bf16 they would move nearest neighbours.

    From `LONG` tokens on the powers cost more than the products, and the fused kernel wins. It is
    slow where the length is no multiple of `STEP`, so such sequences are filled up and masked.

    Buffers are kept, one set per thread: fresh memory for every pack costs as
    much as the products. So does fresh code, which oneDNN makes for every number of sequences that
    it meets: these are rounded up.

    Parameters
    ----------
    scores_at_once
        Scores that are worked on at a time; they should stay in the cache.
    """

    LONG, STEP = 64, 16
    # Between these no term that matters is lost, and products with values stay finite.
    _LEAST, _MOST = 2.0**-60, 2.0**100

    def __init__(self, scores_at_once: int = 1 << 20) -> None:
        self._at_once = scores_at_once
        self._local = threading.local()

    def __call__(self, qkv: Tensor, groups: Sequence[Group], heads: int) -> Tensor:
        """Attention group by group, as many sequences at a time as the cache holds."""
        out = qkv.new_empty(len(qkv), qkv.shape[1] // 3)
        for group in groups:
            if group.length >= self.LONG and group.length % self.STEP == 0:
                _sdpa(qkv, group, heads, out)
                continue
            attend = self._fill_up if group.length >= self.LONG else self._powers
            step = max(1, self._at_once // (heads * group.length**2))
            for done in range(0, group.number, step):
                start = group.start + done * group.length
                count = min(step, group.number - done)
                attend(qkv, Group(start, count, group.length), heads, out)
        return out

    def _fill_up(self, qkv: Tensor, part: Group, heads: int, out: Tensor) -> None:
        _, count, length = part
        width = out.shape[1] // heads
        filled = -(-length // self.STEP) * self.STEP
        split = self._buffer("split", (3, count, heads, filled, width))
        split[..., length:, :].zero_()
        split[..., :length, :].copy_(_heads(qkv, part, heads))
        mask = qkv.new_zeros(1, 1, 1, filled)
        mask[..., length:] = -torch.inf
        query, key, value = split.unbind()
        mixed = F.scaled_dot_product_attention(query, key, value, mask, scale=SDPA_SCALE)
        _output(out, part, heads).copy_(mixed[:, :, :length])

    def _powers(self, qkv: Tensor, part: Group, heads: int, out: Tensor) -> None:
        _, count, length = part
        width = out.shape[1] // heads
        several = _rounded(count)
        split = self._buffer("split", (3, several, heads, length, width))
        split[:, :count].copy_(_heads(qkv, part, heads))
        split[:, count:].zero_()
        query, key, value = split.view(3, several * heads, length, width)
        weights = self._buffer("weights", (several * heads, length, length))
        torch.bmm(query, key.transpose(1, 2), out=weights)
        weights.exp2_()
        sums = weights.sum(-1, keepdim=True, dtype=torch.float32)
        least, most = torch.aminmax(sums)
        # Written so that NaN fails it.
        if not (least >= self._LEAST and most <= self._MOST):
            self._repair(query, key, weights, sums)
        mixed = self._buffer("mixed", (several * heads, length, width))
        torch.bmm(weights, value, out=mixed)
        mixed, shares = (
            found.view(several, heads, length, -1)[:count] for found in (mixed, sums.reciprocal_())
        )
        torch.mul(mixed, shares, out=_output(out, part, heads))

    def _repair(self, query: Tensor, key: Tensor, weights: Tensor, sums: Tensor) -> None:
        """Do those heads again, in place, whose sums are out of range."""
        fine = (sums >= self._LEAST) & (sums <= self._MOST)
        again = (~fine.flatten(1).all(dim=1)).nonzero().flatten()
        scores = torch.bmm(query[again], key[again].transpose(1, 2))
        scores -= scores.amax(-1, keepdim=True)
        weights[again] = scores.exp2_()
        sums[again] = scores.sum(-1, keepdim=True, dtype=torch.float32)

    def _buffer(self, name: str, shape: tuple[int, ...]) -> Tensor:
        size = math.prod(shape)
        kept: Tensor | None = getattr(self._local, name, None)
        if kept is None or kept.numel() < size:
            kept = torch.empty(size, dtype=torch.bfloat16)
            setattr(self._local, name, kept)
        return kept[:size].view(shape)


def best_attention(device: torch.device, dtype: torch.dtype, width: int) -> Attention:
    """The fastest attention that works on a device in a precision, for heads of a width."""
    if device.type == "cpu" and dtype is torch.bfloat16:
        return CpuAttention()
    if varlen_works(device, dtype, width):
        return varlen_attention
    return grouped_attention


def varlen_works(device: torch.device, dtype: torch.dtype, width: int) -> bool:
    """Whether `varlen_attention` can be used: it is compared with `grouped_attention`."""
    if device.type != "cuda" or dtype is torch.float32:
        return False
    groups = (Group(0, 1, 9), Group(9, 2, 4))
    made = torch.Generator().manual_seed(0)
    qkv = torch.randn(17, 3 * 2 * width, generator=made).to(device, dtype)
    try:
        with torch.inference_mode():
            found = varlen_attention(qkv, groups, 2)
            right = grouped_attention(qkv, groups, 2)
    except (ImportError, NotImplementedError, RuntimeError, TypeError):
        return False
    return torch.allclose(found.float(), right.float(), rtol=0.02, atol=0.02)


# All layers of a pack ask for the same, and so do the packs of two workers in turn.
@lru_cache(maxsize=8)
def _bounds(groups: tuple[Group, ...], device: torch.device) -> tuple[Tensor, int]:
    """Where each sequence begins and the last one ends, on the device, and the longest length."""
    lengths = np.repeat([group.length for group in groups], [group.number for group in groups])
    bounds = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
    return to_device(bounds, device), int(lengths.max())


def _rounded(count: int) -> int:
    """The least of 1, 2, 3, 4, 6, 8, 12, 16, … that is not below `count`.

    Examples
    --------
    >>> [_rounded(count) for count in (1, 2, 3, 4, 5, 7, 9, 13, 100)]
    [1, 2, 3, 4, 6, 8, 12, 16, 128]
    """
    power: int = 1 << (count - 1).bit_length()
    return power * 3 // 4 if count <= power * 3 // 4 and power > 2 else power


def _sdpa(qkv: Tensor, group: Group, heads: int, out: Tensor) -> None:
    query, key, value = _heads(qkv, group, heads)
    mixed = F.scaled_dot_product_attention(query, key, value, scale=SDPA_SCALE)
    _output(out, group, heads).copy_(mixed)


def _heads(qkv: Tensor, group: Group, heads: int) -> Tensor:
    """View of shape ``[3, number, heads, length, width]``."""
    rows = qkv[group.start : group.stop].view(group.number, group.length, 3, heads, -1)
    return rows.permute(2, 0, 3, 1, 4)


def _output(out: Tensor, group: Group, heads: int) -> Tensor:
    """View of shape ``[number, heads, length, width]``."""
    rows = out[group.start : group.stop].view(group.number, group.length, heads, -1)
    return rows.transpose(1, 2)
