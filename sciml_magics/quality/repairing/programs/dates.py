"""Programs that write a date anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sciml_magics.quality.repairing.programs.base import Program, writer

_DAYS = (
    *("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y", "%m-%d-%Y"),
    *("%Y%m%d", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%d.%m.%y"),
    *("%d/%m/%y", "%m/%d/%y"),
)
_TIMES = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p")
FORMATS = (
    *_DAYS,
    *(f"{day}{gap}{time}" for day in _DAYS for gap in (" ", "T") for time in _TIMES[:2]),
    *_TIMES,
    *("%Y-%m", "%m/%Y", "%b %Y", "%B %Y"),
)
# No format writes more letters.
_LONGEST = 30


@dataclass(frozen=True, slots=True)
class Date:
    """Write a date or a time in another format, both as `datetime.strptime` names them."""

    old: str
    new: str
    padded: bool = True

    @property
    def cost(self) -> float:
        """Formats that stand first in the list are more usual."""
        return 3.0 + (FORMATS.index(self.old) + FORMATS.index(self.new)) / 10

    @property
    def words(self) -> str:
        """What it does."""
        example = datetime(2024, 5, 31, 17, 45)
        return f"wrote {example:{self.old}} as {_write(example, self.new, self.padded)}"

    def __call__(self, text: str) -> str | None:
        """The date so written; nothing where the text is none in the old format."""
        found = _read(text, self.old)
        return None if found is None else _write(found, self.new, self.padded)


@writer
def dates(old: str, new: str) -> Iterator[Program]:
    """Programs that write a date as another text writes it."""
    olds = [(form, when) for form in FORMATS if (when := _read(old, form))]
    news = [(form, when) for form in FORMATS if (when := _read(new, form))]
    for form, when in olds:
        for other, same in news:
            if when == same:
                yield Date(form, other)
                yield Date(form, other, padded=False)


def _write(when: datetime, form: str, padded: bool) -> str:
    if not padded:
        for part in ("%d", "%m", "%I", "%H"):
            form = form.replace(part, str(int(when.strftime(part))))
    return when.strftime(form)


@lru_cache(maxsize=50_000)
def _read(text: str, form: str) -> datetime | None:
    if len(text) > _LONGEST or not any(letter.isdigit() for letter in text):
        return None
    try:
        found = datetime.strptime(text, form)
    except ValueError:
        return None
    # earlier years are not written with four digits everywhere
    return found if found.year >= 1000 else None
