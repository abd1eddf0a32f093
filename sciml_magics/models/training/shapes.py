"""Word shapes: what a tokenizer that lowers its text forgets, told beside its tokens.

An uncased model cannot tell ``Apple`` from ``apple`` or ``WHO`` from ``who``, which names depend
on. The shape of each word rides in the token type ids, which a text alone leaves at 0: the table
of token types gets a row for each shape. Everything stays an ordinary model of transformers; one
that is run without shapes reads every word as a plain one. Classes of capitalisation beside
lowered words are those of Collobert et al., Natural Language Processing (Almost) from Scratch,
JMLR 12, 2011, section 3.3.1; letters with digits are their own class here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedModel

    from sciml_magics.models.text_input import Ids

SHAPES = ("plain", "Capitalised", "Initial", "CAPITALS", "mixedCase", "digits", "letters1digits")

_TABLE = "token_type_embeddings"


def shape(word: str) -> int:
    """Shape of a word, as a position in `SHAPES`.

    Words without capitals and digits are plain, those of scripts without case among them.

    Examples
    --------
    >>> [SHAPES[shape(word)] for word in ("gene", "Paris", "A", "WHO", "mRNA", "1996", "p53")]
    ['plain', 'Capitalised', 'Initial', 'CAPITALS', 'mixedCase', 'digits', 'letters1digits']
    """
    letters = [character for character in word if character.isalpha()]
    if any(map(str.isdigit, word)):
        return SHAPES.index("letters1digits" if letters else "digits")
    upper = [character.lower() != character for character in letters]
    if not any(upper):
        return SHAPES.index("plain")
    if len(letters) == 1:
        return SHAPES.index("Initial")
    if all(upper):
        return SHAPES.index("CAPITALS")
    return SHAPES.index("Capitalised" if upper[0] and sum(upper) == 1 else "mixedCase")


def shape_row(text: str, words: tuple[Ids, Ids, Ids], tokens: int) -> Ids:
    """Shape of the word of each token, shape ``[tokens]``.

    Parameters
    ----------
    text
        The original.
    words
        First token of each word, and its bounds in the text, as of `spans.word_places`.
    tokens
        Number of tokens.

    Examples
    --------
    >>> words = np.array([0, 2]), np.array([0, 6]), np.array([5, 10])
    >>> shape_row("Angela met", words, 3).tolist()
    [1, 1, 0]
    """
    first, starts, stops = words
    kinds = np.zeros(tokens, dtype=np.int64)
    if not len(first):
        return kinds
    bounds = zip(starts.tolist(), stops.tolist(), strict=True)
    found = np.array([shape(text[start:stop]) for start, stop in bounds], dtype=np.int64)
    kinds[first[0] :] = np.repeat(found, np.diff(np.append(first, tokens)))
    return kinds


def wants_shapes(tokenizer: Tokenizer, config: Mapping[str, Any], *, segmented: bool) -> bool:
    """Whether a model is to be told shapes: it sees no capitals and has a table of token types.

    Parameters
    ----------
    tokenizer
        Of the model.
    config
        Its ``config.json``.
    segmented
        Whether it reads token type ids.
    """
    if not segmented or not config.get("type_vocab_size"):
        return False
    cleaner = tokenizer.normalizer
    return cleaner is not None and "A" not in cleaner.normalize_str("Aa")


def widen(model: PreTrainedModel, *, known: bool) -> str:
    """Give the table of token types a row for each shape, and return the name of the table.

    Every row is what a plain text had so far, so that nothing changes before training.

    Parameters
    ----------
    model
        As it is trained.
    known
        It was told shapes before: its table stays as it is.
    """
    import torch

    name: str = next(name for name, _ in model.named_modules() if name.rpartition(".")[2] == _TABLE)
    if known:
        return name
    before = model.get_submodule(name).get_parameter("weight")
    wide = torch.nn.Embedding(len(SHAPES), before.shape[1], dtype=before.dtype)
    with torch.no_grad():
        wide.weight.copy_(before[0])
    model.set_submodule(name, wide.to(before.device))
    model.config.type_vocab_size = len(SHAPES)
    return name
