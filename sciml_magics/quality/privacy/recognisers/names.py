"""Persons, places, organisations and groups: runs of capitalised words, and what speaks for each.

Every run is a question with four answers: a person, a place, an organisation, or none of them.
Lists of names, the words before and behind the run and its own form speak for one or another with
weights that were set by hand; the score is the softmax over the answers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sciml_magics.quality.privacy import words
from sciml_magics.quality.privacy.found import Found
from sciml_magics.quality.privacy.lists import (
    AFTER_ORGANISATION,
    AFTER_PERSON,
    ALSO_WORDS,
    BEFORE_ORGANISATION,
    BEFORE_PERSON,
    BEFORE_PLACE,
    GROUPS,
    HONORIFICS,
    KIN,
    ORGANISATION_WORDS,
    UNITS,
)
from sciml_magics.quality.privacy.recognisers.text import (
    LETTER,
    Word,
    inflected,
    like_family,
    like_place,
    words_of,
)

_PARTICLES = frozenset(
    ("de", "da", "di", "do", "dos", "del", "della", "der", "den", "van", "von", "zu", "la", "le",
     "du", "des", "el", "al", "bin", "ibn", "ben", "st", "ter", "ten", "af", "av", "na", "nad",
     "pri", "sur", "sous", "sub", "am", "im", "bei")
)  # fmt: skip
_FIRMLY_BEFORE_PLACE = frozenset(
    ("in", "from", "to", "near", "into", "visiting", "where", "arrived at", "based in", "place",
     "city", "town", "northern", "southern", "eastern", "western")
)  # fmt: skip
_DIRECTIONS = frozenset(("northern", "southern", "eastern", "western", "central"))
_SURE = 0.4
_LEGAL = frozenset(
    ("inc", "ltd", "llc", "gmbh", "plc", "corp", "incorporated", "limited", "group", "holdings")
)
_WORKS = frozenset(
    ("novel", "concert", "song", "album", "film", "movie", "book", "painting", "symphony")
)
_NAME = rf"({LETTER}[\w'\u2019\-]+)"
# Three family names, and no list of more of them.
_PARTNERS = re.compile(rf"(?<!, ){_NAME}, {_NAME},? (?:and|&) {_NAME}")
_AND_SONS = re.compile(rf"\b{_NAME} (?:and|&) (?:Sons|Co|Company|Partners|Brothers|Daughters)\b\.?")
_SMALL_WORD = re.compile(r"\b[a-z]{4,}\b")
# In small letters these are rather other words.
_SMALL_AMBIGUOUS = frozenset(
    ("polish", "pole", "poles", "finn", "finns", "scot", "brit", "roma", "orthodox", "republican",
     "democrat", "arab", "protestant")
)  # fmt: skip
# A post code stands right behind the town, and is no year.
_POSTCODE_BEHIND = re.compile(
    r" (?!(?:19|20)\d\d\b)(\d{4,6}(?:-\d{3})?|\d{3} \d\d)(?![\d.:])"
    r"(?! ?(?:people|km|miles|times|rows))"
)


def find_names(text: str) -> Iterator[Found]:
    """Persons, places, organisations and groups in a text."""
    page = _Page(text)
    yield from _patterns(text)
    judged = [one for run in page.runs() for one in page.judge(run)]
    known = {
        word.low
        for one in judged
        if one.kind == "person" and one.score > 0.6 and len(one.words) > 1
        for word in one.words
        if len(word.low) > 2
    } - ALSO_WORDS
    for at, one in enumerate(judged):
        for better in (one, page.beside(judged, at), _known_by_part(one, known)):
            if better is not None and better.score >= _SURE:
                yield Found(better.start, page.end(better), better.kind, better.score)
                if better.kind == "place" and (code := _POSTCODE_BEHIND.match(text, better.end)):
                    yield Found(*code.span(1), "postcode", 0.6)
                break


def _known_by_part(one: Judged, known: set[str]) -> Judged | None:
    """Who was named in full is known by one of the names, too."""
    if all(word.low in known for word in one.words):
        return Judged("person", one.words, 0.7)
    return None


def _patterns(text: str) -> Iterator[Found]:
    """What a pattern shows whatever the weights: partners of a firm, groups in small letters."""
    for match in _PARTNERS.finditer(text):
        names = match.group(1, 2, 3)
        known = sum(name.casefold() in words.family_names() for name in names)
        if known > 1 and (known == 3 or all(name[0].isupper() for name in names)):
            yield Found(*match.span(), "organisation", 0.9)
    for match in _AND_SONS.finditer(text):
        yield Found(*match.span(), "organisation", 0.9)
    for match in _SMALL_WORD.finditer(text):
        low = match[0]
        if (low in GROUPS or low.removesuffix("s") in GROUPS) and low not in _SMALL_AMBIGUOUS:
            yield Found(*match.span(), "group", 0.75)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a run of words is taken for, and how sure that is."""

    kind: str
    words: Sequence[Word]
    score: float

    @property
    def start(self) -> int:
        """Where the first word begins."""
        return self.words[0].start

    @property
    def end(self) -> int:
        """Where the last word ends."""
        return self.words[-1].end


class _Page:
    """A text, its words, and how they are judged."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = words_of(text)
        letters = [sign for sign in text if sign.isalpha()]
        # A text in small letters, or in capitals, tells nothing by its capitals.
        self.small = not any(map(str.isupper, letters))
        upper = sum(map(str.isupper, letters))
        self.shouted = upper > 0.7 * len(letters) and len(letters) > 12

    def runs(self) -> Iterator[list[int]]:
        """Positions of words that stand together as a name may."""
        run: list[int] = []
        for at, word in enumerate(self.words):
            if run and not self._goes_on(run, at):
                yield from self._trimmed(run)
                run = []
            if self._named(word) or (run and word.low in _PARTICLES):
                run.append(at)
            elif run:
                yield from self._trimmed(run)
                run = []
        yield from self._trimmed(run)

    def _named(self, word: Word) -> bool:
        if self.small or self.shouted:
            low = word.low
            listed = (
                low in words.given_names() or low in words.family_names() or low in words.places()
            )
            return (
                (listed and low not in words.plain_words())
                or (len(low) == 1 and word.text.endswith("."))
                or low in GROUPS
                or (low not in words.plain_words() and len(low) > 3)
            )
        return word.capital and word.low not in UNITS

    def _goes_on(self, run: list[int], at: int) -> bool:
        before = self.words[run[-1]]
        gap = self.text[before.end : self.words[at].start]
        if gap == " " or gap == "  ":
            return True
        return gap in (" & ", " &", "&") and not self.small

    def _trimmed(self, run: list[int]) -> Iterator[list[int]]:
        """The run without particles and plain words at its ends, where a sentence begins."""
        while run and self.words[run[-1]].low in _PARTICLES and not self.words[run[-1]].capital:
            run = run[:-1]
        while run and self._is_plain(run[0]) and (len(run) > 1 or self._begins(run[0])):
            if self._keeps_first(run):
                break
            run = run[1:]
        if run:
            yield run

    def _keeps_first(self, run: list[int]) -> bool:
        """``United States`` and ``Can Capital`` begin with a plain word of the name."""
        lows = [self.words[at].low for at in run]
        name = " ".join(lows)
        if len(run) > 1 and (name in words.countries() or name in words.places()):
            return True
        return len(run) > 1 and lows[-1] in ORGANISATION_WORDS and not self._begins(run[0])

    def _is_plain(self, at: int) -> bool:
        word = self.words[at]
        if word.low in HONORIFICS or word.low in GROUPS:
            return False
        if word.low in words.plain_words() and word.low not in ORGANISATION_WORDS:
            return self._begins(at) or word.low in words.stop_words()
        return False

    def _begins(self, at: int) -> bool:
        """Whether a sentence or a line begins with the word."""
        before = self.text[: self.words[at].start].rstrip(" \"'“”\u2018\u2019([>*-•")
        return not before or before[-1] in ".!?:\n\r;"

    def judge(self, run: list[int]) -> Iterator[Judged]:
        """What the parts of a run are, and how sure that is."""
        while run and self.words[run[0]].low in HONORIFICS and len(run) > 1:
            run = run[1:]
        pieces = self._split(run)
        for piece in pieces:
            part = [self.words[at] for at in piece]
            if len(part) == 1 and (
                part[0].low in GROUPS or part[0].low.removesuffix("s") in GROUPS
            ):
                yield Judged("group", part, 0.85)
                continue
            weights = self._weigh(piece, part)
            total = sum(math.exp(weight) for weight in weights.values())
            kind = max(weights, key=lambda one: weights[one])
            best = max((one for one in weights if one != "none"), key=lambda one: weights[one])
            share = math.exp(weights[best]) / total
            yield Judged(best, part, share if kind == best else min(share, _SURE - 0.01))

    def beside(self, judged: Sequence[Judged], at: int) -> Judged | None:
        """What an unsure run is by what stands beside it in a list or in a letter's head."""
        one = judged[at]
        if len(one.words) > 3 or all(word.low in words.plain_words() for word in one.words):
            return None
        for step in (-1, 1):
            other = judged[at + step] if 0 <= at + step < len(judged) else None
            if other is None or other.kind != "person" or other.score < 0.5:
                continue
            left, right = (other, one) if step < 0 else (one, other)
            gap = self.text[left.end : right.start]
            if len(one.words) < 3 and gap.strip().casefold() in (",", "and", ", and", "&"):
                return Judged("person", one.words, 0.55)
            if (
                step < 0
                and self._alone(one.words)
                and self._alone(other.words)
                and gap.count("\n") == 1
            ):
                return Judged("organisation", one.words, 0.5)
            if step < 0 and gap == " of ":
                return Judged("organisation", one.words, 0.55)
        return None

    def end(self, one: Judged) -> int:
        """Where it ends, with the point of ``Inc.``."""
        short = one.words[-1].low in ("inc", "ltd", "corp", "co", "bros")
        return one.end + (short and self.text[one.end : one.end + 1] == ".")

    def _split(self, run: list[int]) -> list[list[int]]:
        """A group at the front stands by itself: ``Swedish``, ``Anna Berg``."""
        first = self.words[run[0]].low
        if len(run) < 2 or " ".join(self.words[at].low for at in run) in words.countries():
            return [run]
        if first in _DIRECTIONS:
            return [run[1:]]
        if first in GROUPS and first not in words.given_names():
            return [run[:1], run[1:]]
        return [run]

    def _weigh(self, run: Sequence[int], part: Sequence[Word]) -> dict[str, float]:
        person = self._person(run, part)
        place = self._place(run, part)
        organisation = self._organisation(run, part)
        return {
            "none": self._none(run, part),
            "person": person,
            "place": place,
            "organisation": organisation,
        }

    def _none(self, run: Sequence[int], part: Sequence[Word]) -> float:
        plain = sum(word.low in words.plain_words() for word in part) / len(part)
        # Within a sentence a plain word is hardly written with a capital.
        weight = 1.6 + (2.5 if self._begins(run[0]) or self.small or self.shouted else 1.0) * plain
        if len(part) == 1 and part[0].text.isupper() and len(part[0].text) < 4:
            weight += 2.0
        if not plain and not self.small and not self.shouted and not inflected(part[0].low):
            weight -= 0.7
        if self.small or self.shouted:
            weight += 1.0
        month, day = words.months_and_days()
        if len(part) == 1 and part[0].low in month | day:
            weight += 4.0
        return weight

    def _person(self, run: Sequence[int], part: Sequence[Word]) -> float:
        given, family = words.given_names(), words.family_names()
        real = [word for word in part if not word.initial and word.low not in _PARTICLES]
        weight = 0.0
        if self._honoured(run[0]):
            weight += 4.0
        if not real or len(part) > 5:
            return weight - 2.0
        first, rest = real[0].low, real[1:]
        if any(half in given for half in (first, *first.split("-"))):
            weight += 2.6 if first not in ALSO_WORDS else 0.8
        elif first in family:
            weight += 1.4 if first not in ALSO_WORDS else 0.2
        if rest:
            weight += 1.2 if len(real) in (2, 3) else 0.0
            last = rest[-1].low
            if any(half in family or half in given for half in (last, *last.split("-"))):
                weight += 1.2
            if like_family(last):
                weight += 0.8
        elif like_family(first):
            weight += 0.8
        if len(part) > 1 and any(word.initial for word in part[1:]):
            weight += 2.0
        before, behind = self._before(run[0]), self._behind(run[-1])
        if before & BEFORE_PERSON:
            weight += 1.6
        if behind and behind[0] in AFTER_PERSON:
            weight += 0.9
        if (
            self.text[part[-1].end : part[-1].end + 2] in ("'s", "\u2019s")
            and behind
            and behind[0] in KIN
        ):
            weight += 1.0
        if self._alone(part):
            weight += 0.5
        if behind and behind[0] in _WORKS:
            weight += 1.2
        if any(word.low in _LEGAL for word in part):
            weight -= 4.0
        return weight

    def _place(self, run: Sequence[int], part: Sequence[Word]) -> float:
        name = " ".join(word.low for word in part)
        weight = 0.0
        if name in words.countries():
            weight += 4.5
        elif name in words.places():
            weight += 2.6 if name not in ALSO_WORDS else 1.0
        elif (
            len(part) > 1
            and part[0].low in words.places()
            and part[0].low not in words.given_names()
        ):
            weight += 1.0
        before = self._before(run[0])
        if self.text[: part[0].start].endswith((" a ", " an ")):
            before = set()
        if before & _FIRMLY_BEFORE_PLACE:
            weight += 1.9
        elif before & BEFORE_PLACE:
            weight += 0.8
        if not self.shouted and all(word.text.isupper() for word in part) and len(part[0].text) > 3:
            weight += 1.2
        if like_place(part[-1].low):
            weight += 0.9
        if any(word.low in _PARTICLES for word in part[1:-1]):
            weight += 0.5
        return weight

    def _organisation(self, run: Sequence[int], part: Sequence[Word]) -> float:
        weight = 0.0
        lows = [word.low for word in part]
        marked = [low in ORGANISATION_WORDS for low in lows]
        if len(part) > 1 and marked[-1]:
            weight += 3.6
        elif len(part) > 1 and any(marked[1:]):
            weight += 2.4
        if len(part) == 1 and _double(part[0].text):
            weight += 2.0
        if re.search(r"[a-z][A-Z]", part[0].text) and not part[0].low.startswith(("mc", "mac")):
            weight += 1.6
        before, behind = self._before(run[0]), self._behind(run[-1])
        if before & BEFORE_ORGANISATION:
            weight += 2.8
        elif before & {"at", "for", "with", "of", "address of"}:
            weight += 0.6 + 0.8 * ("address of" in before)
        phrases = {" ".join(behind[:n]) for n in range(1, 5)}
        if phrases & AFTER_ORGANISATION:
            weight += 2.0
        if behind[:2] in (["is", "a"], ["is", "an"], ["is", "the"]) and len(part) < 5:
            weight += 0.7
        return weight

    def _honoured(self, at: int) -> bool:
        return at > 0 and self.words[at - 1].low in HONORIFICS and self._near(at - 1, at)

    def _near(self, left: int, right: int) -> bool:
        gap = self.text[self.words[left].end : self.words[right].start]
        return gap.strip(" .:\"'\t") == "" and "\n\n" not in gap

    def _before(self, at: int) -> set[str]:
        """The one, two and three words before, each as a phrase."""
        said: list[str] = []
        found = set()
        while at > 0 and len(said) < 5:
            gap = self.text[self.words[at - 1].end : self.words[at].start]
            if gap.strip(" :\"'“”\t\n\r>#@-?") and not (len(said) == 0 and gap.strip() in (",",)):
                break
            at -= 1
            said.insert(0, self.words[at].low)
            if said[0] in ("the", "a", "an", "my", "your") and len(said) == 1:
                said = []
                continue
            found.add(" ".join(said))
        return found

    def _behind(self, at: int) -> list[str]:
        """The words behind, up to four, within the sentence."""
        said: list[str] = []
        while at + 1 < len(self.words) and len(said) < 4:
            gap = self.text[self.words[at].end : self.words[at + 1].start]
            if gap.strip(" '\u2019s\"") or "\n" in gap:
                break
            at += 1
            said.append(self.words[at].low)
        return said

    def _alone(self, part: Sequence[Word]) -> bool:
        """Whether the run has a line for itself."""
        before = self.text[: part[0].start].rstrip(" \t>*?\"'")
        behind = self.text[part[-1].end :].lstrip(" \t\"'.")
        return (not before or before[-1] in "\n\r:") and (not behind or behind[0] in "\n\r")


def _double(text: str) -> bool:
    """Two family names with a hyphen: ``Weeks-Rivas``."""
    left, _, right = text.partition("-")
    return (
        bool(right)
        and right[0].isupper()
        and left.casefold() in words.family_names()
        and right.casefold() in words.family_names()
        and left.casefold() not in words.given_names()
    )
