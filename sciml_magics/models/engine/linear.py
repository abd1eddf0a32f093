"""Linear layers: through oneDNN with weights packed ahead where that works, else plain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

# Rows that the layout of packed weights is chosen for; others work as well.
_TYPICAL_ROWS = 2048


@dataclass(frozen=True, slots=True)
class Activation:
    """An activation, and what oneDNN calls it when it is fused into the layer before it."""

    function: Callable[[Tensor], Tensor]
    fused: str
    algorithm: str


# By the names that configurations use.
ACTIVATIONS = {
    "gelu": Activation(F.gelu, "gelu", "none"),
    "gelu_new": Activation(partial(F.gelu, approximate="tanh"), "gelu", "tanh"),
    "gelu_pytorch_tanh": Activation(partial(F.gelu, approximate="tanh"), "gelu", "tanh"),
    "relu": Activation(F.relu, "relu", ""),
}


class Linear(Protocol):
    """A linear layer with what commonly follows it."""

    def __call__(self, x: Tensor) -> Tensor:
        """The layer and its activation, if any: ``[rows, inputs]`` to ``[rows, outputs]``."""
        ...

    def add(self, x: Tensor, other: Tensor) -> Tensor:
        """The layer's output plus `other`, shape ``[rows, outputs]``; no activation."""
        ...


class PlainLinear:
    """A layer in public operators, for every device and precision."""

    def __init__(self, weight: Tensor, bias: Tensor, activation: Activation | None = None) -> None:
        self._weight, self._bias, self._activation = weight, bias, activation

    def __call__(self, x: Tensor) -> Tensor:
        """The layer and its activation, if any."""
        y = F.linear(x, self._weight, self._bias)
        return self._activation.function(y) if self._activation else y

    def add(self, x: Tensor, other: Tensor) -> Tensor:
        """The layer's output plus `other`."""
        return F.linear(x, self._weight, self._bias).add_(other)


class PrepackedLinear:
    """A layer whose weights are laid out for oneDNN once, with activation or addition fused.

    These operators are not public API of torch: `prepacking_works` says whether they can be used.
    """

    def __init__(self, weight: Tensor, bias: Tensor, activation: Activation | None = None) -> None:
        ops = torch.ops.mkldnn
        self._run, self._run_add = ops._linear_pointwise.default, ops._linear_pointwise.binary
        self._weight = ops._reorder_linear_weight(weight.contiguous(), _TYPICAL_ROWS)
        self._bias = bias
        how = (activation.fused, activation.algorithm) if activation else ("none", "")
        self._fused: tuple[str, list[float | None], str] = (how[0], [], how[1])

    def __call__(self, x: Tensor) -> Tensor:
        """The layer and its activation, if any."""
        y: Tensor = self._run(x, self._weight, self._bias, *self._fused)
        return y

    def add(self, x: Tensor, other: Tensor) -> Tensor:
        """The layer's output plus `other`."""
        y: Tensor = self._run_add(x, other, self._weight, self._bias, "add")
        return y


LinearClass = type[PlainLinear] | type[PrepackedLinear]


def best_linear(device: torch.device, dtype: torch.dtype) -> LinearClass:
    """The fastest kind of layer that works on a device in a precision."""
    if device.type == "cpu" and dtype is torch.bfloat16 and prepacking_works():
        return PrepackedLinear
    return PlainLinear


@lru_cache
def prepacking_works() -> bool:
    """Whether this torch has the operators of `PrepackedLinear`, and they compute what they should.

    Every activation and the addition are tried on a small layer and compared with `PlainLinear`.
    """
    made = torch.Generator().manual_seed(0)
    x, other, weight = (
        torch.randn(shape, generator=made).bfloat16() for shape in ((24, 64), (24, 32), (32, 64))
    )
    bias = other[0]
    try:
        with torch.inference_mode():
            pairs = [
                (PlainLinear(weight, bias, how)(x), PrepackedLinear(weight, bias, how)(x))
                for how in (None, *ACTIVATIONS.values())
            ]
            plain, packed = PlainLinear(weight, bias), PrepackedLinear(weight, bias)
            pairs.append((plain.add(x, other), packed.add(x, other)))
    except (AttributeError, NotImplementedError, RuntimeError, TypeError):
        return False
    return all(torch.allclose(a.float(), b.float(), rtol=0.02, atol=0.05) for a, b in pairs)
