from collections.abc import Callable
from pathlib import Path

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from sciml_magics.magics.models_here import model_folders
from sciml_magics.magics.stores import DEFAULT_STORE
from sciml_magics.store import open_store
from sciml_magics.store.opening import DEFAULT
from sciml_magics.tasks import Label, Task

Complete = Callable[[str], list[str]]


@pytest.fixture
def complete(shell: InteractiveShell) -> Complete:
    """Lines that completing at the end of a text would give."""

    def run(text: str) -> list[str]:
        with provisionalcompleter():
            found = list(shell.Completer.completions(text, len(text)))
        return [text[: each.start] + each.text for each in found]

    return run


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("%%annotate pap", ["%%annotate papers"]),
        ("%annotate pap", ["%annotate papers"]),
        ("%annotate papers --col", ["%annotate papers --column"]),
        ("%annotate papers --dr", ["%annotate papers --dry-run"]),
        ("%annotate papers --kind label", [
            "%annotate papers --kind label", "%annotate papers --kind labels",
        ]),
        ("%annotate papers -k s", ["%annotate papers -k spans"]),
        ("%annotate papers --kind=s", ["%annotate papers --kind=spans"]),
        ("%annotate papers --input i", ["%annotate papers --input image"]),
        ("%annotate papers --device cu", ["%annotate papers --device cuda"]),
        ("%annotate papers --precision b", ["%annotate papers --precision bf16"]),
        ("%annotate papers --window me", ["%annotate papers --window mean"]),
        ("%annotate papers -c ab", ["%annotate papers -c abstract"]),
        ("%annotate papers --column ab", ["%annotate papers --column abstract"]),
        ("%annotate papers -c the", ['%annotate papers -c "the title"']),
        ('%annotate papers -c "the t', ['%annotate papers -c "the title"']),
        ('%annotate papers -c "the title" -c ye', ['%annotate papers -c "the title" -c year']),
        ("%annotate -c ye", ["%annotate -c year"]),
        ("%annotate papers --model all-M", ["%annotate papers --model all-MiniLM-L6-v2"]),
        ("%annotate papers --out pa", ["%annotate papers --out papers"]),
        ("%sciml st", ["%sciml status"]),
        ("%review --or", ["%review --order"]),
        ("%review topic --order an", ["%review topic --order annotators"]),
        ("%review topic --frame pa", ["%review topic --frame papers"]),
        ("%review topic --order=a", [
            "%review topic --order=annotators", "%review topic --order=audit",
        ]),
        ("%labels topic pa", ["%labels topic papers"]),
        ("%labels --model all-MiniLM-L6-v2 topic pa", [
            "%labels --model all-MiniLM-L6-v2 topic papers",
        ]),
        ("%agreement topic --dis", ["%agreement topic --disagreements"]),
        ("%export topic out.csv --format pro", ["%export topic out.csv --format prodigy"]),
        ("%import topic in.csv --pre", ["%import topic in.csv --predictions"]),
        ("%sciml status --s", ["%sciml status --store"]),
    ],
)  # fmt: skip
def test_what_is_offered(complete: Complete, typed: str, offered: list[str]) -> None:
    assert complete(typed) == offered


def test_options_follow_the_frame(complete: Complete) -> None:
    assert "%annotate papers --column" in complete("%annotate papers ")


def test_only_the_first_line_of_a_cell_is_ours(complete: Complete) -> None:
    assert not any("--column" in line for line in complete("%%annotate papers\nlabels: --col"))


def test_a_line_magic_below_other_code_is_completed(complete: Complete) -> None:
    assert complete("x = 1\n%annotate papers --dev") == ["x = 1\n%annotate papers --device"]


def test_other_magics_are_left_alone(complete: Complete) -> None:
    assert not any("papers" in line for line in complete("%annotated pap"))
    assert complete("%%annot") == ["%%annotate"]


def test_tasks_come_from_the_store(complete: Complete, shell: InteractiveShell) -> None:
    assert not any("topic" in line for line in complete("%annotate papers --task to"))
    assert not Path(DEFAULT_STORE).exists()
    for where, name in ((None, "topic"), ("other.db", "tone of voice")):
        with open_store(where) as store:
            store.task(Task(name, ("abstract",), labels=(Label("a"), Label("b"))))
    assert complete("%annotate papers --task to") == ["%annotate papers --task topic"]
    assert complete("%sciml runs to") == ["%sciml runs topic"]
    other = "%annotate papers --store other.db --task to"
    assert complete(other) == [f'{other[:-2]}"tone of voice"']
    shell.run_line_magic("config", "SciML.store = 'other.db'")
    assert complete("%annotate papers -t to") == ['%annotate papers -t "tone of voice"']


def test_a_broken_store_offers_nothing_and_says_nothing(
    complete: Complete, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(DEFAULT_STORE).write_bytes(b"not a database, but long enough to be read as one" * 40)
    assert not any("topic" in line for line in complete("%annotate papers --task to"))
    assert capsys.readouterr() == ("", "")


def test_models_are_folders_and_what_the_cache_holds(
    complete: Complete, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tmp_path / "models" / "mine"
    model.mkdir(parents=True)
    (model / "config.json").write_text("{}")
    cached = tmp_path / "hub" / "models--org--name" / "snapshots" / "abc"
    cached.mkdir(parents=True)
    (cached / "config.json").write_text("{}")
    (tmp_path / "hub" / "models--org--empty").mkdir()
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    assert complete("%annotate papers -m mod") == ["%annotate papers -m models/"]
    assert complete("%annotate papers -m models/m") == ["%annotate papers -m models/mine"]
    assert complete("%annotate papers -m ./models/") == ["%annotate papers -m ./models/mine"]
    assert complete("%annotate papers -m org") == ["%annotate papers -m org/name"]
    assert model_folders(f"{tmp_path}/models/") == [f"{tmp_path}/models/mine"]
    assert model_folders("/no such folder/") == []


def test_the_store_of_the_magics_is_the_store_of_the_package() -> None:
    assert DEFAULT_STORE == DEFAULT
