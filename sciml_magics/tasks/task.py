"""A task: a named question about the rows of a frame."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from sciml_magics.errors import TaskError

Kind = Literal["label", "labels", "spans", "text", "value"]
Input = Literal["text", "image"]

KINDS: tuple[Kind, ...] = get_args(Kind)
INPUTS: tuple[Input, ...] = get_args(Input)
MAX_LABELS = 10_000


@dataclass(frozen=True, slots=True)
class Label:
    """One answer of a task, with the guideline that tells a person or a model when it applies.

    Parameters
    ----------
    name
        What is written into the frame.
    description
        One line that says when the label applies.
    aliases
        Other names under which a trained model may know the label.
    """

    name: str
    description: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def meaning(self) -> str:
        """The text that stands for the label where a model reads it."""
        return self.description or self.name


@dataclass(frozen=True)
class Task:
    """A named question about the rows of a frame.

    Parameters
    ----------
    name
        Names the task in the store and its columns in the frame.
    columns
        The columns that it reads.
    kind
        ``"label"`` one label, ``"labels"`` several, ``"spans"`` marked stretches of text,
        ``"text"`` a free answer, ``"value"`` a new value for a cell: the first column holds the
        cell, the others are there to judge it by.
    input
        ``"text"`` or ``"image"``.
    labels
        The label scheme. Empty where a trained model brings its own, and for free text.
    instructions
        The annotation guidelines as prose.
    overlapping
        Whether marked stretches of text may overlap; for ``"spans"`` alone.

    Raises
    ------
    TaskError
        If the parts do not make a question: no name, no column, a doubled or empty label.

    Examples
    --------
    >>> task = Task("topic", ("abstract",), labels=(Label("genes"), Label("cells")))
    >>> task.label_names
    ('genes', 'cells')
    >>> Task.from_json(task.to_json()) == task
    True
    """

    name: str
    columns: tuple[str, ...]
    kind: Kind = "label"
    input: Input = "text"
    labels: tuple[Label, ...] = field(default=())
    instructions: str = ""
    overlapping: bool = False

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise TaskError("the task has no name: give one with --task NAME")
        if not _is_text(self.name):
            raise TaskError(f"the task's name {self.name!r} holds half a character: write it anew")
        if not self.columns:
            raise TaskError(f"task '{self.name}' reads no column: name one with --column NAME")
        if self.kind not in KINDS:
            raise TaskError(f"no task kind '{self.kind}': choose one of {', '.join(KINDS)}")
        if self.input not in INPUTS:
            raise TaskError(f"no input '{self.input}': choose one of {', '.join(INPUTS)}")
        if self.kind == "spans" and (len(self.columns) != 1 or self.input != "text"):
            raise TaskError("a task that marks spans reads exactly one text column")
        if self.kind == "text" and self.labels:
            raise TaskError("a free-text task has no labels: leave them out or use --kind label")
        if self.kind == "value" and (self.labels or self.input != "text"):
            raise TaskError("a task on the values of cells reads text columns and has no labels")
        if self.overlapping and self.kind != "spans":
            raise TaskError("only marked spans can overlap: leave it out or use --kind spans")
        check_labels(self.labels)

    @property
    def label_names(self) -> tuple[str, ...]:
        """Names of the labels, in the order of the scheme."""
        return tuple(label.name for label in self.labels)

    @property
    def fingerprint(self) -> str:
        """Hash of everything that changes what is asked: a new one is a new version of the task."""
        asked = {key: value for key, value in self.to_json().items() if key != "name"}
        text = json.dumps(asked, sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode("ascii")).hexdigest()[:32]

    def to_json(self) -> dict[str, Any]:
        """The task as plain JSON values.

        What was added to tasks later is left out where it says nothing, so that tasks of older
        stores keep their fingerprints.
        """
        data = asdict(self)
        if not self.overlapping:
            del data["overlapping"]
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Task:
        """The task that `to_json` described."""
        labels = tuple(
            Label(label["name"], label["description"], tuple(label["aliases"]))
            for label in data["labels"]
        )
        return cls(
            name=data["name"],
            columns=tuple(data["columns"]),
            kind=data["kind"],
            input=data["input"],
            labels=labels,
            instructions=data["instructions"],
            overlapping=data.get("overlapping", False),
        )


def check_labels(labels: tuple[Label, ...]) -> None:
    """Raise `TaskError` if there are too many, or a name is empty, doubled or cannot be written."""
    if len(labels) > MAX_LABELS:
        raise TaskError(f"{len(labels):,} labels are more than {MAX_LABELS:,}: split the scheme")
    seen: set[str] = set()
    for label in labels:
        if not label.name.strip():
            raise TaskError("a label has an empty name: give every label a name")
        if label.name in seen:
            raise TaskError(f"label '{label.name}' stands twice: names must differ")
        if not _is_text(label.name):
            raise TaskError(f"label {label.name!r} holds half a character: write it anew")
        seen.add(label.name)


def _is_text(name: str) -> bool:
    """Whether a name can be written as UTF-8; one with lone surrogates cannot."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
