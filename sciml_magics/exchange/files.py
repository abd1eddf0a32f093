"""Files as lines of text and JSON: written whole or not at all, and read with the place of errors.

Lines end with a line feed and nothing else does: texts hold many characters that some programs take
for the end of a line. In JSON these are escaped.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import Any, TextIO

from sciml_magics.errors import ExchangeError
from sciml_magics.exchange.plain import mapping

# Ends of lines to one program or another, and what UTF-8 cannot hold.
_ESCAPED = re.compile("[\x0b\x0c\x1c-\x1e\x7f\x85\u2028\u2029\ud800-\udfff]")

_SURROGATE = re.compile("[\ud800-\udfff]")


def json_text(data: Any) -> str:
    r"""A JSON value on one line that every program takes for one line.

    Examples
    --------
    >>> json_text({"text": "中\u2028"})
    '{"text": "中\\u2028"}'
    """
    text = json.dumps(data, ensure_ascii=False)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def survives_json(text: str) -> bool:
    """Whether JSON gives a text back: it takes two halves of a character for the character."""
    return text.isascii() or not re.search("[\ud800-\udbff][\udc00-\udfff]", text)


def utf8(text: str) -> str:
    """A text that UTF-8 can hold, of the same length: a lone surrogate becomes U+FFFD."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


@contextmanager
def writing(path: Path) -> Iterator[TextIO]:
    """A text file that takes its place when all of it is written.

    Raises
    ------
    ExchangeError
        If it cannot be written.
    """
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        yield file


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A new file beside `path`, to be written, that then takes its place."""
    temporary = path.with_name(f".{path.name[:100]}.{token_hex(4)}")
    try:
        yield temporary
        temporary.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def unwritable(path: Path, error: OSError) -> ExchangeError:
    """Why a file cannot be written, in one line."""
    return ExchangeError(f"{path} cannot be written ({_reason(error)}): choose another place")


def unreadable(path: Path, error: OSError) -> ExchangeError:
    """Why a file cannot be read, in one line."""
    return ExchangeError(f"{path} cannot be read: {_reason(error)}")


@contextmanager
def reading(path: Path) -> Iterator[TextIO]:
    """A text file whose lines end with a line feed alone.

    Raises
    ------
    ExchangeError
        If it is not there or not UTF-8.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            yield file
    except UnicodeDecodeError as error:
        raise ExchangeError(f"{path} is not UTF-8 text: save it as UTF-8") from error
    except OSError as error:
        raise unreadable(path, error) from error


def json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Lines of a JSONL file that hold something, with their numbers, counted from 1."""
    with reading(path) as file:
        for at, line in enumerate(file, 1):
            if line.strip():
                with place(path, f"line {at}"):
                    data = dict(mapping(parsed(line), "the line"))
                yield at, data


def parsed(text: str) -> Any:
    """A JSON value from text.

    Raises
    ------
    ExchangeError
        If it is not JSON.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ExchangeError(f"this is not JSON ({error.msg}, column {error.colno})") from error
    except RecursionError as error:
        raise ExchangeError("this is JSON that is nested too deeply") from error


@contextmanager
def place(path: Path, where: str) -> Iterator[None]:
    """Say where an error happened, unless it is said already."""
    try:
        yield
    except ExchangeError as error:
        if str(error).startswith(str(path)):
            raise
        raise ExchangeError(f"{path}, {where}: {error}") from error


def _reason(error: OSError) -> str:
    # Arrow puts a sentence of its own, with the name of a temporary file, in place of the reason.
    return os.strerror(error.errno) if error.errno else str(error)
