"""Texts to normalised embeddings. Long texts are windowed, nothing is cut off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from sciml_magics.models.batching import Indices, run_halving
from sciml_magics.models.engine.bert import is_bert_shaped, read_bert
from sciml_magics.models.engine.forward import Forward, Vectors
from sciml_magics.models.engine.packed import PackedForward
from sciml_magics.models.engine.recipe import read_recipe
from sciml_magics.models.engine.tokens import TextTokens, read_tokens
from sciml_magics.models.engine.workers import work_through
from sciml_magics.models.loading import ModelFiles
from sciml_magics.models.text_input import Ids, clean, room, tokenise
from sciml_magics.models.windows import Gathered, cut_windows

# A batch of embeddings is handed out once it has this many texts or comes from this many packs:
# little is lost with one, and storing one takes little time beside computing it.
_TEXTS_OUT = 192
_PACKS_OUT = 8
# Texts that `embed` holds as tokens at a time.
_CHUNK = 8_192
_MOST = 0.5


@dataclass(frozen=True, slots=True)
class Embedded:
    """Embeddings of the windows of some texts.

    Parameters
    ----------
    texts
        Positions of the texts, shape ``[texts]``.
    owners
        Which of `texts` each window is of, rising, shape ``[windows]``.
    vectors
        Normalised, fp32, shape ``[windows, dimension]``.
    tokens
        Tokens of each text, special ones left out, shape ``[texts]``.
    strange
        Whether the vocabulary lacks most of these, shape ``[texts]``.
    """

    texts: Indices
    owners: Indices
    vectors: Vectors
    tokens: Indices
    strange: npt.NDArray[np.bool_]


class Embedder:
    """An encoder that is loaded.

    Parameters
    ----------
    tokens
        Its tokenizer.
    forward
        What runs it.
    max_length
        Most tokens of a window, special ones included.
    """

    def __init__(self, tokens: TextTokens, forward: Forward, max_length: int) -> None:
        self._tokens, self._forward = tokens, forward
        self.max_length = max_length
        self._room = room(max_length, len(tokens.framing), "special tokens", "this")

    @property
    def dimension(self) -> int:
        """Length of an embedding."""
        return self._forward.dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One embedding per text: the mean over its windows, normalised in fp32.

        Parameters
        ----------
        texts
            Any strings, ``n`` of them.

        Returns
        -------
        numpy.ndarray
            Shape ``[n, dimension]``, float32, length 1. The product of two is their cosine.
        """
        result = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _CHUNK):
            for found in self.stream(texts[start : start + _CHUNK]):
                first = np.searchsorted(found.owners, np.arange(len(found.texts)))
                result[start + found.texts] = np.add.reduceat(found.vectors, first, axis=0)
        return normalised(result)

    def stream(self, texts: Sequence[str]) -> Iterator[Embedded]:
        """Embeddings of all texts in batches, in the order in which they are done.

        Raises
        ------
        ModelError
            If memory does not suffice for a single window.
        """
        if not texts:
            return
        ids = tokenise(self._tokens.tokenizer, [clean(text) for text in texts])
        lengths = np.array([len(found) for found in ids], dtype=np.int64)
        windows = cut_windows(lengths, self._room)
        vectors = np.empty((len(windows), self.dimension), dtype=np.float32)
        sequences = [
            self._tokens.framing.row(ids[text][start:stop])
            for text, start, stop in zip(windows.texts, windows.starts, windows.stops, strict=True)
        ]
        strange = np.array([self._tokens.unknown_share(found) > _MOST for found in ids])
        first = np.searchsorted(windows.texts, np.arange(len(texts) + 1))
        gathered = Gathered(windows.texts, len(texts))
        for done in _in_batches(self._run(sequences, vectors), gathered):
            rows = np.concatenate([np.arange(first[text], first[text + 1]) for text in done])
            owners = np.repeat(np.arange(len(done)), first[done + 1] - first[done])
            yield Embedded(done, owners, normalised(vectors[rows]), lengths[done], strange[done])

    def _run(self, sequences: Sequence[Ids], vectors: Vectors) -> Iterator[Indices]:
        """Fill `vectors`, and yield the positions of each batch that is done."""
        lengths = np.array([len(sequence) for sequence in sequences], dtype=np.int64)
        forward = self._forward

        def work(batch: Indices) -> Indices:
            for part, found in run_halving(lambda at: forward([sequences[i] for i in at]), batch):
                if len(part) < len(batch):
                    forward.shrink(int(lengths[part].sum()))
                vectors[part] = found
            return batch

        return work_through(work, forward.batches(lengths), forward.workers)


def load_embedder(files: ModelFiles, device: torch.device, dtype: torch.dtype) -> Embedder:
    """Load an encoder: packed where it is shaped like BERT, else through transformers.

    Raises
    ------
    ModelError
        If its files cannot be read, or it pools in a way that is not known.

    Examples
    --------
    >>> from sciml_magics.models.loading import find_model
    >>> embedder = load_embedder(find_model(), torch.device("cpu"), torch.float32)
    >>> cat, kitten, law = embedder.embed(["a cat", "kitten", "tax law"])
    >>> bool(cat @ kitten > cat @ law)
    True
    """
    recipe = read_recipe(files)
    tokens = read_tokens(files)
    forward: Forward
    if is_bert_shaped(files):
        forward = PackedForward(read_bert(files), recipe.pooling, device, dtype)
    else:
        # Brings transformers, which takes longer to import than all the rest.
        from sciml_magics.models.engine.generic import GenericForward

        forward = GenericForward(files, recipe.pooling, device, dtype)
    return Embedder(tokens, forward, recipe.max_length)


def normalised(vectors: Vectors) -> Vectors:
    """Vectors of length 1; zero stays zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


def _in_batches(finished: Iterator[Indices], gathered: Gathered) -> Iterator[Indices]:
    """Texts that are complete, several packs at a time."""
    texts: list[Indices] = []
    for parts in finished:
        texts.append(gathered.finish(parts))
        if len(texts) >= _PACKS_OUT or sum(map(len, texts)) >= _TEXTS_OUT:
            whole = np.concatenate(texts)
            texts.clear()
            if len(whole):
                yield whole
    whole = np.concatenate(texts) if texts else np.empty(0, dtype=np.int64)
    if len(whole):
        yield whole
