"""Zero-shot labels by the likeness of a text to the label's name and description."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sciml_magics.models.answers import NO_TOKENS, abstain, softmax, suggest_labels
from sciml_magics.models.base import BaseSuggester
from sciml_magics.models.head_files import has_head, is_paired
from sciml_magics.models.labels import listed
from sciml_magics.models.loading import ModelFiles
from sciml_magics.models.protocol import Options
from sciml_magics.models.registry import architecture, family
from sciml_magics.models.vectors import Halves, Indices, halves, key_of, steady_product
from sciml_magics.models.windows import Scores, pool, strongest
from sciml_magics.tasks import Label, Record, Suggestion, Task

if TYPE_CHECKING:
    from sciml_magics.models.engine.embedder import Embedded, Embedder

Vectors = npt.NDArray[np.float32]

# Cosines are divided by this before the softmax: the scale that all-MiniLM-L6-v2 was trained with.
TEMPERATURE = 0.05
# Likeness of a text to what has nothing to do with it: what a label must beat to apply by itself.
UNRELATED = 0.2
# Of several labels each applies from this share of the softmax over them and the unrelated.
APPLIES_FROM = 0.2

# How much of the mean of all labels is taken from each of them.
COMMON = 0.5

_STRANGE = "the model does not know most of these words"
_SCHEMES_KEPT = 8
# Encoders of text; a model of another name counts as one where its folder says how it is pooled.
_ENCODERS = (
    "albert",
    "bert",
    "big_bird",
    "camembert",
    "convbert",
    "deberta",
    "deberta-v2",
    "distilbert",
    "electra",
    "ernie",
    "eurobert",
    "flaubert",
    "longformer",
    "megatron-bert",
    "mobilebert",
    "modernbert",
    "mpnet",
    "nystromformer",
    "rembert",
    "roberta",
    "roformer",
    "squeezebert",
    "xlm",
    "xlm-roberta",
    "xlm-roberta-xl",
)


def _matches(files: ModelFiles) -> bool:
    if has_head(files) or is_paired(files):
        return False
    if architecture("ForMaskedLM")(files):
        return True
    known = files.config.get("model_type") in _ENCODERS or (files.path / "modules.json").is_file()
    return known and architecture("Model", "ForPreTraining")(files)


@family(
    "encoder",
    does="zero-shot labels of texts by likeness to label descriptions: …Model, …ForMaskedLM",
    matches=_matches,
)
class Encoder(BaseSuggester["Embedder"]):
    """Zero-shot labels by comparing embeddings.

    A label is embedded three times: its description, its name and description together, and these
    in a sentence that says what a text describes. Their mean stands for it, half of what all labels
    of the scheme have in common taken away.
    One label: the softmax over the labels of the cosines between text and label, divided by
    `TEMPERATURE`. Several labels: something that is `UNRELATED` takes part in that softmax, and a
    label's odds are its odds there against those of `APPLIES_FROM`; a scheme of a single label is
    judged against the unrelated alone. These constants were chosen on training and development
    splits, for the embedded model. An exact tie is an abstention.

    Of a text longer than the model's limit, one label comes from the window that is surest of its
    own, and several labels from the window that is surest of each; or from the mean over windows.

    The embeddings themselves are there for other uses through `embed`.
    """

    can = frozenset({("text", "label"), ("text", "labels")})

    def __init__(self, files: ModelFiles, options: Options) -> None:
        super().__init__(files, options)
        self._label_vectors = lru_cache(_SCHEMES_KEPT)(self._embed_labels)

    def settings(self) -> Mapping[str, Any]:
        """Windows and the constants."""
        constants = {
            "temperature": TEMPERATURE,
            "unrelated": UNRELATED,
            "applies_from": APPLIES_FROM,
            "common": COMMON,
        }
        return {**super().settings(), **constants}

    def load(self) -> Embedder:
        """Load the weights and the tokenizer."""
        from sciml_magics.models.engine.embedder import load_embedder

        return load_embedder(self.files, *self.place())

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embeddings of texts, of a long one the mean over its windows.

        Parameters
        ----------
        texts
            Any strings, ``n`` of them.

        Returns
        -------
        numpy.ndarray
            Shape ``[n, dimension]``, float32, of length 1: the product of two is their cosine.

        Examples
        --------
        >>> from sciml_magics.models import open_model
        >>> open_model().embed(["a cat", "a kitten"]).shape
        (2, 384)
        """
        return self.loaded.embed(texts)

    @cached_property
    def encoder_key(self) -> str:
        """Under which the embeddings are kept."""
        return key_of(self.files)

    def vectors_of(self, records: Sequence[Record]) -> Iterator[tuple[Indices, Halves]]:
        """Embeddings of records in batches, with their positions, the longest texts first."""
        return halves(self.loaded, [record.text for record in records])

    def suggest(self, records: Sequence[Record], task: Task) -> Iterator[Sequence[Suggestion]]:
        """Batches of suggestions, the longest texts first."""
        labels = self._label_vectors(task.labels)
        for found in self.loaded.stream([record.text for record in records]):
            probabilities = self._probabilities(found, steady_product(found.vectors, labels), task)
            windows = np.bincount(found.owners, minlength=len(found.texts))
            yield [
                self._answer(records[at], found, row, int(windows[row]), probabilities[row], task)
                for row, at in enumerate(found.texts)
            ]

    def _probabilities(self, found: Embedded, cosines: Scores, task: Task) -> Scores:
        """Shape ``[texts, labels]``, from cosines of windows and labels."""
        over, texts = self.options.window, len(found.texts)
        if task.kind == "labels":
            return pool(_each(cosines), found.owners, texts, over)
        scores = _against_unrelated(cosines) if len(task.labels) == 1 else _among(cosines)
        if over == "max":
            return strongest(scores, found.owners, texts)
        return pool(scores, found.owners, texts, over)

    def _answer(
        self,
        record: Record,
        found: Embedded,
        row: int,
        windows: int,
        probabilities: Scores,
        task: Task,
    ) -> Suggestion:
        if not found.tokens[row]:
            return abstain(record.id, NO_TOKENS)
        evidence = {"windows": windows, "over": self.options.window} if windows > 1 else {}
        if task.kind == "label" and (tied := _tied(probabilities)):
            names = listed([task.labels[at].name for at in tied])
            return abstain(record.id, f"these labels fit equally well: {names}", evidence=evidence)
        suggestion = suggest_labels(
            record.id, probabilities, task.label_names, task.kind, evidence=evidence
        )
        return replace(suggestion, reason=_STRANGE) if found.strange[row] else suggestion

    def _embed_labels(self, labels: tuple[Label, ...]) -> Vectors:
        """One vector of length 1 for each label, shape ``[labels, dimension]``."""
        from sciml_magics.models.engine.embedder import normalised

        names = [label.name.replace("_", " ") for label in labels]
        described = [label.description or name for name, label in zip(names, labels, strict=True)]
        both = [
            f"{name}: {label.description}" if label.description else name
            for name, label in zip(names, labels, strict=True)
        ]
        sentences = [f"This sentence describes {text}" for text in both]
        texts, places = np.unique([*described, *both, *sentences], return_inverse=True)
        vectors = normalised(self.embed(texts.tolist())[places].reshape(3, len(labels), -1).sum(0))
        return normalised(vectors - COMMON * vectors.mean(axis=0))


def _among(cosines: Scores) -> Scores:
    """Probability of each label where exactly one applies."""
    return np.asarray(softmax(cosines / TEMPERATURE), dtype=np.float32)


def _against_unrelated(cosines: Scores) -> Scores:
    return np.asarray(1 / (1 + np.exp((UNRELATED - cosines) / TEMPERATURE)), dtype=np.float32)


def _each(cosines: Scores) -> Scores:
    """Probability of each label where any number applies.

    Examples
    --------
    >>> _each(np.float32([[0.5, 0.5, 0.1], [0.1, 0.0, 0.0]])).astype(float).round(2).tolist()
    [[0.8, 0.8, 0.0], [0.34, 0.06, 0.06]]
    """
    unrelated = np.full((len(cosines), 1), UNRELATED, dtype=np.float32)
    share = _among(np.concatenate((cosines, unrelated), axis=1))[:, :-1]
    weight = (1 - APPLIES_FROM) / APPLIES_FROM
    return np.asarray(weight * share / (weight * share + 1 - share), dtype=np.float32)


def _tied(probabilities: Scores) -> list[int]:
    """Positions of the labels that share the highest probability; empty where there is one."""
    best = np.flatnonzero(probabilities == probabilities.max())
    return best.tolist() if len(best) > 1 else []
