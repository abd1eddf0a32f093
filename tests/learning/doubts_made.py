"""A task that people answered, with some answers that are plainly wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count

from sciml_magics.store import Store
from sciml_magics.tasks import Label, ModelIdentity, Record, Response, Suggestion, Task, Value
from tests.store.examples import MODEL, begin, record

FIELDS = Task(
    "field", ("abstract",), labels=(Label("genes"), Label("stars"), Label("money"), Label("never"))
)
SEVERAL = Task("fields", ("abstract",), kind="labels", labels=FIELDS.labels)

_ABOUT = {
    "genes": ("gene", "genome", "mutation", "chromosome", "DNA sequence", "protein"),
    "stars": ("star", "galaxy", "planet", "telescope", "comet", "supernova"),
    "money": ("bank", "interest rate", "tax", "currency", "loan", "stock market"),
}
_SAID = ("We study the {}.", "A new {} was described.", "The {} is discussed in detail.")
_keys = count()


def texts(label: str) -> list[str]:
    """Different texts about a field."""
    return [frame.format(thing) for frame in _SAID for thing in _ABOUT[label]]


def truths() -> dict[str, str]:
    """The right label of every text."""
    return {text: label for label in _ABOUT for text in texts(label)}


def suggest(
    store: Store, task: Task, values: Mapping[str, Value], model: ModelIdentity = MODEL
) -> list[Record]:
    """Let a model suggest these values for texts."""
    found = [record(text) for text in values]
    given = [
        Suggestion(one.id, value, 0.8) for one, value in zip(found, values.values(), strict=True)
    ]
    store.append(begin(store, task, model), found, given)
    return found


def answer(
    store: Store, task: Task, values: Mapping[str, Value], annotator: str = "Ada"
) -> Sequence[bytes]:
    """Let somebody answer texts that a model has read; addresses of the records."""
    found = [record(text).id for text in values]
    responses = [
        Response(f"said-{next(_keys):06}", address, "corrected", value, annotator)
        for address, value in zip(found, values.values(), strict=True)
    ]
    store.respond(store.task(task), responses)
    return found


def reviewed(store: Store, wrong: Mapping[str, str]) -> None:
    """All texts read by a model and answered by Ada, some of them wrongly."""
    right = truths()
    suggest(store, FIELDS, right)
    answer(store, FIELDS, right | dict(wrong))
