"""How texts are written: one sign for each class of characters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from sciml_magics.quality.profiling.profiles import Pattern

MOST_SIGNS = 100
MOST_PATTERNS = 8
# Exact shapes are told where so few of them cover so much; else runs of signs are drawn together.
_COVERED = 0.95
# Joins texts while their signs are read; a text that holds it is read alone.
_BETWEEN = "\x1f"
_RUN = re.compile(r"([9Aa ])\1+")


class _Signs(dict[int, str]):
    """The sign of each character, found when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character == _BETWEEN:
            sign = _BETWEEN
        elif character.isdecimal():
            sign = "9"
        elif character.isalpha():
            sign = "A" if character.isupper() else "a"
        else:
            sign = " " if character.isspace() else character
        self[code] = sign
        return sign


_SIGNS = _Signs()


def signs(texts: Sequence[str], *, runs: bool = False) -> list[str]:
    """The shape of each text; see `sciml_magics.quality.profiling.Pattern`.

    Parameters
    ----------
    texts
        The texts; of a long one the first hundred characters are read.
    runs
        Whether repeated signs are drawn together.

    Examples
    --------
    >>> signs(["AB-12", "C 3456"]), signs(["AB-12", "C 3456"], runs=True)
    (['AA-99', 'A 9999'], ['A+-9+', 'A 9+'])
    """
    short = [text[:MOST_SIGNS] for text in texts]
    joined = _BETWEEN.join(short).translate(_SIGNS)
    if runs:
        joined = _RUN.sub(r"\1+", joined)
    found = joined.split(_BETWEEN) if texts else []
    if len(found) == len(texts):
        return found
    apart = (text.translate(_SIGNS) for text in short)
    return [_RUN.sub(r"\1+", text) if runs else text for text in apart]


def patterns(texts: Sequence[str], counts: Sequence[int]) -> tuple[Pattern, ...]:
    """The most frequent shapes of texts that stand so often.

    Shapes are exact where a few cover almost everything, else runs of signs are drawn together.

    Examples
    --------
    >>> [(each.shape, each.share) for each in patterns(["12345", "02134", "1234"], [2, 1, 1])]
    [('99999', 0.75), ('9999', 0.25)]
    """
    total = sum(counts)
    found: list[tuple[str, int, str]] = []
    for runs in (False, True):
        found = _counted(signs(texts, runs=runs), texts, counts)
        if sum(rows for _, rows, _ in found) >= _COVERED * total:
            break
    return tuple(Pattern(shape, rows, rows / total, text) for shape, rows, text in found)


def _counted(
    found: Sequence[str], texts: Sequence[str], counts: Sequence[int]
) -> list[tuple[str, int, str]]:
    """The most frequent shapes, how many cells have each, and the most frequent text of each."""
    rows: Counter[str] = Counter()
    best: dict[str, tuple[int, str]] = {}
    for shape, text, count in zip(found, texts, counts, strict=True):
        rows[shape] += count
        if count > best.get(shape, (0, ""))[0]:
            best[shape] = (count, text)
    return [(shape, number, best[shape][1]) for shape, number in rows.most_common(MOST_PATTERNS)]
