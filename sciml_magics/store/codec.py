r"""What the store writes into a cell, and back: JSON in ASCII.

ASCII, because PostgreSQL takes no NUL character and neither database takes a lone surrogate. JSON
cannot tell two surrogates that stand side by side from the one character that such a pair encodes
elsewhere, so a text with two of them is written in pieces, cut between the two.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from math import isfinite
from typing import Any

from sciml_magics.tasks import Span, Value

MAX_ALTERNATIVES = 20
SHORT = 200

_PAIR = re.compile("(?<=[\ud800-\udbff])(?=[\udc00-\udfff])")
_dumps = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def _plain(text: str) -> str | dict[str, list[str]]:
    if text.isascii() or not _PAIR.search(text):
        return text
    return {"pieces": _PAIR.split(text)}


def _joined(data: str | dict[str, list[str]]) -> str:
    return data if isinstance(data, str) else "".join(data["pieces"])


def dump_text(text: str) -> str:
    r"""A string as JSON.

    Examples
    --------
    >>> dump_text("é\x00")
    '"\\u00e9\\u0000"'
    """
    return _dumps(_plain(text))


def load_text(data: str) -> str:
    r"""The string that `dump_text` wrote.

    Examples
    --------
    >>> text = "\ud83d" + "\ude00"
    >>> load_text(dump_text(text)) == text
    True
    """
    return _joined(json.loads(data))


def dump_json(value: Any) -> str:
    """Any JSON value, short and in ASCII."""
    return _dumps(value)


def dump_content(content: Sequence[tuple[str, str]]) -> str:
    """The ``(column, value)`` pairs of a record."""
    return _listed([f"[{_dump_label(column)},{dump_text(value)}]" for column, value in content])


def load_content(data: str) -> tuple[tuple[str, str], ...]:
    """The pairs that `dump_content` wrote."""
    return tuple((_joined(column), _joined(value)) for column, value in json.loads(data))


def dump_value(value: Value) -> str | None:
    """The value of a suggestion; ``None``, an abstention, stays ``None``.

    A label or text is a string, labels are a list of strings, spans a list of
    ``[start, end, label, text, score]``.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return _dump_label(value) if len(value) <= SHORT else dump_text(value)
    return _dumps([_part(part) for part in value])


def load_value(data: str | None) -> Value:
    """The value that `dump_value` wrote.

    Examples
    --------
    >>> load_value('["cells","genes"]')
    ('cells', 'genes')
    """
    if data is None:
        return None
    return _load_short(data) if len(data) <= SHORT else _load(data)


def _load(data: str) -> Value:
    value = json.loads(data)
    if not isinstance(value, list):
        return _joined(value)
    if value and isinstance(value[0], list):
        return tuple(Span(s, e, _joined(name), _joined(q), p) for s, e, name, q, p in value)
    return tuple(_joined(part) for part in value)


# Labels come again and again: each is written and read once.
_dump_label = lru_cache(maxsize=4_096)(dump_text)
_load_short = lru_cache(maxsize=4_096)(_load)


def dump_alternatives(alternatives: Sequence[tuple[str, float]]) -> str | None:
    """The most probable alternatives, at most 20, probabilities to 6 decimals."""
    if not alternatives:
        return None
    top = alternatives[:MAX_ALTERNATIVES]
    return _listed([f"[{_dump_label(name)},{p:.6f}]" for name, p in top if isfinite(p)])


def load_alternatives(data: str | None) -> tuple[tuple[str, float], ...]:
    """The alternatives that `dump_alternatives` wrote."""
    if data is None:
        return ()
    return tuple((_joined(name), score) for name, score in json.loads(data))


def _listed(items: list[str]) -> str:
    return f"[{','.join(items)}]"


def _part(part: str | Span) -> Any:
    if isinstance(part, str):
        return _plain(part)
    return [part.start, part.end, _plain(part.label), _plain(part.text), part.score]
