"""``%review``, ``%labels`` and ``%agreement``."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

from sciml_magics.exchange import FORMATS
from sciml_magics.magics import review_arguments
from sciml_magics.magics.review_arguments import (
    parse_import,
    parse_labels,
    parse_review,
)
from sciml_magics.panels.messages import Open
from sciml_magics.panels.service import service
from sciml_magics.review import ORDERS, Reviewer
from sciml_magics.store import open_store
from tests.magics.conftest import LABELS, Fails

CELL = f"%%annotate papers --column abstract --task topic --no-chart --quiet\n{LABELS}"

Shown = list[tuple[Open, str | None]]


@pytest.fixture
def annotated(shell: InteractiveShell) -> InteractiveShell:
    shell.run_cell(CELL).raise_error()
    return shell


@pytest.fixture
def panels(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """What panels would be shown of, as if this were a kernel."""
    shown: Shown = []

    def panel(asked: Open, store: str | None = None) -> str:
        shown.append((asked, store))
        return "a panel"

    monkeypatch.setattr("sciml_magics.magics.review.in_kernel", lambda: True)
    monkeypatch.setattr("sciml_magics.panels.host.review_panel", panel)
    return shown


def answer(annotator: str, value: str, count: int) -> None:
    with open_store() as store:
        reviewer = Reviewer(store, "topic", annotator, overlap=5, order="uncertain")
        for item in reviewer.next(count).items:
            reviewer.respond(uuid4().hex, item.record.id, "accept", value, share=item.share)


def test_what_is_known_without_importing_is_the_same_as_in_the_package() -> None:
    assert review_arguments.ORDERS == ORDERS
    assert review_arguments.FORMATS == FORMATS


def test_a_whole_line_is_read() -> None:
    line = parse_review(
        "topic --frame papers --where 'year > 3' --order random -m a@b -a ada --overlap 2 "
        "--adjudicate --panel --store s.db"
    )
    assert (line.task, line.frame, line.where, line.order) == (
        "topic", "papers", "year > 3", "random",
    )  # fmt: skip
    assert (line.model, line.annotator, line.overlap, line.store) == ("a@b", "ada", 2, "s.db")
    assert line.adjudicate
    assert line.panel


def test_words_have_their_places() -> None:
    line = parse_labels("--out new topic papers")
    assert (line.task, line.frame, line.out) == ("topic", "papers", "new")
    assert parse_import("topic a.csv -p -m mine").model == "mine"


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("%review topic --order best", "no order 'best': choose one of mixed, uncertain"),
        ("%review topic --ordr random", "no option --ordr: did you mean --order?"),
        ("%review topic --overlap 0", "--overlap needs a whole number of 1 or more"),
        ("%review a b", "what is 'b'?"),
        ("%review topic", "no store yet at sciml_magics.db: annotate something first"),
        ("%labels topic papers --threshold 2", "needs a number from 0 to 1"),
        ("%labels topic", "no store yet"),
        ("%agreement topic", "no store yet"),
        ("%export topic", "which file? write %export TASK FILE"),
        ("%export topic a --format word", "no format 'word'"),
        ("%import topic a.csv", "no store yet"),
        ("%import topic a.csv -m x", "add --predictions"),
        ("%import topic a.csv -p -a ada", "predictions are a model's"),
    ],
)
def test_a_mistake_is_one_line(fails: Fails, cell: str, message: str) -> None:
    assert message in fails(cell)


def test_a_review_needs_a_notebook(annotated: InteractiveShell, fails: Fails) -> None:
    assert "a review needs a notebook" in fails("%review topic")


def test_unknown_tasks_are_told_with_what_is_meant(
    annotated: InteractiveShell, fails: Fails
) -> None:
    assert fails("%review topik") == "the store knows no task 'topik': did you mean 'topic'?"


def test_a_review_shows_a_panel(annotated: InteractiveShell, panels: Shown) -> None:
    annotated.run_cell("%review topic --order random --overlap 2 -a grace").raise_error()
    ((asked, store),) = panels
    assert (asked.task, asked.order, asked.overlap) == ("topic", "random", 2)
    assert (asked.annotator, asked.role, store) == ("grace", "annotator", None)


def test_label_errors_need_answers(
    annotated: InteractiveShell, panels: Shown, fails: Fails
) -> None:
    said = fails("%review topic --order errors")
    assert "label errors are looked for among 20 or more; review some records first" in said


def test_the_only_task_need_not_be_named(annotated: InteractiveShell, panels: Shown) -> None:
    annotated.run_cell("%review").raise_error()
    assert panels[0][0].task == "topic"


def test_rows_are_chosen_by_a_query(annotated: InteractiveShell, panels: Shown) -> None:
    annotated.run_cell("limit = 2001").raise_error()
    annotated.run_cell("%review --frame papers --where 'year < @limit'").raise_error()
    ((asked, _),) = panels
    assert asked.filter.selection
    with open_store() as store:
        from sciml_magics.review import Criteria

        criteria = Criteria(selection=asked.filter.selection)
        (item,) = Reviewer(store, "topic", "ada", criteria=criteria).next(20).items
    assert item.record.text == annotated.user_ns["papers"]["abstract"].iloc[0]


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("%review topic --where 'year > 3'", "name it with --frame"),
        ("%review topic --frame nope", "no frame 'nope'"),
        ("%review topic --frame papers --where 'yeer > 3'", "does not work on this frame"),
        ("%review topic --frame papers --where 'year > 9000'", "holds for no row"),
    ],
)
@pytest.mark.usefixtures("annotated", "panels")
def test_a_query_that_does_not_work_is_one_line(fails: Fails, cell: str, message: str) -> None:
    assert message in fails(cell)


def test_the_side_panel_is_asked_first(
    annotated: InteractiveShell, panels: Shown, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[dict[str, Any]] = []
    annotated.run_cell("%review topic --panel").raise_error()
    assert len(panels) == 1
    assert "side panel is not open" in capsys.readouterr().out
    service().announcements.subscribe(told.append)
    annotated.run_cell("%review topic --panel").raise_error()
    assert len(panels) == 1
    assert (told[0]["event"], told[0]["open"]["task"]) == ("show", "topic")


def test_labels_come_into_a_new_frame(
    annotated: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    answer("ada", "imaging", 1)
    before = annotated.user_ns["papers"]
    annotated.run_cell("%labels topic papers --out reviewed").raise_error()
    done = annotated.user_ns["reviewed"]
    assert annotated.user_ns["papers"] is before
    people = done[done["topic_annotator"].notna()]
    assert set(people["topic"]) == {"imaging"}
    assert set(people["topic_annotator"]) == {"ada"}
    assert "topic: 20 rows · " in capsys.readouterr().out


def test_the_frame_is_found_by_its_columns(annotated: InteractiveShell, fails: Fails) -> None:
    annotated.run_cell("%labels topic --quiet").raise_error()
    assert "topic_annotator" in annotated.user_ns["papers"]
    annotated.push({"more": annotated.user_ns["papers"]})
    assert "which frame?" in fails("%labels topic")


def test_agreement_is_listed(
    annotated: InteractiveShell, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Any] = []
    monkeypatch.setattr("sciml_magics.magics.review.display", shown.append)
    annotated.run_cell("%agreement topic").raise_error()
    assert "Nobody has answered" in capsys.readouterr().out
    answer("ada", "imaging", 3)
    answer("grace", "genomics", 3)
    annotated.run_cell("%agreement topic").raise_error()
    annotated.run_cell("%agreement topic --disagreements -n 2").raise_error()
    measures, differing = shown
    assert isinstance(measures, pd.DataFrame)
    assert "Cohen's kappa" in set(measures["measure"])
    assert len(differing) == 2
    assert {"ada", "grace"} <= set(differing.columns)


def test_who_answers_can_be_set(annotated: InteractiveShell) -> None:
    annotated.run_cell("%config SciML.annotator = 'grace'").raise_error()
    from sciml_magics.panels.service import Caller

    assert service().annotator(Caller()) == "grace"
    annotated.run_cell("%annotate papers --task topic --quiet").raise_error()
    with open_store() as store:
        assert store.runs()[-1].by == "grace"
