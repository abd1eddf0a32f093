"""Stores to test: a new SQLite file, and a schema of its own on a throwaway PostgreSQL server."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from sciml_magics.store import Store, open_store

_numbers = count(1)


def _server_programs() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


def _account() -> dict[str, Any]:
    # The server refuses to run as root.
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name for entry in pwd.getpwall()}
    return {"user": "postgres" if "postgres" in known else "nobody"}


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """URL of an empty PostgreSQL server that listens on a socket in a folder of its own."""
    programs = _server_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server programs (initdb, pg_ctl) on this machine")
    account = _account()
    with tempfile.TemporaryDirectory(prefix="sciml-pg-") as folder:
        if account:
            shutil.chown(folder, account["user"])

        def call(program: str, *words: str) -> None:
            subprocess.run(
                [programs / program, "-D", f"{folder}/data", *words],
                check=True,
                stdout=subprocess.DEVNULL,
                cwd=folder,
                **account,
            )

        call("initdb", "-A", "trust", "-U", "sciml", "-E", "UTF8", "--locale=C")
        options = f"-F -c listen_addresses= -c unix_socket_directories={folder}"
        call("pg_ctl", "-w", "-l", f"{folder}/log", "-o", options, "start")
        try:
            yield f"postgresql://sciml@/postgres?host={folder}"
        finally:
            call("pg_ctl", "-w", "-m", "immediate", "stop")


@pytest.fixture
def on_server(server: str) -> str:
    """URL of a schema that nobody else uses."""
    import psycopg

    schema = f"test_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
    return f"{server}&options=-csearch_path%3D{schema}"


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Path of a SQLite file that does not exist yet."""
    return str(tmp_path / "sciml_magics.db")


@pytest.fixture(params=["file", pytest.param("on_server", marks=pytest.mark.postgresql)])
def where(request: pytest.FixtureRequest) -> str:
    """Both kinds of store in turn."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
def store(where: str) -> Iterator[Store]:
    """An empty store of either kind."""
    with open_store(where) as opened:
        yield opened
