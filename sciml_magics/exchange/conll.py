"""CoNLL with BIO tags: a line for each token, a blank line after each record.

A line is the token, a tab and its tag. Tokens are what stands between white space, cut at ASCII
punctuation and where spans begin and end. BIO holds no spans that overlap, so such a task is
refused. Tokens do not tell what was between them: the kit tells the text itself in a comment before
them. Without it, as in files of other tools, the text is the tokens with a space between.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from sciml_magics.errors import ExchangeError
from sciml_magics.exchange.example import Example, Wanted, current
from sciml_magics.exchange.files import json_text, parsed, place, reading, utf8, writing
from sciml_magics.exchange.natural import settled
from sciml_magics.exchange.plain import KEY, own_part, read_own_part, short
from sciml_magics.tasks import Span, Task, Value

_COMMENT = f"# {KEY} = "
_OTHER_COMMENT = re.compile(r"#\s*[\w.:-]+\s*=\s")
_TOKEN = re.compile(r"[^\s!-/:-@\[-`{-~]+|[!-/:-@\[-`{-~]")
_TAG = re.compile(r"([BIESULM])[-_](.+)", re.DOTALL)
_OUTSIDE = ("O", "_", "")


class _Token(NamedTuple):
    start: int
    end: int


class _Block(NamedTuple):
    """Lines of one record: where they begin, the kit's comment, and the lines of tokens."""

    line: int
    comment: str
    tokens: list[str]


def write(task: Task, examples: Iterable[Example], path: Path) -> None:
    """Write a block for each record, with the spans that people agree on or that a model suggests.

    Raises
    ------
    ExchangeError
        If the task marks no spans, or BIO cannot hold them.
    """
    _check(task)
    with writing(path) as file:
        for at, example in enumerate(examples, 1):
            spans = _spans(current(example.answers, example.predictions).value)
            with place(path, f"record {at}"):
                tokens = _tokens(example.text, spans)
                tags = _tags(tokens, spans)
            file.write(f"{_COMMENT}{json_text(own_part(example, exact=False))}\n")
            text = utf8(example.text)
            for token, tag in zip(tokens, tags, strict=True):
                file.write(f"{text[token.start : token.end]}\t{tag}\n")
            file.write("\n")


def read(task: Task, path: Path, wanted: Wanted) -> Iterator[Example]:
    """Read what `write` or another tool wrote: BIO, IOB, BIOES or BILOU tags in the last column."""
    _check(task)
    for block in _blocks(path):
        with place(path, f"line {block.line}"):
            yield replace(_example(task, block, wanted), line=block.line)


def _check(task: Task) -> None:
    if task.kind != "spans":
        raise ExchangeError(
            f"CoNLL holds marked spans, but task '{task.name}' is of kind '{task.kind}': "
            "choose another format"
        )


def _blocks(path: Path) -> Iterator[_Block]:
    block = _Block(0, "", [])
    with reading(path) as file:
        for at, ended in enumerate(file, 1):
            line = ended.rstrip("\r\n")
            if not line.strip(" \t"):
                if block.tokens:
                    yield block
                block = _Block(0, "", [])
            elif not block.tokens and line.startswith(_COMMENT):
                block = _Block(at, line.removeprefix(_COMMENT), [])
            elif not block.tokens and _OTHER_COMMENT.match(line):
                continue
            elif not line.startswith("-DOCSTART-"):
                block = block if block.line else block._replace(line=at)
                block.tokens.append(line)
    if block.tokens:
        yield block


def _example(task: Task, block: _Block, wanted: Wanted) -> Example:
    words, tags = zip(*map(_split, block.tokens), strict=True)
    if block.comment:
        own = read_own_part(parsed(block.comment), task.kind, None)
    else:
        own = Example(((task.columns[0], " ".join(words)),))
    tokens = _found(own.text, words)
    told = _spans(current(own.answers, own.predictions).value)
    value = _read_tags(tokens, tags, own.text)
    same = _tags(tokens, told) == list(tags) if own.answers or own.predictions else False
    return settled(own, same, value, wanted)


def _split(line: str) -> tuple[str, str]:
    parts = line.split("\t") if "\t" in line else line.split(" ")
    if len(parts) < 2:
        raise ExchangeError(f"{short(line)} is a token without a tag: write both, a tab between")
    return parts[0], parts[-1]


def _spans(value: Value) -> list[Span]:
    return sorted(
        (part for part in value or () if isinstance(part, Span)), key=lambda span: span.start
    )


def _tokens(text: str, spans: Sequence[Span]) -> list[_Token]:
    """Tokens of a text: none goes over the border of a span."""
    for before, after in pairwise(spans):
        if after.start < before.end:
            raise ExchangeError(
                f"the spans {short(before.text)} and {short(after.text)} overlap, which BIO tags "
                "cannot hold: choose another format"
            )
    for span in spans:
        if re.search(r"[\t\r\n]", span.label):
            raise ExchangeError(f"the label {short(span.label)} cannot be a tag: rename it")
        if not _TOKEN.search(text, span.start, span.end):
            raise ExchangeError(
                f"the span {span.start}–{span.end} is white space, which BIO tags cannot hold: "
                "choose another format"
            )
    borders = sorted({0, len(text), *(s.start for s in spans), *(s.end for s in spans)})
    return [
        _Token(*found.span())
        for start, end in pairwise(borders)
        for found in _TOKEN.finditer(text, start, end)
    ]


def _tags(tokens: Sequence[_Token], spans: Sequence[Span]) -> list[str]:
    tags = ["O"] * len(tokens)
    for span in spans:
        inside = [
            at
            for at, token in enumerate(tokens)
            if span.start <= token.start and token.end <= span.end
        ]
        for at in inside:
            tags[at] = f"{'B' if at == inside[0] else 'I'}-{span.label}"
    return tags


def _found(text: str, words: Sequence[str]) -> list[_Token]:
    """Where words stand in a text that they spell, white space apart."""
    shown = utf8(text)
    tokens = []
    at = 0
    for word in words:
        while at < len(shown) and shown[at].isspace():
            at += 1
        if not word or not shown.startswith(word, at):
            raise ExchangeError(f"the token {short(word)} does not stand in its text")
        tokens.append(_Token(at, at + len(word)))
        at += len(word)
    return tokens


def _read_tags(tokens: Sequence[_Token], tags: Sequence[str], text: str) -> tuple[Span, ...]:
    found: list[tuple[int, int, str]] = []
    inside = ""
    for token, tag in zip(tokens, tags, strict=True):
        if tag in _OUTSIDE:
            inside = ""
            continue
        parts = _TAG.fullmatch(tag)
        if parts is None:
            raise ExchangeError(f"{short(tag)} is not a tag such as B-name, I-name or O")
        prefix, label = parts.groups()
        if prefix in "IELM" and inside == label:
            start, _, _ = found.pop()
            found.append((start, token.end, label))
        else:
            found.append((token.start, token.end, label))
        inside = "" if prefix in "ELUS" else label
    return tuple(Span(start, end, label, text[start:end]) for start, end, label in found)
