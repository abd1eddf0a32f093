"""What every source of values is, and the sources that are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sciml_magics.quality.repairing.sight import Ask, Sight


@dataclass(frozen=True, slots=True)
class Offer:
    """A value that a source offers for one of the cells that it was asked about.

    Parameters
    ----------
    at
        Index in the ask.
    value
        The new text; empty for a missing cell.
    strength
        How much the source itself makes of it: 0 to 1, higher is surer. The ranking learns what
        that is worth.
    words
        Why, in words.
    """

    at: int
    value: str
    strength: float
    words: str


class Source(Protocol):
    """Knows values for the cells of a table.

    It is made for one table, and asked once for every column. What stands in the asked cells
    itself must not count: the ranking asks about cells that are right, too, to see who is right.
    """

    def offer(self, ask: Ask) -> Iterator[Offer]:
        """Values for the cells asked about, in any order; several for a cell, or none."""
        ...


Maker = Callable[[Sight], Source]
Made = TypeVar("Made", bound=Maker)


@dataclass(frozen=True, slots=True)
class Registered:
    """A source that is asked about every table.

    Parameters
    ----------
    make
        Makes it for a table.
    practised
        Whether the ranking can try it on cells that are right. Else its strength is taken for the
        probability that it is right, and what people accepted is held against it.
    """

    make: Maker
    practised: bool


_known: dict[str, Registered] = {}


def source(name: str, *, practised: bool = True) -> Callable[[Made], Made]:
    """Register a class of sources under a name.

    Raises
    ------
    ValueError
        If the name is taken.
    """

    def register(made: Made) -> Made:
        if name in _known:
            raise ValueError(f"there is a source '{name}' already")
        _known[name] = Registered(made, practised)
        return made

    return register


def sources() -> dict[str, Registered]:
    """The sources by their names, in the order in which they were registered."""
    return dict(_known)
