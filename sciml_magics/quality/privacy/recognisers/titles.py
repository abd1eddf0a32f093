"""Forms of address and occupations; ages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sciml_magics.quality.privacy.found import Found
from sciml_magics.quality.privacy.lists import OCCUPATIONS

# Forms of address stand before a name; occupations behind "as" or "is a", or on their own line.
_HONORIFIC = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Madam|Herr|Frau|Señora?|Sra?|Mme|Mlle|M)\b\.?(?=\s+[^\W\d_a-z])"
)
_SMALL_HONORIFIC = re.compile(r"\b(?:mr|mrs|ms|dr|prof)\.(?=\s+[^\W\d_])")
_JOB = r"(?:[^\W\d_][\w'\u2019\-]*,?(?: (?:and|of|for|or|the))? ){0,4}"
_OCCUPATION = rf"(?:{'|'.join(sorted(OCCUPATIONS, key=len, reverse=True))})"
_EMPLOYED = re.compile(
    rf"(?:\bas|\bjob title:?|\boccupation:?|\bprofession:?|\bposition:?|\bworks as|\bam|\bis)"
    rf" (?:an? |the )?({_JOB}{_OCCUPATION})\b(?! to\b)",
    re.IGNORECASE,
)
_OWN_LINE = re.compile(
    rf"^[ \t>*]*({_JOB}{_OCCUPATION}(?:, [\w ]{{3,30}})?)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE
)
_SMALL_WORDS = frozenset(
    ("the", "a", "an", "my", "your", "his", "her", "their", "our", "same", "this", "that",
     "assistant", "to", "of")
)  # fmt: skip

_AGE = re.compile(
    r"(?<![\d.,/:\-])(\d{1,3})(?=[ \-]?(?:years?|yrs?|y/?o)\b)"
    r"|\b(?:aged?(?: of)?:?|turn(?:s|ed|ing)?|i'?m|he is|she is|he's|she's|i am) (\d{1,3})"
    r"(?![\d.,:/%]*\d|[%°]|\s?(?:percent|minutes|hours|km|kg|cm|miles|st|nd|rd|th)\b)",
    re.IGNORECASE,
)
_OLD = re.compile(r"[ \-]?(?:years?|yrs?)[ \-](?:old|of age)|[ \-]?y/?o\b", re.IGNORECASE)


def find_titles(text: str) -> Iterator[Found]:
    """Forms of address before names, and occupations."""
    for pattern in (_HONORIFIC, _SMALL_HONORIFIC):
        for match in pattern.finditer(text):
            yield Found(*match.span(), "title", 0.85)
    for match in _EMPLOYED.finditer(text):
        start = match.start(1)
        words = match[1].split()
        while len(words) > 1 and words[0].lower() in _SMALL_WORDS:
            start += len(words[0]) + 1
            words = words[1:]
        worded = match[0].split()[0].lower()
        # "is a great manager" says less than "works as a manager".
        yield Found(start, match.end(1), "title", 0.75 if worded not in ("is", "am") else 0.45)
    for match in _OWN_LINE.finditer(text):
        if "\n" in text:
            yield Found(*match.span(1), "title", 0.7)


def find_ages(text: str) -> Iterator[Found]:
    """Ages of persons: the number alone."""
    for match in _AGE.finditer(text):
        group = 1 if match[1] else 2
        if not 0 < int(match[group]) < 121:
            continue
        sure = group == 2 or _OLD.match(text, match.end(1))
        if sure:
            yield Found(*match.span(group), "age", 0.85)
