from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest

import sciml_magics as sm
from sciml_magics.errors import ModelError
from sciml_magics.models import find_model, open_model
from sciml_magics.quality.privacy.kinds import personal_task
from sciml_magics.quality.privacy.marks import taught_kinds
from sciml_magics.quality.privacy.suggester import PersonalData
from sciml_magics.store import open_store
from sciml_magics.tasks import (
    Estimate,
    Execution,
    Label,
    ModelIdentity,
    Record,
    Response,
    Span,
    Suggestion,
    Task,
)
from tests.models.tiny import save_tiny
from tests.quality.privacy.texts_made import record, spans_of


@dataclass
class Tagger:
    """Marks one word wherever it stands."""

    word: str
    labels: tuple[str, ...] = ("PER", "MISC")
    identity: ModelIdentity = field(
        default_factory=lambda: ModelIdentity("tagger", "r1", "token_classifier")
    )
    abilities: frozenset[tuple[str, str]] = frozenset({("text", "spans")})
    execution: Execution | None = None
    asked: list[Task] = field(default_factory=list)

    def ready(self) -> Execution:
        return Execution("cpu", "fp32")

    def resolve(self, task: Task) -> Task:
        return Task(task.name, task.columns, kind="spans", labels=tuple(map(Label, self.labels)))

    def suggest(self, records: Sequence[Record], task: Task) -> Iterator[Sequence[Suggestion]]:
        self.asked.append(task)
        for one in records:
            at = one.text.find(self.word)
            found = Span(at, at + len(self.word), task.label_names[0], self.word, 0.9)
            yield [Suggestion(one.id, (found,) if at >= 0 else (), 0.9)]

    def estimate(self, records: Sequence[Record], task: Task) -> Estimate:
        return Estimate(len(records), 1, 0.1, 0.0, 0)


def test_a_tagger_decides_on_the_kinds_that_it_knows() -> None:
    model = PersonalData(Tagger("zebra"))  # type: ignore[arg-type]  # as a protocol it is one
    text = "My name is Ada Lovelace, the zebra, ada@lovelace.org"
    found = {span.text: span.label for span in spans_of(text, model=model)}
    assert found == {"zebra": "person", "ada@lovelace.org": "email"}
    assert model.identity.id == "presidio+tagger"
    assert model.ready().device == "cpu"


def test_rules_find_beside_a_tagger_what_it_does_not_decide_on() -> None:
    tagger = Tagger("zebra")
    model = PersonalData(tagger, frozenset({"place"}))  # type: ignore[arg-type]
    found = {span.text for span in spans_of("My name is Ada Lovelace, the zebra", model=model)}
    assert found == {"zebra", "Ada Lovelace"}
    assert model.identity != PersonalData(tagger).identity  # type: ignore[arg-type]


def test_a_model_in_a_folder_stands_beside_the_rules(tmp_path: Path) -> None:
    folder = save_tiny(
        tmp_path / "ner", "bert", "ForTokenClassification", labels=("O", "B-PER", "I-PER")
    )
    frame = pd.DataFrame({"note": ["Marie Curie worked in Paris. Mail marie@curie.org"]})
    found = sm.privacy(
        frame, model=str(folder), device="cpu", store=tmp_path / "s.db", progress=False
    )
    assert "email" in found.counts["kind"].tolist()
    (run,) = open_store(tmp_path / "s.db").runs()
    assert run.model.id == f"presidio+{folder}"
    assert run.execution is not None
    assert run.execution.device == "cpu"


def test_kinds_are_taught_from_ten_marked_stretches_on(tmp_path: Path) -> None:
    frame = pd.DataFrame({"note": [f"Zebra {at} was at home." for at in range(12)]})
    store = open_store(tmp_path / "s.db")
    sm.privacy(frame, name="df", store=tmp_path / "s.db", progress=False)
    task = personal_task("df", "note")
    said = [
        Response(
            f"k{at}",
            record(text, "note").id,
            "corrected",
            (Span(0, 5, "person", "Zebra"), *((Span(6, 7, "age", text[6]),) if at < 3 else ())),
            "ada",
        )
        for at, text in enumerate(frame["note"])
    ]
    store.respond(store.task(task), said)
    assert taught_kinds(store, task) == {"person"}


def test_a_column_of_names_stays_one_beside_a_tagger() -> None:
    model = PersonalData(Tagger("zebra"))  # type: ignore[arg-type]
    assert [span.label for span in spans_of("Xyzzy", "last_name", model)] == ["person"]


def test_only_kinds_of_personal_data_are_asked_of_it() -> None:
    tagger = Tagger("zebra")
    list(PersonalData(tagger).suggest([record("a zebra")], personal_task("t", "text")))  # type: ignore[arg-type]
    assert tagger.asked[0].label_names == ("PER",)


def test_other_models_are_refused() -> None:
    with pytest.raises(ModelError, match="marks no spans"):
        PersonalData(open_model(find_model()))
    with pytest.raises(ModelError, match="knows no kind"):
        PersonalData(Tagger("x", labels=("GENE",)))  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="marked as spans"):
        PersonalData().resolve(Task("t", ("a",), labels=(Label("x"),)))


def test_the_cost_is_measured() -> None:
    cost = PersonalData().estimate([record("Ada was here")], personal_task("t", "text"))
    assert cost.records == 1
    assert cost.seconds >= 0
