"""Batches by token budget, longest first, that halve when memory runs out and go on."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from sciml_magics.errors import ModelError

if TYPE_CHECKING:
    import torch

Indices = npt.NDArray[np.int64]
Result = TypeVar("Result")

# Tokens of a batch. On a CPU a few thousand fill the cores and stay in cache; a GPU wants more.
CPU_TOKENS = 4_096
GPU_TOKENS = 65_536

# A batch of at least this share of the budget is closed where padding would be wasted: at a
# sequence shorter than this share of its longest.
_FULL_ENOUGH = 0.25
_MUCH_SHORTER = 0.9


@dataclass(slots=True)
class Budget:
    """How many tokens, padding included, a batch may hold. It shrinks when memory runs out.

    Examples
    --------
    >>> budget = Budget(4096)
    >>> budget.shrink(1024)
    >>> budget.tokens
    1024
    """

    tokens: int

    @classmethod
    def on(cls, device: torch.device) -> Budget:
        """Give the budget that suits a device."""
        return cls(CPU_TOKENS if device.type == "cpu" else GPU_TOKENS)

    def shrink(self, tokens: int) -> None:
        """Allow no more than `tokens` from now on."""
        self.tokens = max(1, min(self.tokens, tokens))


def token_batches(
    lengths: Sequence[int] | Indices, budget: int | Budget, most: int = 4_096
) -> Iterator[Indices]:
    """Positions of sequences in batches of similar length, longest first.

    Parameters
    ----------
    lengths
        Tokens of every sequence, shape ``[n]``.
    budget
        Most tokens of a batch, its padding included. A longer sequence is a batch of its own. A
        `Budget` may shrink between batches.
    most
        Most sequences of a batch.

    Yields
    ------
    Positions into `lengths`: every one exactly once.

    Examples
    --------
    >>> [batch.tolist() for batch in token_batches([2, 9, 3, 9], 18)]
    [[1, 3], [2, 0]]
    """
    sizes = np.asarray(lengths, dtype=np.int64)
    order = np.argsort(-sizes, kind="stable")
    at = 0
    while at < len(order):
        tokens = budget.tokens if isinstance(budget, Budget) else budget
        count = _fitting(sizes[order[at : at + most]], tokens)
        yield order[at : at + count]
        at += count


def _fitting(sizes: Indices, tokens: int) -> int:
    """How many of `sizes`, which fall, make the next batch."""
    longest = max(int(sizes[0]), 1)
    count = max(1, min(len(sizes), tokens // longest))
    similar = int(np.searchsorted(-sizes[:count], -longest * _MUCH_SHORTER, side="right"))
    enough = int(np.ceil(tokens * _FULL_ENOUGH / longest))
    return min(count, max(similar, enough, 1))


def run_halving(
    forward: Callable[[Indices], Result], items: Indices, name: str = "a record"
) -> Iterator[tuple[Indices, Result]]:
    """Run `forward` on `items`; whenever memory runs out, on half as many from there on.

    Parameters
    ----------
    forward
        Runs the model on the items at these positions. What it raises is left alone unless it says
        that memory ran out.
    items
        Positions, shape ``[n]``.
    name
        What one item is, for the message.

    Yields
    ------
    Positions and their result; together all of `items` in their order.

    Raises
    ------
    ModelError
        If memory does not suffice for a single item.
    """
    at, most = 0, len(items)
    while at < len(items):
        part = items[at : at + most]
        try:
            result = forward(part)
        except (MemoryError, RuntimeError) as error:
            if not out_of_memory(error):
                raise
            if len(part) == 1:
                raise ModelError(
                    f"{name} needs more memory than there is: use another device, a smaller model "
                    "or a shorter text"
                ) from error
        else:
            yield part, result
            at += len(part)
            continue
        # Only here has the error let go of the tensors that filled the memory.
        free_memory()
        most = (len(part) + 1) // 2


def run_batches(
    lengths: Sequence[int] | Indices,
    budget: Budget,
    forward: Callable[[Indices], Result],
    name: str = "a record",
) -> Iterator[tuple[Indices, Result]]:
    """Run `forward` over batches of `token_batches`, with `run_halving`.

    Where a batch had to be halved, `budget` shrinks to what went well, so that the rest does not
    run out of memory again.

    Raises
    ------
    ModelError
        If memory does not suffice for a single sequence.
    """
    sizes = np.asarray(lengths, dtype=np.int64)
    for batch in token_batches(sizes, budget):
        for part, result in run_halving(forward, batch, name):
            if len(part) < len(batch):
                budget.shrink(len(part) * int(sizes[batch[0]]))
            yield part, result


def out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out, on a GPU or a CPU.

    Examples
    --------
    >>> out_of_memory(RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"))
    True
    >>> out_of_memory(RuntimeError("shapes do not fit"))
    False
    """
    if isinstance(error, MemoryError):
        return True
    text = str(error)
    signs = ("out of memory", "not enough memory", "DefaultCPUAllocator", "ALLOC_FAILED")
    return isinstance(error, RuntimeError) and any(sign in text for sign in signs)


def free_memory() -> None:
    """Give memory that nothing uses back to the device."""
    gc.collect(1)  # what the failed attempt left is young
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.empty_cache()


def to_device(array: npt.NDArray[np.generic], device: torch.device) -> torch.Tensor:
    """Copy an array to a device. A GPU reads it from pinned memory while it computes."""
    import torch

    tensor = torch.from_numpy(array)
    if device.type != "cuda":
        return tensor.to(device)
    return tensor.pin_memory().to(device, non_blocking=True)
