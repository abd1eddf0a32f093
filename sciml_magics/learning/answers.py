"""What people answered: what a model may learn from, and what it is judged by.

A record belongs to one of two parts for ever, by the hash that is its address: what the review
draws at random (audit and blind, three records of ten) is held out, and no model learns from it.
Nor from a text that is the same but for case, width of signs and white space.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal, TypeAlias, get_args

from sciml_magics.learning.splitting.spelling import plain, told_apart
from sciml_magics.review.deal import part_of
from sciml_magics.review.holding import holding
from sciml_magics.review.verdicts import verdicts
from sciml_magics.store import Store, codec
from sciml_magics.store.contents import read_records
from sciml_magics.tasks import ROLES, Example, KeptResponse, Record, Span, Task, Value, possible
from sciml_magics.tasks.allowed import labels_of

Part: TypeAlias = Literal["learn", "held_out"]

PARTS: tuple[Part, ...] = get_args(Part)

_DRAWN = ("audit", "blind", "random")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Which answers there were at a moment.

    Parameters
    ----------
    last_response
        Id of the newest response in the store, 0 where there is none.
    count
        Records with an answer.
    digest
        SHA-256 over their addresses and values, in hexadecimal: equal where the answers are.
    """

    last_response: int
    count: int
    digest: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The records that people gave a value, in the order of their addresses.

    Parameters
    ----------
    task
        The version whose answers these are.
    records, values
        Each record, and the value that people stand behind.
    parts
        ``"learn"``, or ``"held_out"`` for what is there to evaluate with, and for nothing else.
    drawn
        Whether the review drew the record at random, so that it stands for all records.
    people
        Who answered, in alphabetical order.
    last_response
        Id of the newest response in the store, 0 where there is none.
    notes
        What was left out and why, a sentence each.
    """

    task: Task
    records: tuple[Record, ...]
    values: tuple[Value, ...]
    parts: tuple[Part, ...]
    drawn: tuple[bool, ...]
    people: tuple[str, ...]
    last_response: int
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.records)

    def part(self, part: Part) -> Answered:
        """The answers of one part."""
        return self.take([at for at, found in enumerate(self.parts) if found == part])

    def take(self, positions: Sequence[int]) -> Answered:
        """The answers at some positions."""
        return Answered(
            self.task,
            tuple(self.records[at] for at in positions),
            tuple(self.values[at] for at in positions),
            tuple(self.parts[at] for at in positions),
            tuple(self.drawn[at] for at in positions),
            self.people,
            self.last_response,
            self.notes,
        )

    def texts(self) -> list[str]:
        """What tells each record from others: see `told_apart`."""
        return told_apart(self.records, self.task)

    def examples(self, part: Part | None = None) -> list[Example]:
        """The answers of one part, or all, as a model learns from them."""
        return [
            Example(record.text, value)
            for record, value, found in zip(self.records, self.values, self.parts, strict=True)
            if part in (None, found)
        ]

    def snapshot(self) -> Snapshot:
        """Names exactly these answers."""
        digest = hashlib.sha256()
        pairs = zip(self.records, self.values, strict=True)
        for address, value in sorted((record.id, _written(value)) for record, value in pairs):
            digest.update(address + len(value).to_bytes(8, "little") + value)
        return Snapshot(self.last_response, len(self), digest.hexdigest())


def gather(store: Store, task: Task) -> Answered:
    """What people answered to a task, as it holds now.

    Only records count that were accepted or corrected: where people differ and nobody has decided,
    nothing is known. Answers that name a label which this version does not have are left out.

    Parameters
    ----------
    store
        The store.
    task
        The version at hand. Answers to its other versions hold, too.
    """
    kept = store.responses(task.name, task.kind)
    said = verdicts(kept, task)
    known = {address: one for address, one in said.items() if one.value is not None}
    found = read_records(store.database, list(known))
    addresses = sorted(found)
    drawn = _drawn(kept)
    disputed = sum(one.status == "disputed" for one in said.values())
    return Answered(
        task=task,
        records=tuple(found[address] for address in addresses),
        values=tuple(known[address].value for address in addresses),
        parts=_parts([found[address] for address in addresses], task),
        drawn=tuple(address in drawn for address in addresses),
        people=tuple(sorted({name for one in known.values() for name in one.annotators})),
        last_response=max((one.id for one in kept), default=0),
        notes=(*_impossible(kept, task), *_disputed(disputed)),
    )


def part_for(address: bytes) -> Part:
    """The part that a record belongs to.

    Examples
    --------
    >>> part_for(bytes(16)), part_for(bytes(15) + b"x")
    ('held_out', 'learn')
    """
    return "learn" if part_of(address) == "uncertain" else "held_out"


def _parts(records: Sequence[Record], task: Task) -> tuple[Part, ...]:
    """The part of each: what is spelt like a record that is held out goes with it."""
    own = [part_for(record.id) for record in records]
    spelt = [plain(text) for text in told_apart(records, task)]
    held_out = {text for text, part in zip(spelt, own, strict=True) if part == "held_out"}
    return tuple("held_out" if text in held_out else "learn" for text in spelt)


def _drawn(kept: Iterable[KeptResponse]) -> set[bytes]:
    """Records that somebody answered since they were drawn, however they were answered again."""
    said = [one.response for one in kept]
    undone = {one.undoes for one in said}
    return {
        one.record_id
        for one in said
        if one.share in _DRAWN and one.decision != "undone" and one.key not in undone
    }


def _held(kept: Iterable[KeptResponse], task: Task | None) -> list[KeptResponse]:
    kept = list(kept)
    held = (holding(kept, task, role).values() for role in ROLES)
    return [one for by_annotator in chain.from_iterable(held) for one in by_annotator.values()]


def _impossible(kept: Iterable[KeptResponse], task: Task) -> list[str]:
    """A sentence on answers that name labels which the task no longer has."""
    values = [one.response.value for one in _held(kept, None)]
    gone = [value for value in values if not possible(task, value)]
    if not gone:
        return []
    names = set(task.label_names)
    counted = Counter(label for value in gone for label in labels_of(value) if label not in names)
    listed = ", ".join(f"'{name}'" for name, _ in counted.most_common(3))
    more = f" and {len(counted) - 3:,} more" if len(counted) > 3 else ""
    one = len(gone) == 1
    return [
        f"{len(gone):,} {'answer names' if one else 'answers name'} {listed}{more}, which task "
        f"'{task.name}' does not have now: left out"
    ]


def _disputed(number: int) -> list[str]:
    if not number:
        return []
    who = "record that people answer" if number == 1 else "records that people answer"
    return [f"{number:,} {who} differently, undecided: left out"]


def _written(value: Value) -> bytes:
    """A value as bytes, the same for values that say the same."""
    if isinstance(value, tuple):
        plain = [
            [part.start, part.end, part.label] if isinstance(part, Span) else [part]
            for part in value
        ]
        return codec.dump_json(sorted(plain)).encode("ascii")
    return codec.dump_text(value or "").encode("ascii")
