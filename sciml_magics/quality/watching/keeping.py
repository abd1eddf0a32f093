"""Keep the states of a table in the store: each is a record, and accepting one is a response."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sciml_magics._version import __version__
from sciml_magics.errors import QualityError
from sciml_magics.quality.watching.reports import Report
from sciml_magics.quality.watching.states import State
from sciml_magics.review.holding import holding
from sciml_magics.store import Store, running
from sciml_magics.tasks import (
    Counts,
    KeptResponse,
    Kind,
    ModelIdentity,
    Record,
    Response,
    Suggestion,
    Task,
    record_id,
)

IDENTITY = ModelIdentity("watch", __version__, "watching")
_KIND: Kind = "text"


@dataclass(frozen=True, slots=True)
class Accepted:
    """A state that a person accepted.

    Parameters
    ----------
    state
        The state.
    by
        Who.
    when
        When, in UTC.
    key
        Key of the response.
    """

    state: State
    by: str
    when: datetime
    key: str


def task_of(name: str) -> Task:
    """The question that is asked of each batch of a table: whether it is as it should be."""
    return Task(
        f"{name}.state",
        ("summary", "state"),
        _KIND,
        instructions="Is this batch as it should be? Later ones are compared with it.",
    )


def keep(store: Store, report: Report, by: str) -> Record:
    """Keep the state of a batch, and what is new in it."""
    record = _record(report.name, report.state)
    told = Suggestion(
        record.id,
        report.state.summary,
        float("nan"),
        evidence={"new": [f"{one.where}: {one.words}" for one in report.changes]},
        reason=report.summary,
    )
    rows = report.state.rows
    counts = Counts(rows=rows, selected=rows, unique=1)
    with running(store, task_of(report.name), IDENTITY, counts, by=by) as run:
        run.append([record], [told])
    return record


def accept(store: Store, name: str, state: State, by: str) -> None:
    """Say that a kept state is as it should be."""
    said = Response(
        uuid4().hex, _record(name, state).id, "accepted", state.summary, by, share="chosen"
    )
    store.respond(store.task(task_of(name)), [said])


def last_accepted(store: Store, name: str) -> Accepted | None:
    """The state of a table that was accepted last, by whomever, and not taken back."""
    found = _accepted(store, name)
    if not found:
        return None
    newest = max(found, key=lambda one: one.id)
    record = store.record(newest.response.record_id)
    assert record is not None
    state = State.from_json(dict(record.content)["state"])
    return Accepted(state, newest.response.annotator, newest.created, newest.response.key)


def take_back(store: Store, name: str, by: str) -> State | None:
    """Take the last accepting of this person back; the state that then is the accepted one.

    Raises
    ------
    QualityError
        If this person accepted none.
    """
    mine = [one for one in _accepted(store, name) if one.response.annotator == by]
    if not mine:
        raise QualityError(f"{by} has accepted no state of '{name}' that could be taken back")
    last = max(mine, key=lambda one: one.id).response
    said = Response(uuid4().hex, last.record_id, "undone", None, by, undoes=last.key)
    store.respond(store.task(task_of(name)), [said])
    before = last_accepted(store, name)
    return None if before is None else before.state


def _accepted(store: Store, name: str) -> list[KeptResponse]:
    kept = holding(store.responses(task_of(name).name, kind=_KIND))
    return [
        one
        for by in kept.values()
        for one in by.values()
        if one.response.decision in ("accepted", "corrected")
    ]


def _record(name: str, state: State) -> Record:
    text = state.to_json()
    return Record(record_id("state", name, text), (("summary", state.summary), ("state", text)))
