"""The messages between a review surface and the kernel: the one description of the protocol.

The types of the front end are generated from these models (``jlpm types`` in ``labextension/``),
and a test fails where they are stale. Requests go over the comm
`RPC`, and each has one reply with the same ``id``; what the kernel tells by itself goes over
`EVENTS`. A front end opens both. Records are named by their addresses as hexadecimal text, spans
are in Unicode code points, times are milliseconds since 1970 in UTC.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from sciml_magics.tasks.response import Decision, Role, Share
from sciml_magics.tasks.task import Input, Kind

PROTOCOL = 1
RPC = "sciml_magics.rpc"
EVENTS = "sciml_magics.events"

Order = Literal[
    "mixed",
    "uncertain",
    "margin",
    "least_confident",
    "models",
    "annotators",
    "diverse",
    "random",
    "audit",
]
ChartName = Literal["labels", "scores", "confusion", "agreement", "annotators"]
Verb = Literal["accept", "reject", "skip", "flag"]


class Message(BaseModel):
    """Base of all messages: nothing that is not described here may stand in one."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_serialization_defaults_required=True
    )


# Values


class SpanView(Message):
    """A marked stretch of text, in code points; ``text`` is what it quotes."""

    start: int
    end: int
    label: str
    text: str
    score: float | None = None


ValueView = str | list[str] | list[SpanView] | None


class LabelView(Message):
    """A label and its guideline."""

    name: str
    description: str = ""


class Alternative(Message):
    """Another value that the model thought of, and its probability."""

    label: str
    score: float


class SuggestionView(Message):
    """What a model proposes. ``reason`` says why there is no value, or what to know of it."""

    id: int
    value: ValueView
    score: float | None
    alternatives: list[Alternative] = []
    evidence: dict[str, JsonValue] = {}
    reason: str = ""
    model: str
    run: int
    created: int


class ResponseView(Message):
    """What a person said, and whether it still holds."""

    id: int
    key: str
    record: str
    decision: Decision
    value: ValueView
    annotator: str
    role: Role
    share: Share
    blind: bool
    seconds: float | None
    note: str
    created: int
    undone: bool = False


class FieldView(Message):
    """A column of a record and its text. ``cut`` is how many code points were left out."""

    column: str
    text: str
    cut: int = 0


class ImageView(Message):
    """A picture, in base64. Where it cannot be shown, ``problem`` says why."""

    mime: str = ""
    data: str = ""
    width: int = 0
    height: int = 0
    source: str = ""
    problem: str = ""


class Item(Message):
    """A record as it is put before a person.

    ``why`` says in words why it is here. Of a blind item the suggestion comes with the reply to
    the response. ``others`` are the responses of other people, for adjudicators alone.
    """

    record: str
    fields: list[FieldView]
    image: ImageView | None = None
    suggestion: SuggestionView | None = None
    blind: bool = False
    share: Share
    why: str
    mine: ResponseView | None = None
    others: list[ResponseView] = []


class TaskView(Message):
    """What is asked, and how far it has come."""

    name: str
    version: int
    kind: Kind
    input: Input
    columns: list[str]
    labels: list[LabelView]
    instructions: str
    overlapping: bool
    models: list[str]
    counts: Counts


class Counts(Message):
    """How far a task has come. ``agreement`` is the share of answered records with a suggestion
    whose value the person kept; ``rate`` is this annotator's records an hour of the last ten
    minutes; ``seconds_left`` is what remains at that rate.
    """

    records: int
    answered: int
    accepted: int
    corrected: int
    rejected: int
    skipped: int
    flagged: int
    left: int
    agreement: float | None = None
    rate: float | None = None
    seconds_left: float | None = None


class Filter(Message):
    """Which records. All parts that are given must hold.

    ``suggested`` and ``answered`` name a label, or the empty text for none; ``text`` is looked for
    in what was read; ``decision`` is that of the response that holds now, ``"open"`` for none.
    ``selection`` names rows that ``%review --where`` chose in the notebook.
    """

    suggested: str | None = None
    answered: str | None = None
    low: float | None = None
    high: float | None = None
    text: str | None = None
    decision: Decision | Literal["open"] | None = None
    annotator: str | None = None
    share: Share | None = None
    selection: str | None = None


# Requests and their results


class Hello(Message):
    """The first request: who asks, and which protocol they speak."""

    protocol: int
    client: str


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
    running: list[Progress] = []


class Open(Message):
    """Begin to review a task. ``model`` is ``id@revision``; ``None`` is the model that ran last.

    ``overlap`` is how many people answer each record.
    """

    task: str
    order: Order = "mixed"
    filter: Filter = Field(default_factory=Filter)
    model: str | None = None
    overlap: int = Field(default=1, ge=1, le=100)
    role: Role = "annotator"


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
    have: list[str] = []


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

    A click on a mark whose datum has the fields of all `clicks` sets them in a `Filter`; none
    makes a chart that is only looked at.
    """

    spec: dict[str, JsonValue] | None = None
    problem: str = ""
    clicks: list[Click] = []


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


class Progress(Message):
    """A moment of a run in this kernel."""

    task: str
    phase: str
    total: int
    done: int
    reused: int
    rate: float
    remaining: float | None
    labels: list[LabelCount]


class LabelCount(Message):
    """How often the model has given an answer so far; ``None`` counts its abstentions."""

    label: str | None
    count: int


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
    params: dict[str, JsonValue] = {}


class Problem(Message):
    """What went wrong, in one line. ``kind`` lets a front end act: ``"queue"`` is one that this
    kernel does not know (it was restarted): open it anew.
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
