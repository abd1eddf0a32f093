"""Letter case, dashes and quotes of categories: one spelling of each."""

from __future__ import annotations

import re

import numpy as np

from sciml_magics.quality.standard.alike import SMALL, folded, grouped
from sciml_magics.quality.standard.values import Change, Values
from sciml_magics.quality.standard.wishes import Found, Wishes

SURE = 0.95
# A lone value in another letter case than the rest: it may be a name that is written so.
STYLED = 0.6
STYLE = 0.95
# Categories repeat, and are short.
REPEATED = 1.5
LONGEST = 80
FEWEST = 5


def are_categories(values: Values) -> bool:
    """Whether the values of a column repeat as categories do, and are as short.

    Examples
    --------
    >>> are_categories(Values("city", ["Rome", "Oslo"], np.array([3, 1])))
    True
    >>> are_categories(Values("id", ["a1", "a2"], np.array([1, 1])))
    False
    """
    if len(values) < 2 or values.rows < REPEATED * len(values):
        return False
    return float(np.mean([len(text) for text, _ in values.sample()])) <= LONGEST


class Variants:
    """Of spellings that differ in letter case, dashes or quotes, the one that most rows have."""

    def find(self, values: Values, wishes: Wishes) -> Found:
        """Rarer spellings, and lone values in another letter case than the column."""
        if not are_categories(values):
            return Found()
        style = _style(values)
        changes: dict[int, Change] = {}
        for group in grouped(values.texts, folded):
            best = max(
                group,
                key=lambda at: (
                    values.counts[at],
                    style is not None and _STYLES[style](values.texts[at]),
                ),
            )
            rows = int(values.counts[group].sum())
            for at in group:
                if at != best:
                    changes[at] = _change(values, at, best, rows)
        if style is not None:
            changes |= _styled(values, style, set(changes))
        return Found(changes)


def _change(values: Values, at: int, best: int, rows: int) -> Change:
    most, kept = int(values.counts[best]), values.texts[best]
    what = "letter case" if values.texts[at].lower() == kept.lower() else "dashes or quotes"
    words = f"the same as '{kept}' but for {what}, which {most:,} of {rows:,} rows have"
    return Change(kept, SURE * most / rows, words)


def _is_title(text: str) -> bool:
    words = re.findall(r"[^\W\d_]+", text)
    first, *more = words or [""]
    return first[:1].isupper() and all(w[:1].isupper() or w in SMALL for w in more)


def _to_title(text: str) -> str:
    words = text.split(" ")
    return " ".join(
        word if at and word in SMALL else word[:1].upper() + word[1:]
        for at, word in enumerate(words)
    )


_STYLES = {
    "lower case": str.islower,
    "upper case": str.isupper,
    "capital first letters": _is_title,
}
_STYLED = {"lower case": str.lower, "upper case": str.upper, "capital first letters": _to_title}


def _style(values: Values) -> str | None:
    """The letter case of nearly all rows and of at least a few values."""
    lettered = [(t, n) for t, n in values.sample() if re.search(r"[^\W\d_]{2}", t)]
    rows = sum(n for _, n in lettered)
    for style, fits in _STYLES.items():
        found = [n for text, n in lettered if fits(text)]
        if len(found) >= FEWEST and sum(found) >= STYLE * rows:
            return style
    return None


def _styled(values: Values, style: str, taken: set[int]) -> dict[int, Change]:
    """Lone values: all in lower case where names begin with capitals, and the like."""
    found = {}
    texts = set(values.texts)
    for at, text in enumerate(values.texts):
        if at in taken or _STYLES[style](text) or not re.search(r"[^\W\d_]{2}", text):
            continue
        if style == "capital first letters" and not text.islower():
            continue  # iPhone, eBay, pH: somebody meant it
        new = _STYLED[style](text)
        if new != text and new not in texts:
            found[at] = Change(new, STYLED, f"nearly all other values are in {style}")
    return found
