"""Choose the precision that a model computes in. Imports torch: import it with a model."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from time import perf_counter, thread_time

import torch
import torch.nn.functional as F

from sciml_magics.errors import ModelError
from sciml_magics.models.engine.workers import alone

AUTO = "auto"
PRECISIONS = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}

# bf16 has to win clearly, so that two runs on one machine do not choose differently by chance.
_CLEARLY_FASTER = 0.8
_REPEATS = 5
# rows, inputs and outputs of the product that is timed: a few milliseconds on either.
_CPU_SHAPE = (256, 384, 1536)
_ACCELERATOR_SHAPE = (4096, 1024, 1024)


def pick(requested: str, device: torch.device) -> torch.dtype:
    """The number format that a name stands for on a device.

    Parameters
    ----------
    requested
        ``"auto"``: bf16 where a short probe shows that it is faster than fp32, else fp32. Or
        ``"fp32"``, ``"bf16"``, ``"fp16"``.
    device
        Where it will be used.

    Raises
    ------
    ModelError
        If the name is unknown, or the device cannot compute in that precision.

    Examples
    --------
    >>> pick("fp32", torch.device("cpu"))
    torch.float32
    """
    if requested == AUTO:
        return torch.bfloat16 if _bf16_is_faster(str(device)) else torch.float32
    if requested not in PRECISIONS:
        raise ModelError(
            f"no precision '{requested}': choose one of {', '.join((AUTO, *PRECISIONS))}"
        )
    dtype = PRECISIONS[requested]
    if dtype is not torch.float32 and _seconds(device, dtype, repeats=1) is None:
        raise ModelError(f"device '{device}' cannot compute in {requested}: use --precision fp32")
    return dtype


def name(dtype: torch.dtype) -> str:
    """What a number format is called.

    Examples
    --------
    >>> name(torch.bfloat16)
    'bf16'
    """
    return next(known for known, value in PRECISIONS.items() if value is dtype)


@lru_cache
def _bf16_is_faster(device: str) -> bool:
    where = torch.device(device)
    if where.type == "cpu" and not _cpu_has_bf16():
        return False
    half = _seconds(where, torch.bfloat16, _REPEATS)
    full = _seconds(where, torch.float32, _REPEATS)
    return half is not None and full is not None and half < _CLEARLY_FASTER * full


def _cpu_has_bf16() -> bool:
    # Elsewhere a product in bf16 is emulated, too slow even to be timed.
    wide = ("AVX512", "AMX", "SVE")
    capability = torch.backends.cpu.get_cpu_capability()
    return capability.startswith(wide)


def _seconds(device: torch.device, dtype: torch.dtype, repeats: int) -> float | None:
    """Best time of a linear layer; None where the device cannot do it in this precision."""
    rows, inputs, outputs = _CPU_SHAPE if device.type == "cpu" else _ACCELERATOR_SHAPE
    try:
        x = torch.ones(rows, inputs, device=device, dtype=dtype)
        weight = torch.ones(outputs, inputs, device=device, dtype=dtype)
        return _best(lambda: F.linear(x, weight), device, repeats)
    except (RuntimeError, TypeError):
        return None


def _best(work: Callable[[], object], device: torch.device, repeats: int) -> float:
    if device.type == "cpu":
        # The time that one core works, so that a busy machine chooses as an idle one.
        return alone(lambda: min(_times(work, repeats, thread_time)))

    def synchronised() -> None:
        work()
        torch.accelerator.synchronize(device)

    return min(_times(synchronised, repeats, perf_counter))


def _times(work: Callable[[], object], repeats: int, clock: Callable[[], float]) -> list[float]:
    times = []
    with torch.inference_mode():
        work()  # the first one warms up
        for _ in range(repeats):
            began = clock()
            work()
            times.append(clock() - began)
    return times
