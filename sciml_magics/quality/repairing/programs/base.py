"""What a program is: it rewrites a text, where it can, and says in words what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar


class Program(Protocol):
    """Rewrites texts. Equal programs do the same, and are found equal: they are frozen dataclasses.

    `cost` is how particular it is, in bits: of two programs that explain the same examples the one
    that costs less is believed more.
    """

    @property
    def cost(self) -> float:
        """How much has to be said to name it; 0 or more."""
        ...

    @property
    def words(self) -> str:
        """What it does, in words that go on from "accepted repairs …"."""
        ...

    def __call__(self, text: str) -> str | None:
        """The rewritten text; ``None`` where the program says nothing about it."""
        ...


Writer = Callable[[str, str], Iterator[Program]]
Made = TypeVar("Made", bound=Writer)

_writers: list[Writer] = []


def writer(made: Made) -> Made:
    """Register a function that writes programs which turn one text into another."""
    _writers.append(made)
    return made


def write(old: str, new: str) -> list[Program]:
    """All programs known here that turn one text into another, each once."""
    found: dict[Program, None] = {}
    for one in _writers:
        for program in one(old, new):
            if program(old) == new:
                found[program] = None
    return list(found)
