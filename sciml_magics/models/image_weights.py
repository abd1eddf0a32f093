"""Weights of image models: which layer is the head, and what all the others are, as a hash.

Reads safetensors files by their header, without a library. Imports nothing heavy.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sciml_magics.errors import ModelError
from sciml_magics.models.head_files import OF_HEAD, OF_WRITER
from sciml_magics.models.loading import ModelFiles
from sciml_magics.models.safetensors_header import read_header

Weights = npt.NDArray[np.float32]

# How the layer that gives a classifier's logits is called, alone or at the end of a few.
_FINAL = re.compile(r"(classifier|head)(\.\d+)?\.weight")
_CHUNK = 1 << 24
PROCESSORS = ("preprocessor_config.json", "processor_config.json")
# Of another way of reading images.
READING = 2


class Final(NamedTuple):
    """The last layer of a classifier.

    Parameters
    ----------
    name
        Of the layer.
    weight
        Shape ``[labels, dimension]``.
    bias
        Shape ``[labels]``.
    """

    name: str
    weight: Weights
    bias: Weights


def final_layer(files: ModelFiles) -> Final | None:
    """The linear layer that gives the logits; ``None`` where there is not exactly one.

    Raises
    ------
    ModelError
        If the weights cannot be read.
    """
    labels = len(files.label_names)
    places = {name: path for path in files.weights for name in read_header(path).tensors}
    found = [
        name
        for name, path in places.items()
        if _FINAL.fullmatch(name) and _is_final(read_header(path).tensors[name], labels)
    ]
    if len(found) != 1:
        return None
    [weight] = found
    layer = weight.removesuffix(".weight")
    bias = f"{layer}.bias"
    return Final(
        layer,
        _numbers(places[weight], weight),
        _numbers(places[bias], bias) if bias in places else np.zeros(labels, dtype=np.float32),
    )


def _is_final(tensor: Mapping[str, Any], labels: int) -> bool:
    return len(tensor["shape"]) == 2 and tensor["shape"][0] == labels and tensor["dtype"] in _TYPES


_TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"}


def _numbers(path: Path, name: str) -> Weights:
    header = read_header(path)
    tensor = header.tensors[name]
    start, end = tensor["data_offsets"]
    with path.open("rb") as file:
        file.seek(header.start + start)
        raw = np.frombuffer(file.read(end - start), dtype=_TYPES[tensor["dtype"]])
    if tensor["dtype"] == "BF16":  # the upper half of a float32
        raw = (raw.astype(np.uint32) << 16).view(np.float32)
    return raw.astype(np.float32).reshape(tensor["shape"])


def image_key(files: ModelFiles, head: str | None = None) -> str:
    """Hash of everything that decides a model's vectors of images: the same under any head.

    Parameters
    ----------
    files
        The model.
    head
        Name of the layer that is left out.
    """
    left_out = {*OF_HEAD, *OF_WRITER}
    config = {key: value for key, value in files.config.items() if key not in left_out}
    told = json.dumps([READING, config], sort_keys=True)
    digest = hashlib.sha256(told.encode("ascii"))
    for path in (files.path / name for name in PROCESSORS):
        if path.is_file():
            digest.update(f"{path.name}\0".encode() + path.read_bytes())
    tensors = dict(each for path in files.weights for each in _digests(path))
    own = (f"{head}.weight", f"{head}.bias") if head else ()
    for name in sorted(tensors.keys() - set(own)):
        digest.update(f"{name}\0{tensors[name]}\n".encode())
    return digest.hexdigest()[:32]


def _digests(path: Path) -> Iterator[tuple[str, str]]:
    state = path.stat()
    yield from _digests_of(path, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=64)
def _digests_of(path: Path, size: int, modified: int) -> tuple[tuple[str, str], ...]:
    del size, modified  # part of the key: a file that changed is read again
    header = read_header(path)
    found = []
    try:
        with path.open("rb") as file:
            for name, tensor in header.tensors.items():
                digest = hashlib.sha256(f"{tensor['dtype']}{tensor['shape']}".encode())
                start, end = tensor["data_offsets"]
                file.seek(header.start + start)
                for at in range(start, end, _CHUNK):
                    digest.update(file.read(min(_CHUNK, end - at)))
                found.append((name, digest.hexdigest()))
    except OSError as error:
        raise ModelError(f"cannot read {path}: {error.strerror or error}") from error
    return tuple(found)
