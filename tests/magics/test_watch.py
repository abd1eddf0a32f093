"""``%watch``: accept a batch, hear what is new in the next, take the accepting back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from sciml_magics.api import Watched
from sciml_magics.magics.watch_arguments import parse_watch
from tests.magics.conftest import Fails
from tests.quality.watching.batches_made import batch

Shown = list[Any]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """What is displayed, as if this were a kernel."""
    found: Shown = []
    monkeypatch.setattr("sciml_magics.magics.watch.display", found.append)
    monkeypatch.setattr("sciml_magics.magics.showing.in_kernel", lambda: True)
    return found


@pytest.fixture
def watching(shell: InteractiveShell) -> InteractiveShell:
    drifted = batch(2)
    drifted["site"] = drifted["site"].replace("Rome", "Perth")
    shell.push({"readings": batch(0), "later": batch(1), "drifted": drifted})
    shell.run_cell("%config SciML.progress = False").raise_error()
    return shell


def test_whole_lines_are_read() -> None:
    line = parse_watch("readings --name all -a --rules 'my rules.yaml' --detect --store x -o new")
    assert (line.frame, line.name, line.accept, line.rules) == (
        "readings", "all", True, "my rules.yaml",
    )  # fmt: skip
    assert (line.detect, line.store, line.out, line.undo) == (True, "x", "new", False)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("%watch", "which frame?"),
        ("%watch paper", "no frame 'paper': did you mean 'papers'?"),
        ("%watch papers more", "what is 'more'?"),
        ("%watch papers --acept", "no option --acept: did you mean --accept?"),
        ("%watch papers --undo --accept", "use it alone"),
        ("%watch papers --undo", "has accepted no state of 'papers' that could be taken back"),
        (
            "%watch papers --rules none.yaml",
            "the rules in 'none.yaml' cannot be read: No such file",
        ),
        ("%watch papers --out 3", "--out '3' is not a Python name"),
    ],
)
def test_a_mistake_is_one_line(fails: Fails, cell: str, message: str) -> None:
    assert message in fails(cell)


def test_a_batch_is_accepted_and_later_ones_are_compared(
    watching: InteractiveShell, shown: Shown
) -> None:
    watching.run_cell("%watch readings --accept").raise_error()
    watching.run_cell("%watch later --name readings").raise_error()
    watching.run_cell("%watch drifted --name readings --out news").raise_error()
    first, same, same_chart, new, new_chart = shown
    assert isinstance(first, Watched)
    assert first.before is None
    assert "no state was accepted yet" in first.summary
    assert same.changes == ()
    assert {("values", "site"), ("new values", "site")} <= {
        (one.what, one.where) for one in new.changes
    }
    assert watching.user_ns["news"]["where"].tolist() == [one.where for one in new.changes]
    assert same_chart.to_dict()["title"]["text"].endswith("nothing new")
    assert "things new" in new_chart.to_dict()["title"]["text"]


def test_accepting_is_taken_back(
    watching: InteractiveShell, shown: Shown, capsys: pytest.CaptureFixture[str]
) -> None:
    watching.run_cell("%watch readings --accept --quiet").raise_error()
    watching.run_cell("%watch drifted --name readings --accept --quiet").raise_error()
    watching.run_cell("%watch drifted --name readings --no-chart").raise_error()
    capsys.readouterr()
    watching.run_cell("%watch readings --undo").raise_error()
    assert "compared with that before: 800 rows" in capsys.readouterr().out
    watching.run_cell("%watch drifted --name readings --no-chart").raise_error()
    accepted, again = shown
    assert accepted.changes == ()
    assert again.changes
    watching.run_cell("%watch readings --undo").raise_error()
    assert "no state is accepted now" in capsys.readouterr().out


def test_rules_of_a_file_are_watched(watching: InteractiveShell, shown: Shown) -> None:
    Path("rules.yaml").write_text("columns: {value: {max: 22}}", encoding="utf-8")
    watching.run_cell("%watch readings --rules rules.yaml --accept").raise_error()
    (first,) = shown
    assert [one.where for one in first.rates] == ["value: at most 22"]
    assert "broken rules" in repr(first)
    watching.user_ns["later"]["value"] += 3
    watching.run_cell("%watch later --name readings --no-chart").raise_error()
    assert ("rule", "value: at most 22") in [(one.what, one.where) for one in shown[1].changes]


def test_what_detectors_find_is_counted(watching: InteractiveShell, shown: Shown) -> None:
    watching.push({"few": pd.DataFrame({"site": ["Oslo", "Rome"] * 30, "n": range(60)})})
    watching.run_cell("%watch few --detect").raise_error()
    (first,) = shown
    counted = {one.where for one in first.rates if one.what == "detector"}
    assert {"typos", "disguised"} <= counted
    assert "missing" not in counted


def test_the_report_is_text_and_safe_html(watching: InteractiveShell, shown: Shown) -> None:
    hostile = "<img src=x onerror=y>"
    before = pd.DataFrame({hostile: ["a", "b"] * 60})
    watching.push({"before": before, "after": before.replace("b", "<b>bold</b>")})
    watching.run_cell("%watch before --name '<i>t</i>' --accept").raise_error()
    watching.run_cell("%watch after --name '<i>t</i>'").raise_error()
    _, found, chart = shown
    html = found._repr_html_()
    assert "<img" not in html
    assert "<i>t" not in html
    assert "<b>bold" not in html
    assert "not met before: '<b>bold</b>'" in repr(found)
    chart.to_dict(validate=True)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("%watch pap", ["%watch papers"]),
        ("%watch papers --acc", ["%watch papers --accept"]),
        ("%watch papers --det", ["%watch papers --detect"]),
    ],
)
def test_lines_are_completed(shell: InteractiveShell, typed: str, offered: list[str]) -> None:
    with provisionalcompleter():
        found = list(shell.Completer.completions(typed, len(typed)))
    assert [typed[: each.start] + each.text for each in found] == offered
