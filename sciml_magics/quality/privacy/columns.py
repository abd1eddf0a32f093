"""What a column's name tells of its cells: a column called ``phone`` holds phone numbers."""

from __future__ import annotations

import re
from itertools import pairwise

from sciml_magics.quality.privacy.lists import COLUMN_WORDS, KIN

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+")
# Names of columns in which "name" means a person's.
_PERSONS = frozenset(
    ("first", "last", "sur", "full", "given", "family", "middle", "maiden", "patient", "person",
     "customer", "client", "author", "employee", "student", "participant", "contact", "doctor",
     "physician", "nurse", "user", "father", "mother", "interviewer", "respondent", *KIN)
)  # fmt: skip
# How a cell of the kind must look, so that "n/a" in a column of phones is none.
_LOOKS = {
    "email": re.compile(r"\S+@\S+"),
    "phone": re.compile(r"[^\n]{0,12}(?:\d\W{0,3}){5,}[^\n]{0,12}"),
    "person": re.compile(r"[^\d\n@]{2,60}"),
    "place": re.compile(r"[^\d\n@]{2,60}"),
    "ip": re.compile(r"[\da-fA-F.:%/\-]{4,45}"),
    "date": re.compile(r"(?=.*\d)[^\n]{4,40}"),
    "address": re.compile(r"(?s:(?=.*\w).{4,300})"),
    "web": re.compile(r"\S+\.\S+"),
}
_NUMBERED = re.compile(r"(?=.*\d)[^\n]{3,40}")
_NOTHING = frozenset(
    ("n/a", "na", "nan", "none", "null", "unknown", "missing", "not known", "nil", "test",
     "anonymous", "withheld", "refused", "empty", "-", "--", "?", "无", "未知", "不详")
)  # fmt: skip


def kind_of_column(name: str) -> str | None:
    """The kind of personal data that a column holds by its name, ``None`` where it tells of none.

    Examples
    --------
    >>> kind_of_column("PatientName"), kind_of_column("e-mail"), kind_of_column("home_phone")
    ('person', 'email', 'phone')
    >>> kind_of_column("gene_name"), kind_of_column("手机号码"), kind_of_column("home_city")
    (None, 'phone', 'place')
    """
    words = [word.casefold() for word in _PARTS.findall(name)]
    joined = "".join(words)
    for kind, known in COLUMN_WORDS:
        if joined in known or name.casefold().strip() in known or known & set(words):
            return kind
        if any(left + right in known for left, right in pairwise(words)):
            return kind
    if words and words[-1] in ("name", "names") and (len(words) == 1 or words[-2] in _PERSONS):
        return "person"
    return None


def fits(kind: str, text: str) -> bool:
    """Whether a whole cell looks as one of the kind may.

    Examples
    --------
    >>> fits("phone", "555 01 23"), fits("phone", "n/a"), fits("email", "ada at home")
    (True, False, False)
    """
    cell = text.strip()
    if cell.casefold() in _NOTHING:
        return False
    return _LOOKS.get(kind, _NUMBERED).fullmatch(cell) is not None
