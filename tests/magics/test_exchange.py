"""``%export`` and ``%import``."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from IPython.core.interactiveshell import InteractiveShell

from sciml_magics.review import Reviewer
from sciml_magics.store import open_store
from tests.magics.conftest import LABELS, Fails

CELL = f"%%annotate papers --column abstract --task topic --no-chart --quiet\n{LABELS}"


@pytest.fixture
def answered(shell: InteractiveShell) -> InteractiveShell:
    shell.run_cell(CELL).raise_error()
    with open_store() as store:
        reviewer = Reviewer(store, "topic", "ada")
        for item in reviewer.next(2).items:
            reviewer.respond(uuid4().hex, item.record.id, "accept", "imaging", share=item.share)
    return shell


@pytest.mark.parametrize("file", ["out.jsonl", "out.json", "out.csv", "out.parquet"])
def test_answers_go_out_and_come_back(
    answered: InteractiveShell, capsys: pytest.CaptureFixture[str], file: str
) -> None:
    answered.run_cell(f"%export topic {file}").raise_error()
    said = capsys.readouterr().out
    assert said.startswith("topic: 2 records, 2 answers")
    assert Path(file).exists()
    answered.run_cell(f"%import topic {file}").raise_error()
    assert "0 answers added · 2 known before" in capsys.readouterr().out


def test_predictions_are_no_answers(
    answered: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    answered.run_cell("%export topic out.jsonl --all").raise_error()
    capsys.readouterr()
    cell = "%import topic out.jsonl --predictions --model other"
    answered.run_cell(cell).raise_error()
    assert "predictions added" in capsys.readouterr().out
    with open_store() as store:
        assert len(store.responses("topic")) == 2


def test_a_file_that_is_not_there_is_one_line(answered: InteractiveShell, fails: Fails) -> None:
    assert "gone.jsonl" in fails("%import topic gone.jsonl")
