"""A model's tokenizer, without importing transformers where its folder allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sciml_magics.errors import ModelError
from sciml_magics.models.loading import ModelFiles
from sciml_magics.models.text_input import Framing, Ids, framing

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_FILE = "tokenizer.json"


@dataclass(frozen=True, slots=True)
class TextTokens:
    """What turns texts into tokens.

    Parameters
    ----------
    tokenizer
        Neither pads nor cuts; marks such as ``[SEP]`` in a text are text.
    framing
        The special tokens around a window.
    unknown
        The token of words that the vocabulary lacks, -1 where there is none.
    """

    tokenizer: Tokenizer
    framing: Framing
    unknown: int

    def unknown_share(self, ids: Ids) -> float:
        """Share of tokens that the vocabulary lacks, 0 to 1."""
        return float(np.mean(ids == self.unknown)) if len(ids) else 0.0


def read_tokens(files: ModelFiles) -> TextTokens:
    """The tokenizer of a model: by itself where it is one file, else through transformers.

    Raises
    ------
    ModelError
        If the model has no tokenizer that can be read.
    """
    tokenizer = _by_itself(files) if (files.path / _FILE).is_file() else _converted(files)
    unknown = getattr(tokenizer.model, "unk_token", None)
    found = tokenizer.token_to_id(unknown) if isinstance(unknown, str) else None
    return TextTokens(tokenizer, framing(tokenizer, pair=False), -1 if found is None else found)


def _by_itself(files: ModelFiles) -> Tokenizer:
    from tokenizers import Tokenizer

    try:
        text = (files.path / _FILE).read_text("utf-8")
        tokenizer = Tokenizer.from_str(text)
    except OSError as error:
        raise ModelError(f"model '{files.id}': cannot read {_FILE}: {error.strerror}") from error
    except Exception as error:  # a damaged file raises nothing narrower
        raise ModelError(f"model '{files.id}': {_FILE} is damaged: {error}") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.encode_special_tokens = True
    return tokenizer


def _converted(files: ModelFiles) -> Tokenizer:
    from sciml_magics.models.pretrained import load_tokenizer

    tokenizer: Tokenizer = load_tokenizer(files).backend_tokenizer
    return tokenizer
