"""Load a model and its tokenizer with transformers: safetensors only, no code of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
import transformers
from safetensors import SafetensorError
from transformers.utils import logging

from sciml_magics.errors import ModelError
from sciml_magics.models.loading import ModelFiles

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

# What transformers raises for weights, configurations and tokenizers that do not fit together.
_UNREADABLE = (
    OSError,
    ValueError,
    RuntimeError,
    KeyError,
    TypeError,
    AttributeError,
    ImportError,
    SafetensorError,
)
_SHOWN = 3
_VOCABULARIES = ("tokenizer.json", "vocab*", "merges.txt", "*.model")


def load_model(
    files: ModelFiles,
    auto_class: str,
    device: torch.device,
    dtype: torch.dtype,
    may_lack: Sequence[str] = (),
) -> PreTrainedModel:
    """Load weights for answering: on `device`, in `dtype`, without dropout.

    Parameters
    ----------
    files
        The model.
    auto_class
        Name of the class of transformers, such as ``"AutoModelForSequenceClassification"``.
    device, dtype
        Where and how to compute.
    may_lack
        Parts of names of weights that may be absent because nothing reads them.

    Raises
    ------
    ModelError
        If the weights cannot be read, or some are absent, which would be drawn at random.
    """
    with quietly(), readable(files):
        model, found = getattr(transformers, auto_class).from_pretrained(
            files.path,
            dtype=dtype,
            use_safetensors=True,
            trust_remote_code=False,
            local_files_only=True,
            output_loading_info=True,
        )
    absent = [key for key in found["missing_keys"] if not any(part in key for part in may_lack)]
    if absent:
        names = ", ".join(sorted(absent)[:_SHOWN])
        raise ModelError(
            f"model '{files.id}' lacks {len(absent):,} weights of {type(model).__name__} "
            f"({names}): it was not trained for this; choose a model that was"
        )
    with readable(files):
        placed: PreTrainedModel = model.eval().to(device)
    return placed


def load_tokenizer(files: ModelFiles) -> PreTrainedTokenizerFast:
    """Load the tokenizer, which never pads or cuts by itself.

    Marks such as ``[SEP]`` in a text are read as text: only the model's own framing adds them.

    Raises
    ------
    ModelError
        If it is absent, damaged, or of the slow kind that cannot tell where its tokens stand.
    """
    # Without its files transformers makes one up that knows no word.
    if not any(path for pattern in _VOCABULARIES for path in files.path.glob(pattern)):
        raise ModelError(f"model '{files.id}' has no tokenizer: tokenizer.json is not there")
    with quietly(), readable(files):
        tokenizer: Any = transformers.AutoTokenizer.from_pretrained(
            files.path, trust_remote_code=False, local_files_only=True
        )
    if not tokenizer.is_fast:
        raise ModelError(f"model '{files.id}' has no fast tokenizer: tokenizer.json is not there")
    backend = tokenizer.backend_tokenizer
    backend.no_truncation()
    backend.no_padding()
    backend.encode_special_tokens = True
    loaded: PreTrainedTokenizerFast = tokenizer
    return loaded


@contextmanager
def readable(files: ModelFiles) -> Iterator[None]:
    """Tell as a `ModelError` what transformers raises for files that it cannot read."""
    try:
        yield
    except _UNREADABLE as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        why = _without(files.path, lines[0] if lines else repr(error))
        raise ModelError(f"model '{files.id}' cannot be loaded: {why}") from error


def _without(folder: Path, message: str) -> str:
    return message.replace(f"{folder}/", "").replace(str(folder), "its folder")


@contextmanager
def quietly() -> Iterator[None]:
    """Without the bars and reports of transformers: a cell shows the run's own progress."""
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
