"""``%evaluate`` and ``%split``."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd
import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from sciml_magics.api import Evaluation, stored_task
from sciml_magics.errors import SciMLError
from sciml_magics.frames import read_records
from sciml_magics.magics.evaluate_arguments import (
    parse_evaluate,
    parse_split,
)
from sciml_magics.store import open_store
from sciml_magics.tasks import Response
from tests.magics.conftest import LABELS, Fails

CELL = f"%%annotate papers --column abstract --task topic --no-chart --quiet\n{LABELS}"
RIGHT = ["genomics", "imaging", "epidemiology", None] * 5

Shown = list[Any]


@pytest.fixture
def annotated(shell: InteractiveShell) -> InteractiveShell:
    shell.user_ns["papers"]["right"] = RIGHT
    shell.run_cell(CELL).raise_error()
    return shell


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """What is displayed, as if this were a kernel."""
    found: Shown = []
    monkeypatch.setattr("sciml_magics.magics.evaluate.display", found.append)
    monkeypatch.setattr("sciml_magics.magics.showing.in_kernel", lambda: True)
    return found


def answer_all(shell: InteractiveShell) -> None:
    """Ada answers every record, the imaging ones wrongly."""
    task = stored_task("topic")
    records = read_records(shell.user_ns["papers"], task, np.arange(20))
    with open_store() as store:
        said = [
            Response(uuid4().hex, one.id, "corrected", "genomics", "ada", share="audit")
            for one in records
        ]
        store.respond(store.task(store.latest("topic") or task), said)


def test_whole_lines_are_read() -> None:
    line = parse_evaluate("topic papers -g right -b 'the title' -m a@b --seed 3 --no-chart")
    assert (line.task, line.frame, line.gold, line.by) == ("topic", "papers", "right", "the title")
    assert (line.model, line.seed, line.no_chart, line.all) == ("a@b", 3, True, False)
    split = parse_split("papers -c abstract -c title --by right --group year --shares 70/30 -o new")
    assert (split.frame, split.column, split.by, split.group, split.out) == (
        "papers", ["abstract", "title"], "right", "year", "new",
    )  # fmt: skip
    assert dict(split.shares or {}) == {"train": 70, "test": 30}
    assert (split.seed, split.name) == (0, "split")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("80/10/10", {"train": 80, "validation": 10, "test": 10}),
        ("80%/20%", {"train": 80, "test": 20}),
        ("fit=2/check=1/last=1/more=1", {"fit": 2, "check": 1, "last": 1, "more": 1}),
    ],
)
def test_shares_have_names(text: str, found: dict[str, float]) -> None:
    assert dict(parse_split(f"papers --shares {text}").shares or {}) == found


@pytest.mark.parametrize(
    "text", ["80", "80/0", "a/b", "1/2/3/4", "a=1/2", "a=1/a=2", "nan/1", "=1/=2", "inf/1"]
)
def test_other_shares_are_refused(text: str) -> None:
    with pytest.raises(SciMLError, match="needs shares such as 80/10/10"):
        parse_split(f"papers --shares {text}")


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("%evaluate topic", "no store yet at sciml_magics.db: annotate something first"),
        ("%evaluate topic a b", "what is 'b'?"),
        ("%evaluate topic --predicted x", "add --gold"),
        ("%evaluate topic -g x -p y -m z", "two sources of answers"),
        ("%evaluate topic -g x --all", "leave it out, or --gold"),
        ("%split", "which frame?"),
        ("%split paper", "no frame 'paper': did you mean 'papers'?"),
        ("%split papers extra", "what is 'extra'?"),
        ("%split papers --store x", "no option --store"),
        ("%split papers --column abstrct", "no column 'abstrct': did you mean 'abstract'?"),
        ("%split papers -c abstract --name year", "has a column 'year' of its own"),
        ("%split papers -c abstract --out 3", "--out '3' is not a Python name"),
        ("%split papers -c abstract --shares 1/1/1/x", "needs shares such as"),
        ("%split papers -c 'the title'", "1 different texts cannot make 3 parts"),
    ],
)
def test_a_mistake_is_one_line(fails: Fails, cell: str, message: str) -> None:
    assert message in fails(cell)


def test_suggestions_are_judged_by_a_column(annotated: InteractiveShell, shown: Shown) -> None:
    annotated.run_cell("%evaluate topic papers --gold right --by year").raise_error()
    found, *charts = shown
    assert isinstance(found, Evaluation)
    assert found.n == 15
    assert found.slices is not None
    assert [chart.to_dict()["title"]["text"] for chart in charts] == [
        "topic: what is taken for what",
        "topic: by slice",
        "topic: scores and what is right",
    ]


def test_the_frame_is_found_and_charts_can_be_left_out(
    annotated: InteractiveShell, shown: Shown
) -> None:
    annotated.run_cell("%evaluate topic --gold right --no-chart").raise_error()
    annotated.run_cell("%config SciML.chart = 'none'").raise_error()
    annotated.run_cell("%evaluate --gold right --predicted topic").raise_error()
    assert [found.n for found in shown] == [15, 15]
    assert shown[1].source == "topic against column 'right'"


def test_people_are_right_where_no_column_is_named(
    annotated: InteractiveShell, shown: Shown, fails: Fails
) -> None:
    assert "nobody has answered a record of 'topic' yet" in fails("%evaluate topic")
    answer_all(annotated)
    annotated.run_cell("%evaluate topic --all --no-chart").raise_error()
    (found,) = shown
    assert found.source.endswith("against all answers of people")
    assert found.n == 3
    assert found.classes["support"].tolist() == [3, 0, 0]


def test_labels_of_a_column_that_are_not_in_the_scheme_are_named(
    annotated: InteractiveShell, fails: Fails
) -> None:
    annotated.user_ns["papers"]["odd"] = "stars"
    assert "right answers name 'stars', which task 'topic' does not have" in fails(
        "%evaluate topic papers --gold odd"
    )
    assert "no column 'gold'" in fails("%evaluate topic papers --gold gold")
    assert "no suggestions of 'nobody'" in fails("%evaluate topic papers -g right -m nobody")


def test_a_split_is_bound_and_counted(
    shell: InteractiveShell, shown: Shown, capsys: pytest.CaptureFixture[str]
) -> None:
    before = shell.user_ns["papers"]
    columns = list(before.columns)
    shell.run_cell("%split papers --by year --shares 60/40 --out parts").raise_error()
    parts = shell.user_ns["parts"]
    assert shell.user_ns["papers"] is before
    assert list(before.columns) == columns
    assert parts["split"].dtype == pd.CategoricalDtype(["train", "test"])
    (counts,) = shown
    assert counts.loc["all rows"].sum() == parts["split"].notna().sum()
    out = capsys.readouterr().out
    assert out.startswith("parts: 20 rows · train ")
    assert "rows repeat the text of another" in out


def test_a_split_takes_the_name_of_its_frame_and_can_be_quiet(
    shell: InteractiveShell, shown: Shown, capsys: pytest.CaptureFixture[str]
) -> None:
    line = "%split papers -c abstract --name part --shares 1/1 --quiet"
    shell.run_cell(line).raise_error()
    first = shell.user_ns["papers"]["part"].tolist()
    shell.run_cell(line).raise_error()
    assert shell.user_ns["papers"]["part"].tolist() == first
    assert (shown, capsys.readouterr().out) == ([], "")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("%split pap", ["%split papers"]),
        ("%split papers --by ye", ["%split papers --by year"]),
        ("%split papers --group the", ['%split papers --group "the title"']),
        ("%split papers --sha", ["%split papers --shares"]),
        ("%evaluate topic pap", ["%evaluate topic papers"]),
        ("%evaluate topic papers --gold ab", ["%evaluate topic papers --gold abstract"]),
        ("%evaluate topic papers --predicted=ab", ["%evaluate topic papers --predicted=abstract"]),
        ("%evaluate topic --no-c", ["%evaluate topic --no-chart"]),
    ],
)
def test_lines_are_completed(shell: InteractiveShell, typed: str, offered: list[str]) -> None:
    shell.push({"others": pd.DataFrame({"abacus": [1]})})
    with provisionalcompleter():
        found = list(shell.Completer.completions(typed, len(typed)))
    assert [typed[: each.start] + each.text for each in found] == offered
