from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from sciml_magics.errors import StoreError
from sciml_magics.store import Store, database, open_store
from tests.store.examples import add, answered, begin

# Runs in a process that may not do something: prints the line of the error.
_TRY = """
import os, resource, sys, tempfile
where, user, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
from sciml_magics.errors import StoreError
from sciml_magics.store import open_store
from tests.store.examples import add, begin
with tempfile.TemporaryDirectory() as warm, open_store(f"{warm}/a.db") as store:
    add(store, begin(store), ["everything is imported before rights are given up"])
if user:
    os.setuid(user)
if size:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
try:
    store = open_store(where)
    run_id = begin(store)
    for number in range(10_000):
        add(store, run_id, [f"{number} {at} " + "x" * 500 for at in range(50)])
        print("stored", flush=True)
except StoreError as error:
    print(error)
"""


def _tried(where: str, user: int = 0, size: int = 0) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", _TRY, where, str(user), str(size)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert not done.stderr
    return done.stdout.splitlines()


def _nobody() -> int:
    return 65_534 if os.geteuid() == 0 else 0


@pytest.fixture
def open_folder(tmp_path: Path) -> Path:
    """A folder that another user can reach."""
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="sciml-"))
    folder.chmod(0o755)
    return folder


def test_a_file_that_cannot_be_written(open_folder: Path) -> None:
    path = open_folder / "a.db"
    with open_store(path) as store:
        begin(store)
    path.chmod(0o444)
    open_folder.chmod(0o777)
    try:
        [line] = _tried(str(path), _nobody())
        assert "cannot be written" in line
    finally:
        shutil.rmtree(open_folder)


def test_a_folder_that_cannot_be_written(open_folder: Path) -> None:
    open_folder.chmod(0o555)
    try:
        [line] = _tried(str(open_folder / "a.db"), _nobody())
        assert "cannot be opened" in line
        assert "writable" in line
    finally:
        open_folder.chmod(0o755)
        shutil.rmtree(open_folder)


def test_a_folder_that_cannot_be_written_with_a_store_in_it(open_folder: Path) -> None:
    path = open_folder / "a.db"
    open_store(path).close()
    path.chmod(0o666)
    open_folder.chmod(0o555)
    try:
        [line] = _tried(str(path), _nobody())
        assert "writable" in line
    finally:
        open_folder.chmod(0o755)
        shutil.rmtree(open_folder)


def test_a_file_that_may_not_grow_keeps_what_was_stored(file: str) -> None:
    *stored, line = _tried(file, size=1_000_000)
    assert "check its space, quota" in line
    assert stored
    with open_store(file) as store:
        [held] = store.holdings()
        assert held.suggestions == 50 * len(stored)
        add(store, begin(store), ["there is room again"])


def test_a_full_disk_keeps_what_was_stored(file: str) -> None:
    with open_store(file) as store:
        run_id = begin(store)
        add(store, run_id, ["before"])

        @event.listens_for(store._database._engine, "begin")
        def no_room(connection: Any) -> None:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

        with pytest.raises(StoreError, match="no room left") as caught:
            add(store, run_id, [f"text {number} {'x' * 1_000}" for number in range(200)])
        assert "\n" not in str(caught.value)
    with open_store(file) as store:
        assert len(answered(store, ["before", f"text 0 {'x' * 1_000}"])) == 1
        add(store, run_id, [f"text {number}" for number in range(200)])


def test_a_store_locked_for_too_long(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "LOCK_SECONDS", 1)
    with open_store(file) as store, closing(sqlite3.connect(file)) as other:
        run_id = begin(store)
        add(store, run_id, ["a"])
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked by another program"):
            add(store, run_id, ["b"])
        assert len(answered(store, ["a", "b"])) == 1
        other.rollback()
        add(store, run_id, ["b"])


@pytest.mark.postgresql
def test_a_server_locked_for_too_long(on_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "LOCK_SECONDS", 1)
    with open_store(on_server) as store, open_store(on_server) as other:
        run_id = begin(store)
        with other._database.write() as connection:
            connection.execute(text("LOCK TABLE sciml_records IN EXCLUSIVE MODE"))
            with pytest.raises(StoreError, match="locked by another program"):
                add(store, run_id, ["a"])
        add(store, run_id, ["a"])


@pytest.mark.parametrize("change", ["delete", "replace"])
def test_a_store_that_is_moved_away_while_in_use(file: str, change: str) -> None:
    with open_store(file) as store:
        run_id = begin(store)
        os.rename(file, f"{file}.away")
        if change == "replace":
            Path(file).touch()
        with pytest.raises(StoreError, match="was moved, replaced or deleted"):
            add(store, run_id, ["a"])
        os.replace(f"{file}.away", file)
        add(store, run_id, ["a"])


@pytest.mark.postgresql
def test_a_server_that_dropped_the_connection_is_asked_again(on_server: str, server: str) -> None:
    import psycopg

    with open_store(on_server) as store:
        run_id = begin(store)
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        add(store, run_id, ["a"])
        assert len(answered(store, ["a"])) == 1


@pytest.mark.postgresql
def test_a_user_without_rights(on_server: str) -> None:
    import psycopg

    with psycopg.connect(on_server, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS guest")
        connection.execute("CREATE ROLE guest LOGIN")
        [(schema,)] = connection.execute("SELECT current_schema()")
        connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO guest")
    with pytest.raises(StoreError, match="may not do this") as caught:
        open_store(on_server.replace("sciml@", "guest@"))
    assert "\n" not in str(caught.value)


def test_a_fault_of_the_package_is_not_put_on_its_user(store: Store) -> None:
    with pytest.raises(IntegrityError), store._database.write() as connection:
        connection.execute(text("INSERT INTO sciml_versions (version) VALUES (1)"))
