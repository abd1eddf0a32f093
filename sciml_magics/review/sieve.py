"""Which records meet the criteria of a review."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, select

from sciml_magics.errors import TaskError
from sciml_magics.review.criteria import Criteria
from sciml_magics.review.scope import Scope
from sciml_magics.review.tally import Said
from sciml_magics.store import codec
from sciml_magics.store.lookup import among, as_wanted
from sciml_magics.store.schema import records, selected, selections, suggestions
from sciml_magics.tasks.allowed import labels_of


class Selection(NamedTuple):
    """A set of records that was kept by `Store.select`."""

    id: int
    size: int


def find_selection(scope: Scope, name: str) -> Selection:
    """The set of this name.

    Raises
    ------
    TaskError
        If the task has none.
    """
    find = select(selections.c.id, selections.c.size).where(
        selections.c.question_id == scope.asked.question, selections.c.name == name
    )
    with scope.database.read() as connection:
        row = connection.execute(find).first()
    if row is None:
        raise TaskError(f"task '{scope.asked.task.name}' has no selection '{name}': choose anew")
    return Selection(row.id, row.size)


class Sieve:
    """Lets through the records whose suggestion and text meet the criteria.

    Parameters
    ----------
    scope
        What the review is about.
    criteria
        What to look for; what it says of responses is not looked at here.
    """

    def __init__(self, scope: Scope, criteria: Criteria) -> None:
        self._database, self._criteria = scope.database, criteria
        self.selection = (
            None if criteria.selection is None else find_selection(scope, criteria.selection)
        )
        looked_at = (criteria.suggested, criteria.low, criteria.high, criteria.text)
        self.is_open = self.selection is None and all(part is None for part in looked_at)
        self._all = self._statement(scope, through_all=True)
        given = among(scope.database, suggestions.c.record_id)
        self._among = self._statement(scope, through_all=False).where(given)

    def _statement(self, scope: Scope, *, through_all: bool) -> Any:
        criteria, s = self._criteria, suggestions.c
        columns = [
            s.record_id,
            s.value if criteria.suggested is not None else s.id,
            records.c.content if criteria.text else s.id.label("read"),
        ]
        find = select(*columns).where(s.task_id == scope.asked.id, s.model_id == scope.model_id)
        if criteria.text:
            find = find.join(records, records.c.id == s.record_id)
            if plain := plain_part(criteria.text):
                # Reading JSON takes longer than looking for letters in it.
                find = find.where(records.c.content.icontains(plain, autoescape=True))
        find = find.where(*conditions(scope, criteria, by_index=through_all))
        if self.selection is not None:
            chosen = select(selected.c.record_id).where(
                selected.c.selection_id == self.selection.id
            )
            if through_all:
                find = find.where(s.record_id.in_(chosen))
            else:
                find = find.where(chosen.where(selected.c.record_id == s.record_id).exists())
        return find

    def all(self, connection: Connection) -> list[int]:
        """Every record that meets the criteria, in no order."""
        rows = connection.execute(self._all).cursor.fetchall()
        return [row[0] for row in rows if self._fits(row[1], row[2])]

    def through(self, connection: Connection, wanted: Sequence[int]) -> list[int]:
        """Those of the records that meet the criteria, in their order."""
        if self.is_open or not wanted:
            return list(wanted)
        values = {"wanted": as_wanted(self._database, sorted(wanted))}
        rows = connection.execute(self._among, values).cursor.fetchall()
        found = {row[0] for row in rows if self._fits(row[1], row[2])}
        return [record for record in wanted if record in found]

    def _fits(self, value: Any, content: Any) -> bool:
        suggested = self._criteria.suggested
        if suggested and suggested not in labels_of(codec.load_value(value)):
            return False
        return not self._criteria.text or contains(content, self._criteria.text)


def conditions(
    scope: Scope, criteria: Criteria, *, by_index: bool = False
) -> list[ColumnElement[bool]]:
    """What a database can tell from a suggestion alone, for walks to leave out what does not fit.

    Parameters
    ----------
    scope
        What the review is about.
    criteria
        What to look for.
    by_index
        Whether an index over scores may be used. It may not where another index gives the order, or
        where few records are looked up: it would find everything that fits.
    """
    s = suggestions.c
    score = s.score if by_index else s.score + 0
    found: list[ColumnElement[bool]] = []
    if criteria.low is not None:
        found.append(score >= criteria.low)
    if criteria.high is not None:
        found.append(score <= criteria.high)
    if criteria.suggested == "":
        found.append(s.value.is_(None))
    elif criteria.suggested is not None and scope.asked.task.kind == "label":
        found.append(s.value == codec.dump_value(criteria.suggested))
    return found


def contains(content: str, text: str) -> bool:
    r"""Whether one of the values of a stored record contains a text, whatever its case.

    Examples
    --------
    >>> contains('[["title","The \\u00c9lan vital"]]', "élan"), contains('[["title","a"]]', "title")
    (True, False)
    """
    wanted = text.lower()
    return any(wanted in value.lower() for _, value in codec.load_content(content))


def plain_part(text: str) -> str:
    """The longest part of a text that stands in JSON as it is, whatever its case.

    Examples
    --------
    >>> plain_part('the "élan vital"')
    'lan vital'
    """
    return max(re.findall(r"[A-Za-z0-9 .,;:()-]+", text), key=len, default="")


def answered_with(criteria: Criteria) -> Callable[[Said], bool]:
    """Whether a response that holds is what the criteria look for."""

    def wanted(said: Said) -> bool:
        if criteria.decision not in (None, said.decision):
            return False
        if criteria.annotator not in (None, said.annotator):
            return False
        if criteria.share not in (None, said.share):
            return False
        if criteria.answered is None:
            return True
        labels = labels_of(codec.load_value(said.value))
        return criteria.answered in labels if criteria.answered else not labels

    return wanted
