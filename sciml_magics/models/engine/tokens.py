"""Texts to tokens without padding, truncation or special tokens; those are put around windows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sciml_magics.errors import ModelError
from sciml_magics.models.loading import ModelFiles

Ids = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class TextTokens:
    """A model's tokenizer.

    Parameters
    ----------
    split
        Tokens of every text, without special ones.
    before, after
        Special tokens that stand around every window.
    unknown
        The token of words that the vocabulary lacks, -1 where there is none.
    """

    split: Callable[[list[str]], list[list[int]]]
    before: Ids
    after: Ids
    unknown: int

    @property
    def special(self) -> int:
        """How many special tokens a window has."""
        return len(self.before) + len(self.after)

    def encode(self, texts: Sequence[str]) -> list[Ids]:
        """Tokens of every text, without special ones.

        Lone surrogates, which no tokenizer takes, count as unknown characters.
        """
        found = self.split([_clean(text) for text in texts])
        return [np.asarray(ids, dtype=np.int32) for ids in found]

    def unknown_share(self, ids: Ids) -> float:
        """Share of tokens that the vocabulary lacks, 0 to 1."""
        return float(np.mean(ids == self.unknown)) if len(ids) else 0.0

    def wrap(self, ids: Ids) -> Ids:
        """A window with its special tokens."""
        return np.concatenate((self.before, ids, self.after))


def read_tokens(files: ModelFiles) -> TextTokens:
    """The tokenizer of a model: by itself where it is one file, else through transformers.

    Raises
    ------
    ModelError
        If the model has no tokenizer that can be read.
    """
    if (files.path / "tokenizer.json").is_file():
        return _fast(files)
    return _through_transformers(files)


def _fast(files: ModelFiles) -> TextTokens:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(files.path / "tokenizer.json"))
    except Exception as error:  # what tokenizers raises for a damaged file is a plain Exception
        raise ModelError(f"model '{files.id}': tokenizer.json is damaged: {error}") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()

    def split(texts: list[str]) -> list[list[int]]:
        return [found.ids for found in tokenizer.encode_batch_fast(texts, add_special_tokens=False)]

    probe = tokenizer.encode("a")
    unknown = getattr(tokenizer.model, "unk_token", None)
    return _around(
        split,
        probe.ids,
        probe.special_tokens_mask,
        tokenizer.token_to_id(unknown) if isinstance(unknown, str) else None,
    )


def _through_transformers(files: ModelFiles) -> TextTokens:
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(str(files.path), trust_remote_code=False)
    except (OSError, ValueError, ImportError) as error:
        reason = str(error).splitlines()[0] if str(error) else repr(error)
        raise ModelError(f"model '{files.id}': its tokenizer cannot be read: {reason}") from error

    def split(texts: list[str]) -> list[list[int]]:
        found = tokenizer(
            texts,
            add_special_tokens=False,
            return_attention_mask=False,
            return_token_type_ids=False,
            verbose=False,
        )
        ids: list[list[int]] = found["input_ids"]
        return ids

    probe = tokenizer("a", return_special_tokens_mask=True)
    return _around(split, probe["input_ids"], probe["special_tokens_mask"], tokenizer.unk_token_id)


def _around(
    split: Callable[[list[str]], list[list[int]]],
    ids: list[int],
    special: list[int],
    unknown: int | None,
) -> TextTokens:
    first = special.index(0) if 0 in special else len(special)
    last = len(special) - special[::-1].index(0) if 0 in special else len(special)
    return TextTokens(
        split,
        np.asarray(ids[:first], dtype=np.int32),
        np.asarray(ids[last:], dtype=np.int32),
        -1 if unknown is None else unknown,
    )


def _clean(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text
