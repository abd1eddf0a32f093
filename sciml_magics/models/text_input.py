"""Texts as the tokens that a model reads: cleaned, tokenised once, framed, and stacked.

Imports numpy alone; the tokenizer is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sciml_magics.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer
    from transformers import PreTrainedTokenizerFast

Ids = npt.NDArray[np.int64]

# A tokenizer takes about 700 bytes for a token while it works: a longer text is given to it in
# pieces, cut where there is a space, and many texts in several calls.
PIECE_CHARACTERS = 100_000
_CALL_CHARACTERS = 1_000_000
# Most tokens that a model is shown at once, however many it could read: attention grows with the
# square of this.
MOST_TOKENS = 4_096
_UNLIMITED = 10**9

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of a text, without special ones, shape ``[tokens]`` each.

    Parameters
    ----------
    ids
        What the model reads.
    starts, stops
        Code points of the text that a token stands for.
    begins
        Whether a word begins with the token.
    """

    ids: Ids
    starts: Ids
    stops: Ids
    begins: npt.NDArray[np.bool_]


def clean(text: str) -> str:
    r"""Replace lone surrogates, which no tokenizer takes, one for one: positions stay.

    Examples
    --------
    >>> clean("a\ud800b\0")
    'a�b\x00'
    """
    return _SURROGATE.sub("\ufffd", text)


def tokenise(tokenizer: Tokenizer, texts: Sequence[str]) -> list[Ids]:
    """Tokens of each text, without special ones."""
    parts: list[list[Ids]] = [[] for _ in texts]
    for call in _calls(texts):
        encodings = tokenizer.encode_batch_fast([p for _, _, p in call], add_special_tokens=False)
        for (at, _, _), encoding in zip(call, encodings, strict=True):
            parts[at].append(np.array(encoding.ids, dtype=np.int64))
    return [_joined(part) for part in parts]


def tokenise_with_places(tokenizer: Tokenizer, texts: Sequence[str]) -> list[Tokens]:
    """Tokens of each text and where they stand in it."""
    parts: list[list[Tokens]] = [[] for _ in texts]
    for call in _calls(texts):
        encodings = tokenizer.encode_batch([p for _, _, p in call], add_special_tokens=False)
        for (at, start, _), encoding in zip(call, encodings, strict=True):
            parts[at].append(_placed(encoding, start))
    return [
        Tokens(
            _joined([part.ids for part in of_text]),
            _joined([part.starts for part in of_text]),
            _joined([part.stops for part in of_text]),
            np.concatenate([part.begins for part in of_text]),
        )
        for of_text in parts
    ]


@dataclass(frozen=True, slots=True)
class Framing:
    """The special tokens around a text, or around two.

    Parameters
    ----------
    before, between, after
        Special tokens. Of a single text, `between` is empty.
    segments
        Segment ids of before, first text, between, second text, after: five numbers or, where a
        part has several tokens, the segment of its tokens.
    """

    before: tuple[int, ...]
    between: tuple[int, ...]
    after: tuple[int, ...]
    segments: tuple[tuple[int, ...], int, tuple[int, ...], int, tuple[int, ...]]

    def __len__(self) -> int:
        return len(self.before) + len(self.between) + len(self.after)

    def row(self, first: Ids, second: Ids | None = None) -> Ids:
        """Tokens that the model reads."""
        parts = [self.before, first, self.between, () if second is None else second, self.after]
        return np.concatenate([np.asarray(part, dtype=np.int64) for part in parts])

    def segment_row(self, first: int, second: int = 0) -> Ids:
        """Segment ids of a row over so many tokens."""
        before, one, between, two, after = self.segments
        whole = [*before, *[one] * first, *between, *[two] * second, *after]
        return np.array(whole, dtype=np.int64)


def framing(tokenizer: Tokenizer, *, pair: bool) -> Framing:
    """Find out which special tokens a tokenizer puts around a text or a pair of texts."""
    encoding = tokenizer.encode("a", "a" if pair else None, add_special_tokens=True)
    owners, ids, kinds = encoding.sequence_ids, encoding.ids, encoding.type_ids
    places = [at for at, owner in enumerate(owners) if owner is not None]
    ones = [at for at, owner in enumerate(owners) if owner == 0]
    twos = [at for at, owner in enumerate(owners) if owner == 1]
    first, last = places[0], places[-1] + 1
    middle = slice(ones[-1] + 1, twos[0]) if twos else slice(0, 0)
    return Framing(
        before=tuple(ids[:first]),
        between=tuple(ids[middle]),
        after=tuple(ids[last:]),
        segments=(
            tuple(kinds[:first]),
            kinds[ones[0]],
            tuple(kinds[middle]),
            kinds[twos[0]] if twos else 0,
            tuple(kinds[last:]),
        ),
    )


def stack(rows: Sequence[Ids], blank: int, *, left: bool = False) -> tuple[Ids, Ids | None]:
    """Rows of unequal length as one array, and a mask where any of them had to be filled up.

    Parameters
    ----------
    rows
        Tokens.
    blank
        What fills up the shorter ones.
    left
        Fill them up before their tokens rather than after.

    Returns
    -------
    tuple
        Tokens and mask (1 for a token, 0 for filling; ``None`` if all are as long), shape
        ``[rows, longest]``.

    Examples
    --------
    >>> stack([np.array([5, 6]), np.array([7])], 0)[0].tolist()
    [[5, 6], [7, 0]]
    """
    longest = max(len(row) for row in rows)
    if all(len(row) == longest for row in rows):
        return np.stack(rows), None
    tokens = np.full((len(rows), longest), blank, dtype=np.int64)
    mask = np.zeros_like(tokens)
    for at, row in enumerate(rows):
        place = slice(longest - len(row), None) if left else slice(len(row))
        tokens[at, place] = row
        mask[at, place] = 1
    return tokens, mask


def text_limit(config: Any, tokenizer: PreTrainedTokenizerFast) -> int:
    """Most tokens that a model is shown at once, special ones included.

    Parameters
    ----------
    config
        The model's configuration.
    tokenizer
        Its tokenizer.
    """
    text = config.get_text_config()
    positions = getattr(text, "max_position_embeddings", None) or _UNLIMITED
    if positions < _UNLIMITED and _counts_from_padding(text):
        positions -= int(text.pad_token_id or 0) + 1
    limits = [int(positions), int(min(tokenizer.model_max_length, _UNLIMITED)), MOST_TOKENS]
    return max(1, min(limit for limit in limits if limit > 0))


def room(limit: int, taken: int, what: str, model: str) -> int:
    """Tokens of a text that a model can be shown beside those that are taken.

    Raises
    ------
    ModelError
        If nothing is left.
    """
    if limit - taken < 1:
        raise ModelError(
            f"{what} take {taken:,} of the {limit:,} tokens that model '{model}' reads at once: "
            "shorten them"
        )
    return limit - taken


def _counts_from_padding(config: Any) -> bool:
    """Whether positions begin after the number of the padding token, as in RoBERTa."""
    kind = str(getattr(config, "model_type", ""))
    others = ("camembert", "mpnet", "longformer", "luke", "data2vec-text", "ibert", "xmod", "esm")
    return "roberta" in kind or kind in others


def _calls(texts: Sequence[str]) -> Iterator[list[tuple[int, int, str]]]:
    """Pieces of the texts as (text, first character, piece), in calls of bounded size."""
    call: list[tuple[int, int, str]] = []
    size = 0
    for at, text in enumerate(texts):
        for start, stop in _pieces(text):
            if call and size + stop - start > _CALL_CHARACTERS:
                yield call
                call, size = [], 0
            call.append((at, start, text[start:stop]))
            size += stop - start
    if call:
        yield call


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while len(text) - start > PIECE_CHARACTERS:
        end = start + PIECE_CHARACTERS
        space = max(text.rfind(" ", start + 1, end), text.rfind("\n", start + 1, end))
        # The space goes with what follows it, as byte-level tokenizers count it.
        yield start, space if space > 0 else end
        start = space if space > 0 else end
    yield start, len(text)


def _placed(encoding: Encoding, start: int) -> Tokens:
    places = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2) + start
    words = encoding.word_ids
    begins = [at is None or at != before for before, at in pairwise([None, *words])]
    ids = np.array(encoding.ids, dtype=np.int64)
    return Tokens(ids, places[:, 0], places[:, 1], np.array(begins, dtype=np.bool_))


def _joined(parts: Sequence[Ids]) -> Ids:
    return parts[0] if len(parts) == 1 else np.concatenate([np.empty(0, np.int64), *parts])
