"""Log-probabilities of given continuations under a causal language model.

What is shared is computed once: the prefix (instructions and labels) for all rows, a row's text
for all its continuations, and what continuations have in common for each other. Three ways give
the same numbers; `choose` takes the fastest one that an architecture can do.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
from transformers.cache_utils import DynamicCache, DynamicLayer

from sciml_magics.errors import ModelError
from sciml_magics.models.token_tree import Branches, Continuation, Tokens, TokenTree, branch

if TYPE_CHECKING:
    from transformers import PreTrainedConfig, PreTrainedModel

LogProbs = npt.NDArray[np.float64]

# Bytes that the keys, values and logits of a batch of continuations may take.
BATCH_BYTES = 256 << 20

# What an architecture may raise when it is asked for something that it was not written for.
UNABLE = (
    TypeError,
    ValueError,
    RuntimeError,
    IndexError,
    KeyError,
    AttributeError,
    AssertionError,
    NotImplementedError,
)


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """Tokens that a model has read, with the keys and values of its layers.

    Parameters
    ----------
    tokens
        What was read.
    layers
        ``(keys, values)`` of every layer, ``[1, heads, tokens, size]``; empty before the first
        token and where nothing is kept.
    """

    tokens: Tokens = ()
    layers: tuple[tuple[torch.Tensor, torch.Tensor], ...] = ()

    @property
    def bytes(self) -> int:
        """Memory of all keys and values."""
        return sum(keys.nbytes + values.nbytes for keys, values in self.layers)

    def cache(self, rows: int = 1) -> DynamicCache:
        """A cache to read on from; reading on does not change this context."""
        cache = DynamicCache()
        for keys, values in self.layers:
            layer = DynamicLayer()
            layer.lazy_initialization(keys, values)
            layer.keys = keys.expand(rows, -1, -1, -1)
            layer.values = values.expand(rows, -1, -1, -1)
            cache.layers.append(layer)
        return cache


class Scorer(Protocol):
    """One way to score continuations."""

    name: str

    def read(self, tokens: Tokens) -> Context:
        """Read the prefix that all texts share."""
        ...

    def score(self, prefix: Context, texts: Sequence[Tokens], branches: Branches) -> LogProbs:
        """Log-probability of each answer after prefix, text and context; higher is likelier.

        Shape ``[texts, continuations]``.
        """
        ...


class _Model:
    """Calls the model; what all ways have in common."""

    def __init__(self, model: PreTrainedModel) -> None:
        self._model = model
        self.device = model.device
        self.dtype = model.dtype
        self.vocabulary = vocabulary(model.config)
        self._keeps = "logits_to_keep" in inspect.signature(model.forward).parameters

    def logits(self, tokens: torch.Tensor, keep: torch.Tensor, **others: Any) -> torch.Tensor:
        """Logits ``[rows, kept, vocabulary]`` at the positions `keep`, the same in every row."""
        if self._keeps:
            found: torch.Tensor = self._model(
                input_ids=tokens, logits_to_keep=keep, **others
            ).logits
            return found
        found = self._model(input_ids=tokens, **others).logits
        return found[:, keep]

    def read_on(self, context: Context, tokens: Tokens) -> Context:
        """`context` with `tokens` after it."""
        if not tokens:
            return context
        cache = context.cache()
        last = torch.tensor([len(tokens) - 1], device=self.device)
        self.logits(self.tensor([tokens]), last, past_key_values=cache, use_cache=True)
        return Context(context.tokens + tuple(tokens), tuple(map(_kept, cache.layers)))

    def tensor(self, values: Any) -> torch.Tensor:
        return torch.as_tensor(values, device=self.device)


def _kept(layer: object) -> tuple[torch.Tensor, torch.Tensor]:
    """Keys and values of a layer, which recurrent layers do not have."""
    if not isinstance(layer, DynamicLayer) or layer.keys is None or layer.values is None:
        raise TypeError(f"{type(layer).__name__} keeps no keys and values")
    return layer.keys, layer.values


class TreeScorer:
    """Texts and continuations of a pack as branches of one tree that grows from the prefix.

    One forward pass without padding: a token sees the prefix and its own ancestors, by a 4D mask
    and by positions that count along its branch.

    Parameters
    ----------
    model
        A causal language model whose layers are all attention.
    """

    name = "tree"

    def __init__(self, model: PreTrainedModel) -> None:
        self._model = _Model(model)
        self._reach = reach(model.config)
        self._beyond = BranchScorer(model)

    def read(self, tokens: Tokens) -> Context:
        """See `Scorer.read`."""
        return self._model.read_on(Context(), tokens)

    def score(self, prefix: Context, texts: Sequence[Tokens], branches: Branches) -> LogProbs:
        """See `Scorer.score`."""
        if len(prefix.tokens) + max(map(len, texts)) + branches.depth > self._reach:
            return self._beyond.score(prefix, texts, branches)
        if len(branches.parts) == 1:
            return self._grow(prefix, texts, branches.parts[0][1])
        scores = np.empty((len(texts), len(branches.continuations)))
        for row, text in enumerate(texts):
            trunk = self._model.read_on(prefix, tuple(text) + branches.stem)
            for which, tree in branches.parts:
                scores[row, which] = self._grow(trunk, [()], tree)[0]
        return scores

    def _grow(self, prefix: Context, texts: Sequence[Tokens], tree: TokenTree) -> LogProbs:
        model = self._model
        read = len(prefix.tokens)
        ends = np.cumsum([len(text) + len(tree) for text in texts])
        tokens = np.concatenate([part for text in texts for part in (text, tree.tokens)])
        positions = [
            part for text in texts for part in (np.arange(len(text)), len(text) + tree.depths)
        ]
        keep = np.concatenate([end - len(tree) + tree.reads for end in ends])
        logits = model.logits(
            model.tensor(tokens.astype(np.int64))[None],
            model.tensor(keep),
            attention_mask=self._mask(read, [len(text) for text in texts], tree),
            position_ids=model.tensor(read + np.concatenate(positions))[None],
            past_key_values=prefix.cache(),
            use_cache=True,
        )
        return _gather(logits.view(len(texts), len(tree.reads), -1), tree)

    def _mask(self, read: int, lengths: Sequence[int], tree: TokenTree) -> torch.Tensor:
        model = self._model
        size = sum(lengths) + len(tree) * len(lengths)
        seen = torch.zeros(size, read + size, dtype=torch.bool, device=model.device)
        seen[:, :read] = True
        visible = model.tensor(tree.visible)
        start = 0
        for length in lengths:
            middle, end = start + length, start + length + len(tree)
            seen[start:middle, read + start : read + middle].fill_(True).tril_()
            seen[middle:end, read + start : read + middle] = True
            seen[middle:end, read + middle : read + end] = visible
            start = end
        mask = torch.zeros(seen.shape, dtype=model.dtype, device=model.device)
        return mask.masked_fill_(~seen, torch.finfo(model.dtype).min)[None, None]


class BranchScorer:
    """One text at a time: its keys and values are expanded over a batch of continuations.

    For architectures with attention that do not take a 4D mask (ALiBi), and for texts beyond a
    sliding window.
    """

    name = "branches"

    def __init__(self, model: PreTrainedModel) -> None:
        self._model = _Model(model)

    def read(self, tokens: Tokens) -> Context:
        """See `Scorer.read`."""
        return self._model.read_on(Context(), tokens)

    def score(self, prefix: Context, texts: Sequence[Tokens], branches: Branches) -> LogProbs:
        """See `Scorer.score`."""
        scores = np.empty((len(texts), len(branches.continuations)))
        for row, text in enumerate(texts):
            read = self._model.read_on(prefix, tuple(text))
            for part in _batches(self._model, branches, read.bytes):
                some = branches.continuations[part]
                cache = read.cache(len(some))
                scores[row, part] = _score_rows(
                    self._model, (), some, past_key_values=cache, use_cache=True
                )
        return scores


class WholeScorer:
    """Everything read anew for every text and continuation: right for any causal model.

    For recurrent architectures, and as what the other ways are compared with.
    """

    name = "whole"

    def __init__(self, model: PreTrainedModel) -> None:
        self._model = _Model(model)
        # No cache is held; a token in flight takes about ten times its hidden state.
        size = model.config.get_text_config(decoder=True).hidden_size
        self._bytes_per_token = 10 * size * model.dtype.itemsize

    def read(self, tokens: Tokens) -> Context:
        """See `Scorer.read`."""
        return Context(tuple(tokens))

    def score(self, prefix: Context, texts: Sequence[Tokens], branches: Branches) -> LogProbs:
        """See `Scorer.score`."""
        scores = np.empty((len(texts), len(branches.continuations)))
        for row, text in enumerate(texts):
            before = prefix.tokens + tuple(text)
            for part in _batches(self._model, branches, len(before) * self._bytes_per_token):
                some = branches.continuations[part]
                scores[row, part] = _score_rows(self._model, before, some, use_cache=False)
        return scores


def _batches(model: _Model, branches: Branches, bytes_each: int) -> list[slice]:
    """Continuations in batches that fit `BATCH_BYTES` with `bytes_each` besides their logits."""
    logits = 2 * torch.float32.itemsize * model.vocabulary * branches.depth
    size = max(1, BATCH_BYTES // (bytes_each + logits))
    total = len(branches.continuations)
    return [slice(start, min(start + size, total)) for start in range(0, total, size)]


def _score_rows(
    model: _Model, before: Tokens, some: Sequence[Continuation], **others: Any
) -> LogProbs:
    """Continuations as rows of a batch, padded at the right, where nothing causal can see it."""
    rows = [before + continuation.tokens[:-1] for continuation in some]
    longest = max(map(len, rows))
    first = len(before) + min(len(continuation.context) for continuation in some) - 1
    tokens = model.tensor([row + (0,) * (longest - len(row)) for row in rows])
    keep = torch.arange(first, longest, device=model.device)
    found = model.logits(tokens, keep, **others).float().log_softmax(-1)
    scores = np.empty(len(some))
    for row, continuation in enumerate(some):
        start = len(before) + len(continuation.context) - 1 - first
        place = torch.arange(start, start + len(continuation.answer), device=model.device)
        scores[row] = float(found[row, place, model.tensor(continuation.answer)].double().sum())
    return scores


def vocabulary(config: PreTrainedConfig) -> int:
    """How many tokens a model knows."""
    return int(config.get_text_config(decoder=True).vocab_size)


def reach(config: PreTrainedConfig) -> float:
    """How far back every layer of a model sees; infinite unless its attention is windowed."""
    text = config.get_text_config(decoder=True)
    kinds = getattr(text, "layer_types", None)
    if kinds is not None and set(kinds) == {"full_attention"}:
        return math.inf
    names = ("sliding_window", "window_size", "attention_chunk_size")
    found = [getattr(text, name, None) for name in names]
    return min((size for size in found if isinstance(size, int)), default=math.inf)


def _gather(logits: torch.Tensor, tree: TokenTree) -> LogProbs:
    """Log-probabilities ``[texts, continuations]`` from logits ``[texts, R, vocabulary]``."""
    texts = logits.shape[0]
    places = torch.as_tensor(tree.places, device=logits.device)
    targets = torch.as_tensor(tree.targets, device=logits.device)
    asked = torch.as_tensor(tree.asked, device=logits.device)
    scores = torch.empty(texts, len(places), dtype=torch.float64, device=logits.device)
    # Text by text, so that the vocabulary is never held in double precision for the whole pack.
    for text in range(texts):
        norms = logits[text].float().logsumexp(-1)
        steps = logits[text][places, targets].double() - norms[places].double()
        scores[text] = torch.where(asked, steps, 0.0).sum(-1)
    found: LogProbs = scores.cpu().numpy()
    return found


@torch.inference_mode()
def choose(model: PreTrainedModel) -> Scorer:
    """Find the fastest way that gives the numbers of the plain one on a small example.

    Raises
    ------
    ModelError
        If the model reads what follows a token, so that nothing it says is a prediction.
    """
    size = vocabulary(model.config)
    draw = np.random.default_rng(0)
    token = [int(one) for one in draw.integers(0, size, 24)]
    _check_causal(model, token)
    prefix = tuple(token[:5])
    texts = [tuple(token[5:12]), tuple(token[12:15])]
    stem = tuple(token[15:18])
    branches = branch(
        [
            Continuation(stem, (token[18], token[19])),
            Continuation(stem, (token[18], token[20], token[21])),
            Continuation(stem, (token[22],)),
            Continuation((*stem, token[23]), (token[19], token[20])),
        ],
        most_nodes=64,
    )
    plain = WholeScorer(model)
    expected = plain.score(plain.read(prefix), texts, branches)
    ways: tuple[Scorer, ...] = (TreeScorer(model), BranchScorer(model))
    for way in ways:
        try:
            found = way.score(way.read(prefix), texts, branches)
        except UNABLE:
            continue
        if np.allclose(found, expected, rtol=_rounding(model.dtype), atol=_rounding(model.dtype)):
            return way
    return plain


def _check_causal(model: PreTrainedModel, token: list[int]) -> None:
    plain, keep = _Model(model), torch.arange(8, device=model.device)
    first, second = (
        plain.logits(plain.tensor([token[:8] + rest]), keep, use_cache=False).float()
        for rest in (token[8:16], token[16:24])
    )
    near = _rounding(model.dtype)
    # A model that has broken down is left to the answers, which are abstentions then.
    if not torch.allclose(first, second, rtol=near, atol=near, equal_nan=True):
        raise ModelError(
            f"{type(model).__name__} reads what follows a word before it foretells the word: "
            "it is no language model that generates; choose another"
        )


def _rounding(dtype: torch.dtype) -> float:
    """Difference of log-probabilities that rounding alone may make."""
    return max(1e-4, 32 * torch.finfo(dtype).eps)
