"""Programs that keep, drop, replace and change parts of a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sciml_magics.quality.repairing.programs.base import Program, writer

_CASES: dict[str, Callable[[str], str]] = {
    "small letters": str.lower,
    "capital letters": str.upper,
    "a capital letter at each word": str.title,
    "a capital letter at the beginning": str.capitalize,
    "single blanks and none around": lambda text: " ".join(text.split()),
    "none but letters and digits": lambda text: re.sub(r"[^\w]|_", "", text),
    "none but digits": lambda text: re.sub(r"\D", "", text),
    "none but letters and blanks": lambda text: " ".join(re.findall(r"[^\W\d_]+", text)),
}
# What a part of a text may be, from the most general to the most particular.
_PARTS = {
    "word": r"\w+",
    "run of letters": r"[^\W\d_]+",
    "number": r"[-+]?\d+(?:[.,]\d+)*",
    "run of digits": r"\d+",
    "run of capital letters": r"\b[A-Z]+\b",
}
_SEPARATORS = (",", ";", "/", "|", "-", ":", "(", " ", "_")
# Letters of a literal text cost so many bits each.
_LETTER = 4.0


@dataclass(frozen=True, slots=True)
class Becomes:
    """One text becomes another; nothing is said about other texts."""

    old: str
    new: str

    @property
    def cost(self) -> float:
        """Both texts have to be told."""
        return 2 + _LETTER * (len(self.old) + len(self.new))

    @property
    def words(self) -> str:
        """What it does."""
        new = f"'{self.new}'" if self.new else "missing"
        return f"made '{self.old}' {new}"

    def __call__(self, text: str) -> str | None:
        """The other text."""
        return self.new if text == self.old else None


@dataclass(frozen=True, slots=True)
class Cased:
    """Change how all of a text is written."""

    how: str

    @property
    def cost(self) -> float:
        """There are few such ways; those that take much away are less usual."""
        return 3.0 if "none but" not in self.how else 5.0

    @property
    def words(self) -> str:
        """What it does."""
        return f"wrote such texts with {self.how}"

    def __call__(self, text: str) -> str | None:
        """The text so written; nothing where that changes nothing."""
        found = _CASES[self.how](text)
        return found if found and found != text else None


@dataclass(frozen=True, slots=True)
class Affix:
    """Take something fixed away from an end of a text, or put it there."""

    end: bool
    drop: bool
    literal: str

    @property
    def cost(self) -> float:
        """The fixed part has to be told."""
        return 4 + _LETTER * len(self.literal)

    @property
    def words(self) -> str:
        """What it does."""
        verb, where = "took", "from" if self.drop else "to"
        if not self.drop:
            verb = "added"
        place = "end" if self.end else "beginning"
        return f"{verb} '{self.literal}' {where} the {place}"

    def __call__(self, text: str) -> str | None:
        """The text with it or without; nothing where it is not there, or there already."""
        there = text.endswith(self.literal) if self.end else text.startswith(self.literal)
        if there != self.drop:
            return None
        if not self.drop:
            return text + self.literal if self.end else self.literal + text
        cut = len(self.literal)
        return (text[:-cut] if self.end else text[cut:]) or None


@dataclass(frozen=True, slots=True)
class Replace:
    """Replace a part by another wherever it stands."""

    old: str
    new: str

    @property
    def cost(self) -> float:
        """Both parts have to be told."""
        return 4 + _LETTER * (len(self.old) + len(self.new))

    @property
    def words(self) -> str:
        """What it does."""
        return f"replaced '{self.old}' by '{self.new}'" if self.new else f"left out '{self.old}'"

    def __call__(self, text: str) -> str | None:
        """The text with the parts replaced; nothing where there is none."""
        return (text.replace(self.old, self.new) or None) if self.old in text else None


@dataclass(frozen=True, slots=True)
class Part:
    """Keep one part of a text: the first, the second, the last of its kind."""

    kind: str
    at: int

    @property
    def cost(self) -> float:
        """A later part costs more."""
        return 6 + 2 * (self.at if self.at >= 0 else -1 - self.at)

    @property
    def words(self) -> str:
        """What it does."""
        return f"kept the {_place(self.at)} {self.kind}"

    def __call__(self, text: str) -> str | None:
        """The part; nothing where there are not so many."""
        found = re.findall(_PARTS[self.kind], text)
        if not -len(found) <= self.at < len(found):
            return None
        return found[self.at] if found[self.at] != text else None


@dataclass(frozen=True, slots=True)
class Without:
    """Take the first or last part of a kind away, and what parts it from the rest."""

    kind: str
    end: bool

    @property
    def cost(self) -> float:
        """The more particular the kind, the safer."""
        return 8.0 - list(_PARTS).index(self.kind) / 2

    @property
    def words(self) -> str:
        """What it does."""
        return f"took the {'last' if self.end else 'first'} {self.kind} away"

    def __call__(self, text: str) -> str | None:
        """The rest; nothing where no such part is at that end."""
        part = _PARTS[self.kind]
        pattern = rf"^(.*\S)[\W_]+{part}\W*$" if self.end else rf"^{part}[\W_]+(\S.*)$"
        found = re.match(pattern, text, re.DOTALL)
        return found[1].rstrip(" ,;(/|-:") or None if found else None


@dataclass(frozen=True, slots=True)
class Split:
    """Keep what stands before or behind a separator."""

    separator: str
    at: int

    @property
    def cost(self) -> float:
        """A blank parts more than was meant."""
        return 7.0 + (2 if self.separator == " " else 0) + abs(self.at)

    @property
    def words(self) -> str:
        """What it does."""
        return f"kept the {_place(self.at)} part between '{self.separator}'"

    def __call__(self, text: str) -> str | None:
        """The part, without blanks around; nothing where nothing is parted."""
        parts = text.split(self.separator)
        if len(parts) < 2 or not -len(parts) <= self.at < len(parts):
            return None
        return parts[self.at].strip() or None


@dataclass(frozen=True, slots=True)
class Turn:
    """Put what stands behind a separator before the rest: "Curie, Marie"."""

    separator: str
    glue: str

    @property
    def cost(self) -> float:
        """Two short texts have to be told."""
        return 8.0 + _LETTER * len(self.glue)

    @property
    def words(self) -> str:
        """What it does."""
        return f"turned the parts at '{self.separator}' round"

    def __call__(self, text: str) -> str | None:
        """The text turned round; nothing unless it has exactly two parts."""
        parts = [part.strip() for part in text.split(self.separator)]
        return self.glue.join(reversed(parts)) if len(parts) == 2 and all(parts) else None


@writer
def rewrite(old: str, new: str) -> Iterator[Program]:
    """Programs on texts that turn one text into another."""
    yield Becomes(old, new)
    if not old or not new:
        return
    yield from (Cased(how) for how in _CASES)
    yield from _affixes(old, new)
    yield from _replacements(old, new)
    for kind in _PARTS:
        yield from (Part(kind, at) for at in (0, 1, 2, -1, -2))
        yield from (Without(kind, end) for end in (True, False))
    for separator in _SEPARATORS:
        if separator in old:
            yield from (Split(separator, at) for at in (0, 1, -1))
            yield from (Turn(separator, glue) for glue in (" ", ", ", "-"))


def _affixes(old: str, new: str) -> Iterator[Program]:
    for longer, shorter, drop in ((old, new, True), (new, old, False)):
        if len(longer) > len(shorter):
            if longer.startswith(shorter):
                yield Affix(True, drop, longer[len(shorter) :])
            if longer.endswith(shorter):
                yield Affix(False, drop, longer[: -len(shorter)])


def _replacements(old: str, new: str) -> Iterator[Program]:
    """The part in which the two differ; and every kind of letter that the new one lacks."""
    first = _same(old, new)
    last = _same(old[first:][::-1], new[first:][::-1])
    part, other = old[first : len(old) - last], new[first : len(new) - last]
    if part:
        yield Replace(part, other)
    for letter in dict.fromkeys(old):
        if letter not in new and not letter.isalnum():
            for put in ("", " ", "-", "_", ".", ",", "/"):
                yield Replace(letter, put)


def _same(one: str, other: str) -> int:
    """How many letters two texts begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _place(at: int) -> str:
    names = {0: "first", 1: "second", 2: "third", -1: "last", -2: "last but one"}
    return names[at]
