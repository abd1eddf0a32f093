"""The messages between a review surface and the kernel: the one description of the protocol.

The types of the front end are generated from these models (``jlpm types`` in ``labextension/``),
and a test fails where they are stale. Requests go over the comm `RPC`, and each has one reply with
the same ``id``; what the kernel tells by itself goes over `EVENTS`. A front end opens both: where
the kernel once publishes on a comm from its main thread, ipykernel 7 sends what comes in on it
there too, and it waits for the cell that runs. A widget carries the same messages as its custom
ones.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from sciml_magics.panels.shown import (
    ChartName,
    Counts,
    Filter,
    Item,
    Message,
    Progress,
    ResponseView,
    SuggestionView,
    TaskView,
    ValueView,
)
from sciml_magics.panels.targets import EVENTS, RPC
from sciml_magics.review import Order, Verb
from sciml_magics.tasks.response import Role, Share

__all__ = ["EVENTS", "METHODS", "PROTOCOL", "RPC", "Event", "Message", "Reply", "Request"]

PROTOCOL = 1


# Requests and their results


class Hello(Message):
    """The first request: who asks, and which protocol they speak.

    ``identity`` is the person's name as the Jupyter server knows it, empty where that is made up.
    ``store`` is the file or address of a store other than the one that the notebook has set.
    """

    protocol: int
    client: str
    identity: str = ""
    store: str | None = None


class Welcome(Message):
    """The kernel's side. ``subshells`` tells whether it answers while a cell runs."""

    protocol: int
    package: str
    store: str
    annotator: str
    subshells: bool


class Tasks(Message):
    """Every task of the store, the one that ran last first."""


class TaskList(Message):
    """The tasks."""

    tasks: list[TaskView]
    running: list[Progress] = Field(default_factory=list)


class Open(Message):
    """Begin to review a task. ``model`` is ``id@revision``; ``None`` is the model that ran last.

    ``overlap`` is how many people answer each record. ``queue`` is the id of an earlier queue that
    goes on, as after a reload: its records are not withheld from the person who held them.
    ``annotator`` is who answers, where that is not whoever the kernel takes it for.
    """

    task: str
    order: Order = "mixed"
    filter: Filter = Field(default_factory=Filter)
    model: str | None = None
    overlap: int = Field(default=1, ge=1, le=100)
    role: Role = "annotator"
    queue: str | None = Field(default=None, max_length=64)
    annotator: str | None = Field(default=None, max_length=200)


class Opened(Message):
    """A queue that is open, and its first items."""

    queue: str
    task: TaskView
    items: list[Item]
    held: int = 0


class Next(Message):
    """More items of a queue; ``have`` are records that the asker holds and has not answered."""

    queue: str
    count: int = Field(default=20, ge=1, le=200)
    have: list[str] = Field(default_factory=list)


class Items(Message):
    """Items in order. None, with ``held`` above 0, when all that is left is with other people."""

    items: list[Item]
    counts: Counts
    held: int = 0


class Respond(Message):
    """What the person said. ``key`` is made by the front end; one that is known is kept once.

    ``value`` is what an accepted record shall have; the kernel tells accepted from corrected.
    """

    queue: str
    key: str = Field(min_length=8, max_length=64)
    record: str
    verb: Verb
    value: ValueView = None
    suggestion: int | None = None
    share: Share
    blind: bool = False
    seconds: float | None = None
    note: str = ""


class Undo(Message):
    """Take back a response: the annotator's newest in this task, or the one of ``undoes``."""

    queue: str
    key: str = Field(min_length=8, max_length=64)
    undoes: str | None = None


class Acknowledged(Message):
    """The response is stored. ``revealed`` is the suggestion of a blind item.

    After an undo ``item`` is the record that is open again.
    """

    response: ResponseView
    counts: Counts
    revealed: SuggestionView | None = None
    item: Item | None = None


class History(Message):
    """The annotator's responses, newest first, before the response of id ``before``."""

    queue: str
    limit: int = Field(default=50, ge=1, le=500)
    before: int | None = None
    record: str | None = None


class HistoryEntry(Message):
    """A response and the beginning of what it was said of."""

    response: ResponseView
    excerpt: str


class HistoryList(Message):
    """Responses, newest first."""

    entries: list[HistoryEntry]


class Look(Message):
    """One record, to look at or to answer again; ``whole`` asks for texts that are not cut."""

    queue: str
    record: str
    whole: bool = False


class Looked(Message):
    """The record."""

    item: Item


class BulkCount(Message):
    """How many open records a filter finds in a queue's task."""

    queue: str
    filter: Filter


class BulkCounted(Message):
    """The number, and a few of the records."""

    count: int
    items: list[Item]


class Bulk(Message):
    """Say the same of every open record that a filter finds. One key: undone as one."""

    queue: str
    key: str = Field(min_length=8, max_length=48)
    filter: Filter
    verb: Verb
    value: ValueView = None
    note: str = ""


class BulkDone(Message):
    """So many responses were stored."""

    stored: int
    counts: Counts


class Release(Message):
    """Give records back unanswered, so that others may have them at once."""

    queue: str
    records: list[str]


class Released(Message):
    """They are given back."""

    released: int


class Chart(Message):
    """A chart of a task."""

    task: str
    name: ChartName


class Charted(Message):
    """A Vega-Lite specification, or a sentence that says why there is none.

    A click on a mark sets in a `Filter` what `clicks` say of those of its datum's fields that are
    not null; a mark with none of them is only looked at.
    """

    spec: dict[str, JsonValue] | None = None
    problem: str = ""
    clicks: list[Click] = Field(default_factory=list)


class Click(Message):
    """What clicking a mark filters: field of its datum, and field of the filter that it sets."""

    field: str
    sets: Literal["suggested", "answered", "annotator", "decision", "low", "high"]


class Cancel(Message):
    """Stop the run of this id, as the interrupt button would."""

    task: str


class Cancelled(Message):
    """Whether there was one to stop."""

    found: bool


# What the kernel tells by itself


class ProgressEvent(Message):
    """A run goes on."""

    event: Literal["progress"] = "progress"
    progress: Progress


class ChangedEvent(Message):
    """A task has new suggestions or responses: counts, charts and queues may be asked anew."""

    event: Literal["changed"] = "changed"
    task: str


class ShowEvent(Message):
    """The person asked for a task's review in the notebook: bring it to the front."""

    event: Literal["show"] = "show"
    task: str
    open: Open


Event = Annotated[ProgressEvent | ChangedEvent | ShowEvent, Field(discriminator="event")]


# The envelope


class Request(Message):
    """A request. ``params`` is the model of `METHODS` for the method."""

    id: str
    method: str
    params: dict[str, JsonValue] = Field(default_factory=dict)


class Problem(Message):
    """What went wrong, in one line.

    ``kind`` lets a front end act: ``"queue"`` is one that this kernel does not know, as after a
    restart: open it anew. ``"mistake"`` can be mended by the person, ``"failure"`` cannot.
    """

    kind: Literal["mistake", "queue", "protocol", "failure"]
    message: str


class Reply(Message):
    """The reply to the request of the same id: a result or a problem."""

    id: str
    result: dict[str, JsonValue] | None = None
    problem: Problem | None = None


METHODS: dict[str, tuple[type[Message], type[Message]]] = {
    "hello": (Hello, Welcome),
    "tasks": (Tasks, TaskList),
    "open": (Open, Opened),
    "next": (Next, Items),
    "respond": (Respond, Acknowledged),
    "undo": (Undo, Acknowledged),
    "history": (History, HistoryList),
    "look": (Look, Looked),
    "bulk_count": (BulkCount, BulkCounted),
    "bulk": (Bulk, BulkDone),
    "release": (Release, Released),
    "chart": (Chart, Charted),
    "cancel": (Cancel, Cancelled),
}
