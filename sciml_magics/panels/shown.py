"""What the messages between a review surface and the kernel speak of, as a front end sees it.

Records are named by their addresses as hexadecimal text, spans are in Unicode code points, times
are milliseconds since 1970 in UTC.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from sciml_magics.tasks.response import Decision, Role, Share
from sciml_magics.tasks.task import Input, Kind

ChartName = Literal["labels", "scores", "confusion", "agreement", "annotators"]


class Message(BaseModel):
    """Base of all messages: nothing that is not described here may stand in one."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_serialization_defaults_required=True
    )


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
    """How far a task has come.

    ``agreement`` is the share of answered records with a suggestion whose value the person kept;
    ``rate`` is this annotator's records an hour of the last ten minutes; ``seconds_left`` is what
    remains at that rate.
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


class Progress(Message):
    """A moment of a run in this kernel; of a training, ``total`` and ``done`` are steps."""

    task: str
    phase: str
    total: int
    done: int
    reused: int
    rate: float
    remaining: float | None
    labels: list[LabelCount]
    loss: float | None = None
    validation: float | None = None


class LabelCount(Message):
    """How often the model has given an answer so far; ``None`` counts its abstentions."""

    label: str | None
    count: int
