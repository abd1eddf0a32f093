"""The magics in a real IPython, with the embedded model."""

from pathlib import Path

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

from tests.magics.conftest import LABELS, Fails

CELL = f"%%annotate papers --column abstract --task topic\n{LABELS}"


def columns(shell: InteractiveShell, name: str = "papers") -> list[str]:
    return list(shell.user_ns[name].columns)


def run(shell: InteractiveShell, cell: str) -> None:
    shell.run_cell(cell).raise_error()


def test_a_cell_labels_the_frame_and_binds_its_name(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    before = shell.user_ns["papers"]
    run(shell, CELL)
    after = shell.user_ns["papers"]
    assert "topic" not in before
    assert list(after.columns) == [*before.columns, "topic", "topic_score", "topic_status"]
    assert after["topic"].tolist()[:3] == ["genomics", "imaging", "epidemiology"]
    assert after["topic_status"].tolist()[3] == "missing"
    out, err = capsys.readouterr()
    assert "topic: 20 rows · 3 different · 0 reused" in out
    assert "all-MiniLM-L6-v2@" in out
    assert err.count("\n") == 1  # the last moment of the progress
    assert Path("sciml_magics.db").exists()


def test_the_same_cell_again_reuses_every_answer(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, CELL)
    first = shell.user_ns["papers"]
    capsys.readouterr()
    run(shell, CELL)
    assert "3 reused" in capsys.readouterr().out
    pd.testing.assert_frame_equal(shell.user_ns["papers"], first)


def test_a_line_goes_on_with_a_stored_task(shell: InteractiveShell) -> None:
    run(shell, CELL)
    more = pd.DataFrame({"abstract": ["A genome was assembled from long reads."]})
    shell.push({"more": more})
    run(shell, "%annotate more --task topic")
    assert shell.user_ns["more"]["topic"].tolist() == ["genomics"]


def test_a_stored_task_reads_another_column_on_request(shell: InteractiveShell) -> None:
    run(shell, CELL)
    shell.push({"more": pd.DataFrame({"body": ["A genome was assembled from long reads."]})})
    run(shell, "%annotate more --task topic --column body")
    assert shell.user_ns["more"]["topic"].tolist() == ["genomics"]


def test_labels_on_the_line(shell: InteractiveShell) -> None:
    run(shell, '%annotate papers -c abstract --labels "genetics, brain scans" --out done')
    assert columns(shell, "done")[-3:] == ["label", "label_score", "label_status"]
    assert "label" not in columns(shell)
    assert shell.user_ns["done"]["label"].cat.categories.tolist() == ["genetics", "brain scans"]


def test_rows_are_chosen_by_a_query_with_variables(shell: InteractiveShell) -> None:
    run(shell, "first = 2010")
    run(shell, f'{CELL.splitlines()[0]} --where "year >= @first" --limit 3\n{LABELS}')
    statuses = shell.user_ns["papers"].set_index("year")["topic_status"]
    assert statuses.loc[2010:2012].ne("pending").all()
    assert statuses.drop([2010, 2011, 2012]).eq("pending").all()


def test_braces_in_the_body_are_left_alone(shell: InteractiveShell) -> None:
    run(shell, "%%annotate papers -c abstract -t t\nlabels: {genes: '{number} $number', b: x}")
    from sciml_magics.store import open_store

    with open_store() as store:
        known = store.latest("t")
    assert known is not None
    assert known.labels[0].description == "{number} $number"


def test_a_dry_run_measures_and_stores_no_answer(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, CELL.replace("--task topic", "--task topic --dry-run"))
    out = capsys.readouterr().out
    assert "dry run, nothing is stored" in out
    assert "after removing equal ones  3" in out
    assert "time to finish" in out
    assert "topic" not in columns(shell)
    from sciml_magics import runs

    assert len(runs()) == 0


def test_quiet_shows_nothing(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    run(shell, CELL.replace("--task topic", "--task topic --quiet"))
    assert capsys.readouterr() == ("", "")
    assert "topic" in columns(shell)


def test_provenance_adds_columns(shell: InteractiveShell) -> None:
    run(shell, CELL.replace("--task topic", "--task topic --provenance -q"))
    assert len([name for name in columns(shell) if name.startswith("topic_")]) > 2


def test_settings_are_used_where_the_line_says_nothing(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "%config SciML.store = 'mine.db'\n%config SciML.progress = False")
    run(shell, CELL)
    assert Path("mine.db").exists()
    assert not Path("sciml_magics.db").exists()
    assert capsys.readouterr().err == ""
    run(shell, CELL.replace("--task topic", "--task topic --store other.db -q"))
    assert Path("other.db").exists()


def test_names_that_look_like_markup_or_paths_work(shell: InteractiveShell) -> None:
    odd = 'a.b["c"] 话题 <i>'
    shell.push({"odd": pd.DataFrame({odd: ["We sequenced a genome."]})})
    run(shell, f"%%annotate odd --column '{odd}' --task '题.目'\n{LABELS}")
    assert shell.user_ns["odd"]["题.目"].tolist() == ["genomics"]


@pytest.mark.parametrize(
    ("cell", "line"),
    [
        ("%annotate", "which frame? there is papers"),
        ("%annotate paper -c abstract", "no frame 'paper': did you mean 'papers'?"),
        ("%annotate number -c abstract", "'number' is an int, not a pandas DataFrame"),
        (
            "%annotate papers",
            "which column? name one with --column; papers has 'abstract', 'the title', 'year'",
        ),
        (
            "%annotate papers --task topic",
            "no task 'topic' yet: say what is asked with --column and --labels, or in the body of "
            "a %%annotate cell",
        ),
        (
            "%annotate papers -c abstract --labels a,b --out number",
            "--out 'number' is taken: it is an int; choose another",
        ),
        (
            "%%annotate papers -c abstract --labels a,b\nlabels: [a, b]",
            "the labels stand in --labels and in the body: keep one of the two",
        ),
        ("%annotate papers -c abstract --labels a,a", "label 'a' stands twice: names must differ"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line(fails: Fails, cell: str, line: str) -> None:
    assert fails(cell) == line


@pytest.mark.parametrize(
    ("cell", "part"),
    [
        ("%%annotate papers -c abstrat\nlabels: [a, b]", "did you mean 'abstract'?"),
        ("%%annotate papers -c abstract\nlabels: [a, b", "line 1, column"),
        ("%%annotate papers -c abstract\nlabel: [a, b]", "did you mean 'labels'?"),
        ("%%annotate papers -c abstract\nlabels: []", "there are no labels"),
        ("%annotate papers -c abstract --labels a,b -m ./nowhere", "./nowhere"),
        ("%annotate papers -c abstract --labels a,b --where 'yeer > 3'", "yeer"),
        ("%annotate papers -c abstract --labels a,b --store nowhere/s.db", "nowhere"),
        ("%annotate papers -c abstract", "label"),
        ("%%annotate papers -c abstract -t year\nlabels: [a, b]", "year"),
        ("%annotate papers -c abstract -k spans", "all-MiniLM-L6-v2"),
    ],
)
def test_a_mistake_that_a_floor_below_finds_is_one_line(fails: Fails, cell: str, part: str) -> None:
    assert part in fails(cell)


def test_a_device_that_is_not_there_is_one_line_and_no_bar(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell(CELL.replace("--task topic", "--task topic --device tpu"))
    [error] = capsys.readouterr().err.splitlines()
    assert error.startswith("UsageError: no device 'tpu'")
    assert "topic" not in columns(shell)


def test_a_misspelt_task_is_not_a_new_one(shell: InteractiveShell, fails: Fails) -> None:
    run(shell, CELL)
    assert "no task 'topik'" in fails("%annotate papers --task topik")


def test_an_empty_frame_is_one_line_or_an_empty_result(shell: InteractiveShell) -> None:
    shell.push({"empty": pd.DataFrame({"abstract": pd.Series([], dtype="str")})})
    shell.run_cell(CELL.replace("papers", "empty"))
    assert len(shell.user_ns["empty"]) == 0


def test_an_error_of_our_own_making_keeps_its_traceback(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **options: object) -> None:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr("sciml_magics.api.Task.run", broken)
    result = shell.run_cell(CELL)
    assert isinstance(result.error_in_exec, ZeroDivisionError)
