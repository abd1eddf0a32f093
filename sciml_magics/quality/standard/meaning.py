"""Categories that mean the same: by spelling, by initials, and by the embedded model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.standard.alike import (
    folded,
    grouped,
    initials,
    misspelt,
    opposed,
    squeezed,
)
from sciml_magics.quality.standard.values import Change, Values
from sciml_magics.quality.standard.variants import are_categories
from sciml_magics.quality.standard.wishes import Found, Wishes

# So many categories are compared, the most frequent ones.
MOST = 2_000
# Names that repeat less often are those of people and things: alike ones are still different.
FEW = 3
SQUEEZED, INITIALS, MISSPELT = 0.9, 0.8, 0.75
# A misspelling is rarer than the name, by this factor at least.
RARER = 4
# Cosine from which two names count as one. Of 30 pairs of synonyms and 41 of mere relatives that
# were written down for this, 14 and none lie above it, once opposites are set aside.
NEAR = 0.82
# The cosine says little of how sure it is: from an even guess upwards.
LEAST, STEEP = 0.5, 1.5

_WORD = re.compile(r"[^\W_]+")

Vectors = npt.NDArray[np.float32]


class Meaning:
    """Of categories that mean the same, the one that most rows have.

    Compared are spellings without accents and separators, initials, spellings that are a letter or
    two off and rare, and embeddings. Names with other numbers in them, with opposite words or with
    a negation are never merged. It is conservative: what is left apart can be merged by hand, and
    a wrong merge loses something.
    """

    def find(self, values: Values, wishes: Wishes) -> Found:
        """Categories to be written as another one."""
        if not are_categories(values):
            return Found()
        order = np.argsort(-values.counts, kind="stable")[:MOST].tolist()
        merged: dict[int, _Merge] = {}
        for source in (_squeezed, _initials, _misspelt):
            for rare, merge in source(values, order):
                merged.setdefault(rare, merge)
        left = [at for at in order if at not in merged]
        if wishes.meaning and len(left) > 1 and values.rows >= FEW * len(values):
            merged |= dict(_near(values, left))
        notes: tuple[str, ...] = ()
        if len(values) > MOST:
            notes = (
                f"{values.name}: of {len(values):,} categories the {MOST:,} most frequent ones "
                "were compared",
            )
        return Found({rare: _resolved(values, rare, merged) for rare in merged}, notes)


class _Merge(NamedTuple):
    """A category becomes another one, which stands before it in the order of frequency."""

    best: int
    score: float
    words: str


Pairs = Iterator[tuple[int, _Merge]]


def _resolved(values: Values, rare: int, merged: Mapping[int, _Merge]) -> Change:
    """Where a category ends that becomes another one, which itself becomes a third."""
    best, score, words = merged[rare]
    while best in merged:
        then = merged[best]
        best, score, words = then.best, score * then.score, f"{words}; {then.words}"
    return Change(values.texts[best], score, words)


def _rows(values: Values, best: int) -> str:
    rows = int(values.counts[best])
    return f"which {rows:,} {'row has' if rows == 1 else 'rows have'}"


def _squeezed(values: Values, order: list[int]) -> Pairs:
    for group in grouped([values.texts[at] for at in order], squeezed):
        best, *more = (order[place] for place in group)
        for rare in more:
            words = f"'{values.texts[best]}' in another writing, {_rows(values, best)}"
            yield rare, _Merge(best, SQUEEZED, words)


def _initials(values: Values, order: list[int]) -> Pairs:
    """Short names that are the initials of one other, and of one alone."""
    of: dict[str, list[int]] = {}
    for at in order:
        for letters in initials(values.texts[at]):
            of.setdefault(letters, []).append(at)
    for at in order:
        text = values.texts[at]
        short = squeezed(text)
        if not (2 <= len(short) <= 6 and short.isalpha() and text.upper() == text):
            continue
        meant = of.get(short, [])
        if len(meant) == 1 and meant[0] != at:
            best, rare = sorted((at, meant[0]), key=order.index)
            words = f"initials: '{values.texts[best]}' is meant, {_rows(values, best)}"
            yield rare, _Merge(best, INITIALS, words)


def _misspelt(values: Values, order: list[int]) -> Pairs:
    """Rare names that are a letter or two off a frequent one."""
    from rapidfuzz import fuzz, process

    names = [folded(values.texts[at]) for at in order]
    counts = values.counts[order]
    words_rows = _rows_of_words(values)
    likeness = process.cdist(names, names, scorer=fuzz.ratio, score_cutoff=75, dtype=np.uint8)
    for place, row in enumerate(likeness):
        frequent = np.flatnonzero((row > 0) & (counts >= RARER * counts[place]))
        for other in sorted(frequent.tolist(), key=lambda o: (-int(row[o]), o)):
            rare, best = order[place], order[other]
            own = int(values.counts[rare])
            if _are_words(names[place], names[other], words_rows, own):
                continue
            if misspelt(values.texts[rare], values.texts[best]):
                words = f"a letter or two off '{values.texts[best]}', {_rows(values, best)}"
                yield rare, _Merge(best, MISSPELT, words)
                break


def _rows_of_words(values: Values) -> Counter[str]:
    found: Counter[str] = Counter()
    for text, rows in zip(values.texts, values.counts.tolist(), strict=True):
        for word in set(_WORD.findall(folded(text))):
            found[word] += rows
    return found


def _are_words(rare: str, best: str, rows: Mapping[str, int], own: int) -> bool:
    """Whether what differs are words that other values have, too: then they mean something else."""
    only = set(_WORD.findall(rare)) - set(_WORD.findall(best))
    return bool(only) and all(rows[word] > own for word in only)


def _near(values: Values, order: list[int]) -> Pairs:
    """Names that are each other's nearest by their embeddings, nearer than `NEAR`."""
    texts = [values.texts[at] for at in order]
    if not any(any(map(str.isalpha, text)) for text in texts):
        return
    vectors = embedded(texts)
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -1.0)
    rows = _rows_of_words(values)
    for place, other in _nearest_pairs(likeness, texts):
        rare, best = order[place], order[other]
        own = int(values.counts[rare])
        if _are_words(folded(texts[place]), folded(texts[other]), rows, own):
            continue
        cosine = float(likeness[place, other])
        score = LEAST + STEEP * (cosine - NEAR)
        words = f"means nearly '{values.texts[best]}' (cosine {cosine:.2f}), {_rows(values, best)}"
        yield rare, _Merge(best, score, words)


def _nearest_pairs(likeness: Vectors, texts: list[str]) -> Iterator[tuple[int, int]]:
    """Pairs that are each other's nearest, the rarer first; then among those that are left."""
    left = np.arange(len(texts))
    while len(left) > 1:
        among = likeness[np.ix_(left, left)]
        nearest = among.argmax(axis=1)
        merged = [
            place
            for place, other in enumerate(nearest.tolist())
            if other < place  # the more frequent names stand first
            and int(nearest[other]) == place
            and among[place, other] >= NEAR
            and not opposed(texts[left[place]], texts[left[other]])
            and not _holds(texts[left[place]], texts[left[other]])
        ]
        if not merged:
            return
        yield from ((int(left[place]), int(left[nearest[place]])) for place in merged)
        left = np.delete(left, merged)


def _holds(first: str, second: str) -> bool:
    """Whether one is the other and more words: Guinea, Guinea-Bissau."""
    one, other = (set(folded(text).replace("-", " ").split()) for text in (first, second))
    return one < other or other < one


def embedded(texts: list[str]) -> Vectors:
    """Embeddings of texts by the embedded model, of length 1; float32, ``[texts, dimension]``.

    Raises
    ------
    ModelError
        If the embedded model is not installed.
    """
    from sciml_magics.models import Embeds, open_model
    from sciml_magics.tasks import Record, record_id

    model = open_model(None)
    assert isinstance(model, Embeds)
    records = [Record(record_id("text", text), (("text", text),)) for text in texts]
    found: list[Vectors] = [np.zeros((0, 0), dtype=np.float32)] * len(texts)
    for at, vectors in model.vectors_of(records):
        for place, vector in zip(at.tolist(), vectors.astype(np.float32), strict=True):
            found[place] = vector
    return np.stack(found)
