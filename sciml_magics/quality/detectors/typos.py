"""Values and words that are a few letters from one that stands far more often."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sciml_magics.quality.detectors.by_value import quoted, told
from sciml_magics.quality.detectors.difference import difference
from sciml_magics.quality.detectors.near import Near, allowed, edits, nearest
from sciml_magics.quality.findings import Finding, detector
from sciml_magics.quality.table import Column, Table

_OFTEN = 4  # rows that a value needs before others are measured by it
_TIMES = 10  # as often as the rare one makes it quite sure
_LEAST_TIMES = 3
_SHORT = 5  # letters; in shorter texts an edit makes another word
_MOST_FREQUENT = 5_000
_MOST_RARE = 100_000
_WORD = re.compile(r"[^\W\d_]{4,}")
_PART = re.compile(r"[^\W_]+")
_DIGIT = re.compile(r"\d")


class _Typos(NamedTuple):
    """What is said of the different values of a column."""

    scores: npt.NDArray[np.float64]
    words: dict[int, str]
    values: dict[int, str]


@detector("typos")
class Typos:
    """Flags rare values, and rare words in texts, a few letters from a frequent one.

    Texts that differ in their digits only are codes, not spellings. The score grows with how many
    times more often the frequent one stands, with its length, and falls with each letter; for
    words it falls with the share of words that stand only once in the column, since there a rare
    word is nothing odd. At most 100,000 different values of a column are looked at.

    Examples
    --------
    >>> import pandas as pd
    >>> table = Table(pd.DataFrame({"city": ["birmingham"] * 25 + ["birminghxm"]}))
    >>> (found,) = Typos().find(table)
    >>> found.why(0), found.values
    ("'birminghxm' is nearly 'birmingham', which stands 25 times: 1 letter differs", ['birmingham'])
    """

    def find(self, table: Table) -> Iterator[Finding]:
        """One finding for each column with misspelt values."""
        for column in table:
            if not column.typed and not column.numeric and len(column.values) > 1:
                found = _Typos(np.zeros(len(column.values)), {}, {})
                _values(column, found)
                _words(column, found)
                yield from told("typos", column, found.scores, found.words, found.values)


def _values(column: Column, found: _Typos) -> None:
    counts, texts = column.counts, column.texts
    order = np.argsort(-counts, kind="stable")
    frequent = [at for at in order[:_MOST_FREQUENT].tolist() if counts[at] >= _OFTEN]
    rare = [
        at
        for at in order[::-1][:_MOST_RARE].tolist()
        if len(frequent) and counts[at] * _LEAST_TIMES <= counts[frequent[0]] and len(texts[at]) > 1
    ]
    often = _often(texts, counts)
    for near in nearest([texts[at] for at in rare], [texts[at] for at in frequent]):
        one, other = rare[near.rare], frequent[near.frequent]
        if not _misspelt(texts[one], texts[other], often, int(counts[one])):
            continue
        if (score := _score(texts[one], texts[other], near, counts[one], counts[other])) > 0:
            found.scores[one] = score
            found.values[one] = texts[other]
            found.words[one] = _told(texts[one], texts[other], near.edits, int(counts[other]))


def _often(texts: list[str], counts: npt.NDArray[np.int64]) -> dict[str, int]:
    """In how many rows each word stands."""
    rows: dict[str, int] = {}
    for at in np.argsort(-counts, kind="stable")[:_MOST_RARE].tolist():
        for word in set(_PART.findall(texts[at])):
            rows[word] = rows.get(word, 0) + int(counts[at])
    return rows


def _misspelt(text: str, meant: str, often: dict[str, int], count: int) -> bool:
    """Whether each word is a spelling of the one in its place, rather than another word.

    A word that stands often beyond this value is a word of its own.
    """
    words, others = _PART.findall(text), _PART.findall(meant)
    if len(words) > 1 and all(often.get(word, 0) >= count + _OFTEN for word in words):
        return False
    if len(words) != len(others):
        return True
    return all(
        word == other or edits(word, other) <= allowed(len(word))
        for word, other in zip(words, others, strict=True)
    )


def _words(column: Column, found: _Typos) -> None:
    """Words that are rare in a column whose words mostly stand often."""
    counts, texts = column.counts, column.texts
    looked = np.argsort(-counts, kind="stable")[:_MOST_RARE].tolist()
    rows: dict[str, int] = {}
    held: dict[str, list[int]] = {}
    for at in looked:
        for word in set(_WORD.findall(texts[at])):
            rows[word] = rows.get(word, 0) + int(counts[at])
            held.setdefault(word, []).append(at)
    once = sum(count == 1 for count in rows.values()) / max(len(rows), 1)
    order = sorted(rows, key=lambda word: -rows[word])
    frequent = [word for word in order[:_MOST_FREQUENT] if rows[word] >= _OFTEN]
    rare = [word for word in order if rows[word] * _TIMES <= rows[order[0]] and rows[word] <= 3]
    for near in nearest(rare, frequent):
        word, meant = rare[near.rare], frequent[near.frequent]
        score = _score(word, meant, near, rows[word], rows[meant]) * (1 - once) ** 2
        if score <= 0 or near.edits > 2 or _inflected(word, meant):
            continue
        for at in held[word]:
            if score > found.scores[at]:
                found.scores[at] = score
                found.values[at] = texts[at].replace(word, meant)
                found.words[at] = _told(word, meant, near.edits, rows[meant])


def _score(text: str, meant: str, near: Near, rare: int, frequent: int) -> float:
    times = frequent / max(rare, 1)
    if times < _LEAST_TIMES or _DIGIT.sub("", text) == _DIGIT.sub("", meant):
        return 0.0
    share = near.edits / max(len(text), len(meant))
    length = min(min(len(text), len(meant)) / _SHORT, 1.0) ** 2
    often = min(np.log(times) / np.log(_TIMES), 1.0)
    return float(0.95 * often * length * (1 - share))


def _told(text: str, meant: str, edits: int, count: int) -> str:
    what = difference(text, meant, edits)
    return f"{quoted(text)} is nearly {quoted(meant)}, which stands {count} times: {what}"


def _inflected(word: str, other: str) -> bool:
    """Whether two words differ in their ends only, as in one and many."""
    stem = min(len(word), len(other)) - 1
    return len(word) != len(other) and word[:stem] == other[:stem]
