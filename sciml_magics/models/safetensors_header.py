"""Read the header of a safetensors file: whether it is whole, how many numbers it holds.

The format is eight bytes with the length of a JSON header, the header, and the numbers; see
https://huggingface.co/docs/safetensors. Reading it takes no library and no memory, so that a
truncated download is told before anything is loaded.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sciml_magics.errors import ModelError

_MOST = 100_000_000


class Header(NamedTuple):
    """What stands at the top of a safetensors file.

    Parameters
    ----------
    start
        Where the numbers begin, in bytes.
    tensors
        ``dtype``, ``shape`` and ``data_offsets`` of each tensor, by its name.
    """

    start: int
    tensors: Mapping[str, Mapping[str, Any]]


def read_header(path: Path) -> Header:
    """The header of a safetensors file, whose length is checked against it.

    Raises
    ------
    ModelError
        If the file cannot be read, is no safetensors file, or is cut short.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            header = file.read(length) if 0 < length <= min(_MOST, size) else b""
        tensors = _tensors(json.loads(header))
        end = max(int(tensor["data_offsets"][1]) for tensor in tensors.values())
        for tensor in tensors.values():
            math.prod(tensor["shape"])  # only numbers can be multiplied
    except OSError as error:
        raise ModelError(f"cannot read {path}: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise _damaged(path, "its header cannot be read") from error
    if size != 8 + length + end:
        raise _damaged(path, f"{size:,} bytes where its header says {8 + length + end:,}")
    return Header(8 + length, tensors)


def header_parameters(path: Path) -> int:
    """Count the numbers in a safetensors file.

    Raises
    ------
    ModelError
        As `read_header`.
    """
    return sum(int(math.prod(tensor["shape"])) for tensor in read_header(path).tensors.values())


def _tensors(header: Any) -> dict[str, dict[str, Any]]:
    if not isinstance(header, dict):
        raise TypeError("the header is no mapping")
    return {key: value for key, value in header.items() if key != "__metadata__"}


def _damaged(path: Path, why: str) -> ModelError:
    return ModelError(f"the weights {path} are damaged or cut short ({why}): fetch them again")
