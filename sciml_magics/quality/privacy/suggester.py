"""The suggester of personal data: Presidio and rules, and a tagger beside them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

from sciml_magics.errors import ModelError
from sciml_magics.models import Suggester
from sciml_magics.models.registry import Ability
from sciml_magics.quality.privacy.columns import fits, kind_of_column
from sciml_magics.quality.privacy.found import Found, choose
from sciml_magics.quality.privacy.kinds import DIRECT, KINDS, LABELS, kind_of
from sciml_magics.quality.privacy.words import need_presidio
from sciml_magics.tasks import (
    Estimate,
    Execution,
    Label,
    ModelIdentity,
    Record,
    Span,
    Suggestion,
    Task,
)

FAMILY = "personal"
_BATCH = 256
_COLUMN = 0.9
_PACKAGES = ("presidio-analyzer", "faker", "babel", "phonenumbers", "spacy")


class PersonalData:
    """Marks personal data in the texts of one column.

    A cell of a column whose name tells what it holds (``phone``, ``patient_name``) is of that kind
    as a whole. Everything else is found by Presidio's patterns and by rules over words.

    Parameters
    ----------
    tagger
        A trained tagger whose labels are kinds of personal data, or what other tools call them.
        ``None`` finds without a model.
    decides
        Kinds on which the tagger has the last word, so that rules find nothing beside it; numbers
        and addresses are found by patterns in any case. ``None`` for all kinds that it knows.

    Raises
    ------
    QualityError
        If Presidio is not installed.
    ModelError
        If the tagger knows no kind of personal data, or is no tagger.
    """

    def __init__(
        self, tagger: Suggester | None = None, decides: frozenset[str] | None = None
    ) -> None:
        need_presidio()
        self._tagger = tagger
        self._asked = _asked_of(tagger) if tagger is not None else {}
        known = frozenset(self._asked.values())
        self._decides = (known if decides is None else known & decides) - (DIRECT - {"person"})

    @property
    def identity(self) -> ModelIdentity:
        """Presidio and the rules, and the tagger: equal ones find the same."""
        if self._tagger is None:
            return ModelIdentity("presidio", _revision(), FAMILY)
        own = self._tagger.identity
        parts = (_revision(), own.revision, own.settings, *sorted(self._decides))
        both = hashlib.sha256("\0".join(parts).encode()).hexdigest()
        return ModelIdentity(f"presidio+{own.id}", both, FAMILY)

    @property
    def abilities(self) -> frozenset[Ability]:
        """Spans of text."""
        return frozenset({("text", "spans")})

    @property
    def execution(self) -> Execution | None:
        """Where the tagger runs; rules run on the processor."""
        return self._tagger.execution if self._tagger is not None else Execution("cpu", "rules")

    def ready(self) -> Execution:
        """Load the tagger, where there is one, and say where it runs."""
        return self._tagger.ready() if self._tagger is not None else Execution("cpu", "rules")

    def resolve(self, task: Task) -> Task:
        """The task, with all kinds of personal data where it names none.

        Raises
        ------
        ModelError
            If it does not mark spans.
        """
        if (task.input, task.kind) not in self.abilities:
            raise ModelError(f"personal data is marked as spans of text, not as {task.kind}")
        return task if task.labels else replace(task, labels=LABELS)

    def suggest(self, records: Sequence[Record], task: Task) -> Iterator[Sequence[Suggestion]]:
        """Batches of suggestions in the order of the records."""
        names = frozenset(task.label_names)
        for start in range(0, len(records), _BATCH):
            part = records[start : start + _BATCH]
            tagged = self._tagged(part)
            yield [self._suggested(one, tagged.get(one.id, ()), names) for one in part]

    def estimate(self, records: Sequence[Record], task: Task) -> Estimate:
        """Cost measured on `records`."""
        began = perf_counter()
        self.ready()
        for _ in self.suggest(records[:2], task):
            pass
        warm = perf_counter()
        for _ in self.suggest(records, task):
            pass
        characters = sum(len(one.text) for one in records)
        return Estimate(len(records), characters, perf_counter() - warm, warm - began, 0)

    def _suggested(
        self, record: Record, tagged: Sequence[Span], names: frozenset[str]
    ) -> Suggestion:
        found = [one for one in _found(record) if one.kind in names]
        if self._asked:
            found = [one for one in found if one.kind not in self._decides or self._keeps(one)]
            found += [
                Found(span.start, span.end, span.label, span.score)
                for span in tagged
                if span.label in names
            ]
        spans = choose(record.text, found)
        score = sum(span.score for span in spans) / len(spans) if spans else 1.0
        return Suggestion(record.id, spans, score)

    def _keeps(self, one: Found) -> bool:
        """What a whole column is called is known for sure, whatever a tagger says."""
        return one.score == _COLUMN

    def _tagged(self, records: Sequence[Record]) -> Mapping[bytes, tuple[Span, ...]]:
        """What the tagger marks, under our names of the kinds, by the address of the record."""
        if self._tagger is None:
            return {}
        labels = tuple(Label(own) for own in self._asked)
        asked = Task("tagged", ("text",), kind="spans", labels=labels)
        return {
            one.record_id: tuple(
                replace(span, label=self._asked[span.label])
                for span in one.value or ()
                if isinstance(span, Span)
            )
            for batch in self._tagger.suggest(records, asked)
            for one in batch
        }


def _found(record: Record) -> list[Found]:
    from sciml_magics.quality.privacy.engine import analyse

    text = record.text
    if len(record.content) == 1:
        kind = kind_of_column(record.content[0][0])
        if kind is not None and fits(kind, text):
            return [Found(0, len(text), kind, _COLUMN)]
    return analyse(text)


def _asked_of(tagger: Suggester) -> dict[str, str]:
    """The labels of a tagger that are kinds of personal data, and which."""
    if ("text", "spans") not in tagger.abilities:
        raise ModelError(
            f"model '{tagger.identity.id}' marks no spans of text: give a tagger "
            "(…ForTokenClassification), or leave --model out"
        )
    bare = tagger.resolve(Task("tagged", ("text",), kind="spans"))
    asked = {name: kind for name in bare.label_names if (kind := kind_of(name)) is not None}
    if not asked:
        raise ModelError(
            f"model '{tagger.identity.id}' knows no kind of personal data, only "
            f"{', '.join(bare.label_names[:8])}: give one that marks {', '.join(KINDS[:4])}, …"
        )
    return asked


@cache
def _revision() -> str:
    """Hash of the rules and of the packages that they use: others find other things."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for path in sorted([*here.glob("*.py"), *here.glob("recognisers/*.py")]):
        digest.update(path.read_bytes())
    for name in _PACKAGES:
        digest.update(f"{name} {version(name)}\n".encode())
    return digest.hexdigest()
