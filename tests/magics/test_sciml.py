import pytest
from IPython.core.interactiveshell import InteractiveShell

from sciml_magics.store import open_store
from sciml_magics.tasks import Label, Task
from tests.magics.conftest import Fails


def shown(shell: InteractiveShell, capsys: pytest.CaptureFixture[str], cell: str) -> str:
    capsys.readouterr()
    shell.run_cell(cell).raise_error()
    return capsys.readouterr().out


@pytest.mark.parametrize("line", ["%sciml", "%sciml --help", "%sciml -h"])
def test_alone_it_shows_its_help(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    assert "%sciml runs [TASK]" in shown(shell, capsys, line)


@pytest.mark.parametrize("line", ["%annotate --help", "%annotate papers -h", "%%annotate -h\nx"])
def test_annotate_has_help(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    out = shown(shell, capsys, line)
    assert "Examples" in out
    assert "--dry-run" in out


@pytest.mark.parametrize("name", ["annotate", "sciml"])
def test_a_question_mark_shows_the_same_help(shell: InteractiveShell, name: str) -> None:
    info = shell.object_inspect(f"%{name}")
    assert info["found"]
    assert "--store PATH" in info["docstring"]


@pytest.mark.parametrize("command", ["status", "runs", "runs topic", "tasks"])
def test_without_a_store_it_says_so_and_makes_none(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], tmp_path, command: str
) -> None:
    assert shown(shell, capsys, f"%sciml {command}") == (
        "No store yet: the first run makes sciml_magics.db.\n"
    )
    assert not (tmp_path / "sciml_magics.db").exists()


def test_an_empty_store_says_so(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    open_store().close()
    for command in ("status", "runs", "tasks"):
        assert shown(shell, capsys, f"%sciml {command}").startswith("The store knows no ")


def test_tasks_are_listed_with_their_versions(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_store() as store:
        for names in (["a", "b"], ["a", "b", "c"]):
            store.task(Task("topic", ("abstract",), labels=tuple(map(Label, names))))
    out = shown(shell, capsys, "%sciml tasks")
    assert out.startswith("topic\n  version  2, of ")
    assert "asks     one label (text)" in out
    assert "label c  –" in out
    assert shown(shell, capsys, "%sciml runs topic") == "Task 'topic' has no run yet.\n"


def test_an_unknown_task_is_one_line(fails: Fails) -> None:
    with open_store() as store:
        store.task(Task("topic", ("abstract",), labels=(Label("a"), Label("b"))))
    assert fails("%sciml runs topik") == "the store knows no task 'topik': did you mean 'topic'?"
    assert fails("%sciml runs zzz") == "the store knows no task 'zzz': it knows topic"


def test_models_and_families_are_listed(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], tmp_path, monkeypatch
) -> None:
    cached = tmp_path / "hub" / "models--org--name" / "snapshots" / "abc"
    cached.mkdir(parents=True)
    (cached / "config.json").write_text("{}")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    out = shown(shell, capsys, "%sciml models")
    assert "nli" in out
    assert "all-MiniLM-L6-v2" in out
    assert "org/name" in out


def test_settings_are_listed_and_checked(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    out = shown(shell, capsys, "%config SciML")
    for name in ("store", "model", "device", "precision", "progress", "chart"):
        assert f"SciML.{name}=" in out
    assert "'pie'" not in shown(shell, capsys, "%config SciML.chart = 'pie'\n%config SciML")
