"""Choose the device that a model runs on. Imports torch: import it with a model."""

from __future__ import annotations

import torch

from sciml_magics.errors import ModelError

AUTO = "auto"


def pick(device: str = AUTO) -> torch.device:
    """The device that a name stands for.

    Parameters
    ----------
    device
        ``"auto"`` for the fastest kind there is, or a name as torch knows it: ``"cpu"``,
        ``"cuda"``, ``"cuda:1"``, ``"mps"``, ``"xpu"``.

    Raises
    ------
    ModelError
        If there is no such device; the message names those there are.

    Examples
    --------
    >>> pick("cpu")
    device(type='cpu')
    """
    name = device.strip().lower()
    there = available()
    if name == AUTO:
        return torch.device(there[0])
    if name not in there and name not in {known.partition(":")[0] for known in there}:
        raise ModelError(f"no device '{device}': choose one of {', '.join((AUTO, *there))}")
    return torch.device(name)


def available() -> tuple[str, ...]:
    """Names of the devices of this machine, the fastest kind first.

    Examples
    --------
    >>> available()[-1]
    'cpu'
    """
    if not torch.accelerator.is_available():
        return ("cpu",)
    kind = torch.accelerator.current_accelerator()
    count = torch.accelerator.device_count()
    if kind is None or not count:
        return ("cpu",)
    if count == 1:
        return (kind.type, "cpu")
    return (*(f"{kind.type}:{index}" for index in range(count)), "cpu")
