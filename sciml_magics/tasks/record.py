"""A record: what a task reads from one row, addressed by its content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Record:
    """What a task reads from one row.

    Parameters
    ----------
    id
        `record_id` of the content, 16 bytes: equal rows share it.
    content
        ``(column, value)`` pairs in the order of the task's columns. For images the value says
        where the image came from.
    open_image
        Decodes the image, for tasks that read images.
    """

    id: bytes
    content: tuple[tuple[str, str], ...]
    open_image: Callable[[], Image] | None = field(default=None, compare=False, repr=False)

    @property
    def text(self) -> str:
        """What a model reads: the value itself, or ``column: value`` lines of several columns."""
        if len(self.content) == 1:
            return self.content[0][1]
        return "\n".join(f"{column}: {value}" for column, value in self.content)


def record_id(*parts: str | bytes) -> bytes:
    r"""Address of a record: BLAKE2b over its parts, each with its length before it.

    Lengths keep ``("ab", "c")`` apart from ``("a", "bc")``; lone surrogates are hashed as they are.

    Examples
    --------
    >>> record_id("ab", "c") == record_id("a", "bc")
    False
    >>> len(record_id("a\ud800"))
    16
    """
    return _digest(b"".join(map(_framed, parts)))


def record_ids(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Addresses of many records that begin alike, one after the other.

    Parameters
    ----------
    head
        The parts that they share.
    rows
        The further parts of each.

    Examples
    --------
    >>> record_ids(["text"], [["a"], ["b"]]) == record_id("text", "a") + record_id("text", "b")
    True
    """
    shared = b"".join(map(_framed, head))
    return b"".join([_digest(shared + b"".join(map(_framed, row))) for row in rows])


def _framed(part: str | bytes) -> bytes:
    data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
    return len(data).to_bytes(8, "little") + data


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=ID_BYTES).digest()
