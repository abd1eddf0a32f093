from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sciml_magics.errors import LearningError, ModelError, StoreError
from sciml_magics.learning import registry as registry_module
from sciml_magics.learning.registry import Registry
from sciml_magics.store import Store, open_store
from sciml_magics.store.trained import Trained
from sciml_magics.tasks import Label, Task
from tests.learning.folders import made_of, model_folder

TOPIC = Task("topic", ("abstract",), labels=(Label("genes"), Label("cells")))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    folder = tmp_path / "here"
    folder.mkdir()
    with open_store(folder / "mine.db") as opened:
        yield opened


@pytest.fixture
def registry(store: Store) -> Registry:
    return Registry(store)


def train(registry: Registry, tmp_path: Path, seed: int = 0, task: Task = TOPIC) -> Trained:
    registry.folder.mkdir(exist_ok=True)
    folder = model_folder(tmp_path / f"work-{seed}-{len(registry.all())}", seed)
    current = registry.current(task)
    return registry.add(task, folder, made_of(folder, current.id if current else None))


def test_a_model_gets_a_name_and_a_place_beside_the_store(
    registry: Registry, tmp_path: Path
) -> None:
    first, second = train(registry, tmp_path, 1), train(registry, tmp_path, 2)
    assert (first.name, second.name) == ("topic-1", "topic-2")
    assert second.made.folder == "mine_models/topic-2"
    assert (tmp_path / "here" / "mine_models" / "topic-2" / "config.json").is_file()
    assert not list(tmp_path.glob("work-*"))
    assert registry.all(TOPIC) == [first, second]
    assert registry.find(TOPIC, "topic-2") == second
    assert (first.seed, first.method, first.task_version) == (5, "head", 1)
    assert first.made.metrics == {"score": 0.5}


@pytest.mark.parametrize("name", ["主题", "a/b\\c", "😀", "x" * 300, "..", "Topic", 'a "b"\n*?'])
def test_every_name_of_a_task_makes_a_safe_folder(
    registry: Registry, tmp_path: Path, name: str
) -> None:
    task = replace(TOPIC, name=name)
    trained = train(registry, tmp_path, task=task)
    [folder] = registry.folder.iterdir()
    assert folder.name == trained.name
    assert len(folder.name.encode()) < 200
    assert registry.files(trained).path == folder


def test_tasks_whose_names_look_alike_share_nothing(registry: Registry, tmp_path: Path) -> None:
    names = ("a b", "a/b", "A-B", "a-b")
    found = {train(registry, tmp_path, task=replace(TOPIC, name=name)).name for name in names}
    assert len({name.casefold() for name in found}) == 4


def test_promotion_and_rollback_walk_back_to_the_base(registry: Registry, tmp_path: Path) -> None:
    first, second = train(registry, tmp_path, 1), train(registry, tmp_path, 2)
    assert registry.current(TOPIC) is None
    registry.promote(TOPIC, first, "better", "Ada", {"difference": 0.1})
    registry.promote(TOPIC, second, "better", "Ada")
    registry.promote(TOPIC, second, "again", "Ada")
    assert registry.current(TOPIC) == second
    assert registry.rollback(TOPIC, "Ada") == (first, ())
    assert registry.current(TOPIC) == first
    assert registry.rollback(TOPIC, "Ada") == (None, ())
    assert registry.current(TOPIC) is None
    with pytest.raises(LearningError, match="nothing to go back from"):
        registry.rollback(TOPIC, "Ada")
    registry.promote(TOPIC, second, "after all", "Ada")
    assert registry.rollback(TOPIC, "Ada")[0] is None
    reasons = [one.reason for one in registry.history(TOPIC)]
    assert reasons[:3] == ["better", "better", "rolled back from topic-2"]


def test_a_promotion_holds_for_every_version_of_a_task(registry: Registry, tmp_path: Path) -> None:
    first = train(registry, tmp_path)
    registry.promote(TOPIC, first, "better", "Ada")
    changed = replace(TOPIC, labels=(*TOPIC.labels, Label("brains")))
    assert registry.current(changed) == first
    assert registry.current(replace(TOPIC, kind="labels")) is None


def test_a_model_that_is_gone_or_was_changed_says_so_in_one_line(
    registry: Registry, tmp_path: Path
) -> None:
    trained = train(registry, tmp_path)
    config = registry.folder / "topic-1" / "config.json"
    config.write_text('{"architectures": ["BertModel"], "temperature": 2}', "utf-8")
    with pytest.raises(ModelError, match=r"topic-1 was changed since .*--rollback"):
        registry.files(trained)
    shutil.rmtree(registry.folder / "topic-1")
    with pytest.raises(ModelError, match="topic-1 is gone: put its folder 'mine_models/topic-1'"):
        registry.promote(TOPIC, trained, "", "Ada")


def test_rollback_passes_over_what_is_gone(registry: Registry, tmp_path: Path) -> None:
    models = [train(registry, tmp_path, seed) for seed in range(3)]
    for one in models:
        registry.promote(TOPIC, one, "better", "Ada")
    shutil.rmtree(registry.folder / "topic-2")
    back, [note] = registry.rollback(TOPIC, "Ada")
    assert back == models[0]
    assert "topic-2 is gone" in note
    assert registry.rollback(TOPIC, "Ada") == (None, ())


def test_a_project_that_moved_keeps_its_models(
    registry: Registry, store: Store, tmp_path: Path
) -> None:
    trained = train(registry, tmp_path)
    registry.promote(TOPIC, trained, "better", "Ada")
    store.close()
    (tmp_path / "here").rename(tmp_path / "there")
    with open_store(tmp_path / "there" / "mine.db") as moved:
        found = Registry(moved).current(TOPIC)
        assert found == trained
        files = Registry(moved).files(trained)
    assert files.path == (tmp_path / "there" / "mine_models" / "topic-1").resolve()
    assert (files.id, files.revision) == (trained.model.id, trained.model.revision)


def test_a_number_is_not_taken_twice(registry: Registry, tmp_path: Path) -> None:
    (registry.folder / "topic-4").mkdir(parents=True)
    assert train(registry, tmp_path).name == "topic-5"
    shutil.rmtree(registry.folder / "topic-5")
    assert train(registry, tmp_path).name == "topic-6"


def test_a_store_that_cannot_note_a_model_leaves_its_folder_where_it_was(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("there is no room left")

    monkeypatch.setattr(registry_module, "add_trained", full)
    registry.folder.mkdir()
    folder = model_folder(tmp_path / "work")
    with pytest.raises(StoreError):
        registry.add(TOPIC, folder, made_of(folder))
    assert (folder / "config.json").is_file()
    assert not list(registry.folder.iterdir())
