from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

from tests.magics.conftest import Fails

NOTES = {"note": ["Mail Ada Lovelace: ada@lovelace.org", "All is well."], "n": [1, 2]}


@pytest.fixture
def notes(shell: InteractiveShell) -> InteractiveShell:
    shell.push({"notes": pd.DataFrame(NOTES)})
    return shell


def test_shows_counts_and_never_the_data(
    notes: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    notes.run_line_magic("privacy", "notes")
    shown = capsys.readouterr().out
    assert "1 email" in shown
    assert "%review notes.note.personal" in shown
    assert "Lovelace" not in shown


def test_binds_a_frame_without_the_data(
    notes: InteractiveShell, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes.run_line_magic("privacy", f"notes --pseudonymise --key-file {tmp_path / 'k'}")
    assert "notes_pseudonymised" in capsys.readouterr().out
    assert "Lovelace" not in notes.user_ns["notes_pseudonymised"]["note"][0]
    assert "Lovelace" in notes.user_ns["notes"]["note"][0]
    notes.run_line_magic("privacy", f"notes -p -q --out safe --key-file {tmp_path / 'k'}")
    assert capsys.readouterr().out == ""
    assert notes.user_ns["safe"].equals(notes.user_ns["notes_pseudonymised"])


def test_mistakes_are_one_line(notes: InteractiveShell, fails: Fails) -> None:
    assert "--pseudonymise" in fails("%privacy notes --out x")
    assert "no column 'x'" in fails("%privacy notes --columns x")
    assert "which frame" in fails("%privacy")
    assert "taken" in fails("%privacy notes -p --out number")


def test_an_export_warns(notes: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    notes.run_line_magic("annotate", "notes -c note --labels a,b --task t --no-chart -q")
    notes.run_line_magic("export", "t out.jsonl --all")
    assert "personal data" not in capsys.readouterr().out
    notes.run_line_magic("privacy", "notes -q")
    notes.run_line_magic("export", "t out.jsonl --all")
    assert "1 of these texts hold personal data" in capsys.readouterr().out
