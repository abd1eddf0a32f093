from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from sciml_magics.errors import StoreError
from sciml_magics.store import open_store
from tests.store.examples import add, answered, begin


def _refused(where: str | Path) -> str:
    """The one line that tells why a store does not open."""
    with pytest.raises(StoreError) as caught:
        open_store(where)
    line = str(caught.value)
    assert "\n" not in line
    return line


def test_the_store_lies_beside_the_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with open_store() as store:
        assert store.path == tmp_path / "sciml_magics.db"
        assert store.name == str(store.path)
        begin(store)
        monkeypatch.chdir("/")
        begin(store)
    assert os.listdir(tmp_path) == ["sciml_magics.db"]


def test_the_file_is_in_wal_mode(file: str) -> None:
    open_store(file).close()
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_new_file_is_written_as_an_old_one(file: str) -> None:
    with open_store(file) as store, store._database.write() as connection:
        new = connection.exec_driver_sql("PRAGMA synchronous").scalar()
    with open_store(file) as store, store._database.write() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == new == 1


def test_a_file_can_be_named_in_many_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for where in (tmp_path / "a.db", "a.db", "./a.db", "~/a.db", f"sqlite:///{tmp_path}/a.db"):
        with open_store(where) as store:
            assert store.path == tmp_path / "a.db"


@pytest.mark.parametrize("name", ["a b.db", "a?b#c%20.db", "标签 😀.db", "a'b\"c.db", ":memory:"])
def test_a_file_may_have_any_name(tmp_path: Path, name: str) -> None:
    with open_store(tmp_path / name) as store:
        add(store, begin(store), ["a"])
    assert os.listdir(tmp_path) == [name]


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    (tmp_path / "a.db").touch()
    with open_store(tmp_path / "a.db") as store:
        add(store, begin(store), ["a"])


def test_a_store_opens_again_with_what_it_held(where: str) -> None:
    with open_store(where) as store:
        add(store, begin(store), ["a", "b"])
    with open_store(where) as store:
        assert len(answered(store, ["a", "b"])) == 2


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    line = _refused(tmp_path)
    assert "is a folder" in line
    assert "sciml_magics.db" in line


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert f"create '{tmp_path / 'none'}'" in _refused(tmp_path / "none" / "a.db")


def test_a_file_of_another_kind_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b\n" * 1_000)
    assert "a file of another kind" in _refused(path)
    assert path.read_text() == "a,b\n" * 1_000


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE mine (x)")
    before = path.read_bytes()
    assert "another program" in _refused(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", [slice(100, 4_000), slice(4_096, 40_000)])
def test_a_damaged_file_says_so(file: str, damage: slice) -> None:
    with open_store(file) as store:
        run_id = begin(store)
        add(store, run_id, [f"text {number}" for number in range(1_000)])
    content = bytearray(Path(file).read_bytes())
    content[damage] = b"\xa5" * (damage.stop - damage.start)
    Path(file).write_bytes(content)
    with pytest.raises(StoreError, match="damaged") as caught:
        answered(open_store(file), [f"text {number}" for number in range(1_000)])
    assert "\n" not in str(caught.value)
    assert Path(file).stat().st_size == len(content)


def test_a_file_cut_short_says_so(file: str) -> None:
    with open_store(file) as store:
        add(store, begin(store), [f"text {number}" for number in range(1_000)])
    os.truncate(file, 50_000)
    with pytest.raises(StoreError, match="damaged"):
        answered(open_store(file), [f"text {number}" for number in range(1_000)])


def test_an_older_store_is_brought_up_to_date(file: str) -> None:
    with open_store(file) as store:
        add(store, begin(store), ["a", "b"])
    with closing(sqlite3.connect(file)) as connection, connection:
        added = (
            "promotions trained calibrations splits embeddings responses leases selected selections"
        )
        for table in added.split():
            connection.execute(f"DROP TABLE sciml_{table}")
        connection.execute("DROP INDEX sciml_suggestions_by_entropy")
        connection.execute("DELETE FROM sciml_versions WHERE version > 1")
    for _ in range(2):
        with open_store(file) as store:
            assert len(answered(store, ["a", "b"])) == 2
            assert store.responses("topic") == []
    with closing(sqlite3.connect(file)) as connection:
        indexes = connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")
        assert ("sciml_suggestions_by_entropy",) in indexes.fetchall()
        assert connection.execute("SELECT max(version) FROM sciml_versions").fetchone() == (3,)


def test_a_store_of_a_newer_version_is_left_alone(file: str) -> None:
    open_store(file).close()
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("INSERT INTO sciml_versions VALUES (99, 0)")
    line = _refused(file)
    assert "newer version" in line
    assert "pip install -U" in line


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://user:secret@host:port/x", "cannot be read"),
        ("mysql://user:secret@host/x", "no store of kind 'mysql'"),
        ("sqlite://", "no store of kind 'sqlite'"),
        ("http://host/x.db", "no store of kind 'http'"),
    ],
)
def test_a_url_that_names_no_store(url: str, said: str) -> None:
    line = _refused(url)
    assert said in line
    assert "secret" not in line


def test_a_server_that_does_not_answer() -> None:
    line = _refused("postgresql://ada:secret@127.0.0.1:1/labels")
    assert "cannot be reached" in line
    assert "ada:***@127.0.0.1:1/labels" in line
    assert "secret" not in line


def test_a_missing_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert "pip install 'sciml-magics[postgresql]'" in _refused("postgres://ada@127.0.0.1/labels")


@pytest.mark.postgresql
def test_a_server_without_that_database(server: str) -> None:
    assert 'database "none" does not exist' in _refused(server.replace("/postgres?", "/none?"))


@pytest.mark.postgresql
def test_a_server_store_has_a_name_and_no_path(on_server: str) -> None:
    with open_store(on_server) as store:
        assert store.path is None
        assert store.name.startswith("postgresql")


def test_a_store_in_memory_is_refused() -> None:
    assert _refused(":memory:") == "a store in memory would keep nothing: name a file"
