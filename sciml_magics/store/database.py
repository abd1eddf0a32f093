"""Connections and transactions, and nothing about what is stored."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Insert, QueuePool, create_engine, event

from sciml_magics.errors import StoreError
from sciml_magics.store.failures import LOCK_SECONDS, told

WRITES = "sciml_writes"
# Fewer, larger checkpoints: 16 MB of new pages go into the file at a time.
CHECKPOINT_PAGES = 4_000
# Enough to hold a store of 20,000 suggestions: found in any order, they are read once.
CACHE_KIB = 32_768

# Engines of a parent process. Closing a SQLite connection that was carried through a fork can drop
# locks of the parent, so they are neither used nor closed in the child.
_left_alone: list[Engine] = []


class Database:
    """One database: connections of this process to it, each used by one thread at a time.

    Parameters
    ----------
    url
        SQLAlchemy URL of a SQLite file or of PostgreSQL.

    Raises
    ------
    StoreError
        If the driver is missing.
    """

    def __init__(self, url: URL) -> None:
        self.url = url
        is_file = url.get_backend_name() == "sqlite" and url.database is not None
        self.path = Path(str(url.database)) if is_file else None
        self.name = str(self.path) if self.path else url.render_as_string(hide_password=True)
        self._identity: tuple[int, int] | None = None
        self._pid = os.getpid()
        self._open()

    def _open(self) -> None:
        options = _sqlite_options() if self.path else _postgresql_options(self.url)
        try:
            self._engine = create_engine(self.url, **options)
        except ModuleNotFoundError as error:
            raise StoreError(
                "a store on PostgreSQL needs its driver: pip install 'sciml-magics[postgresql]'"
            ) from error
        if self.path:
            event.listen(self._engine, "connect", _prepare)
            event.listen(self._engine, "begin", _begin)
        self._writer = self._engine.execution_options(**{WRITES: True})

    @property
    def insert(self) -> Any:
        """The dialect's ``insert``, which has ``on_conflict_do_nothing``."""
        # Each dialect is a good part of the time that a cold start takes: only the one in use.
        if self.path:
            from sqlalchemy.dialects import sqlite

            return sqlite.insert
        from sqlalchemy.dialects import postgresql

        return postgresql.insert

    def prepared(self, statement: Insert, keys: Sequence[str]) -> str:
        """An insert as SQL that takes the values of `keys` as tuples, in this order.

        Batches go to the driver that way: a third of their time went into dictionaries of values.
        """
        compiled = statement.inline().compile(dialect=self._engine.dialect, column_keys=list(keys))
        if compiled.positiontup != list(keys):
            raise ValueError(f"the statement takes {compiled.positiontup}, not {list(keys)}")
        return str(compiled)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads.

        Raises
        ------
        StoreError
            If the database fails; one line says how.
        """
        self._check()
        with told(self.name), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes: all of it is kept, or nothing.

        Raises
        ------
        StoreError
            If the database fails; one line says how.
        """
        self._check()
        with told(self.name), self._writer.begin() as connection:
            yield connection

    def prepare_file(self) -> None:
        """Let people read a SQLite file while another writes it (WAL mode); it stays so.

        File systems that cannot do that keep the ordinary mode: slower, and as safe.
        """
        if not self.path:
            return
        until = time.monotonic() + LOCK_SECONDS
        while not self._to_wal(last=time.monotonic() > until):
            time.sleep(0.02)
        # What is connected so far was prepared for the ordinary mode.
        self._engine.dispose()

    def _to_wal(self, last: bool) -> bool:
        # SQLite does not wait by itself here when two processes make a store at the same time.
        with told(self.name), closing(self._engine.raw_connection()) as connection:
            try:
                connection.cursor().execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if last or error.sqlite_errorname != "SQLITE_BUSY":
                    raise
                return False
        return True

    def claim(self) -> None:
        """Remember which file this is: one that takes its place later is not written to."""
        if self.path:
            self._identity = _identity(self.path)

    def close(self) -> None:
        """Close every connection. The store can still be used: it opens new ones."""
        if self._pid == os.getpid():
            with told(self.name):
                self._engine.dispose()

    def _check(self) -> None:
        if self._pid != os.getpid():
            _left_alone.append(self._engine)
            self._pid = os.getpid()
            self._open()
        if self.path and self._identity and _identity(self.path) != self._identity:
            raise StoreError(
                f"the store '{self.path}' was moved, replaced or deleted while it was in use: "
                "put it back, or run the same cell again to begin a new one"
            )


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _sqlite_options() -> dict[str, Any]:
    connect = {"timeout": LOCK_SECONDS, "check_same_thread": False}
    return {"poolclass": QueuePool, "max_overflow": -1, "connect_args": connect}


def _postgresql_options(url: URL) -> dict[str, Any]:
    given = url.query.get("options", "")
    timeout = f"-c lock_timeout={LOCK_SECONDS * 1000}"
    connect = {"connect_timeout": 10, "options": f"{given} {timeout}"}
    # A notebook stays open overnight, its connections may not: each is tried before it is used.
    pool = {"poolclass": QueuePool, "max_overflow": -1, "pool_pre_ping": True}
    return {**pool, "connect_args": connect, "paramstyle": "format"}


def _prepare(connection: Any, _: Any) -> None:
    # The driver would begin transactions late and never as writers: `_begin` does it instead.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {LOCK_SECONDS * 1000}")
    wal = connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    connection.execute(f"PRAGMA synchronous = {'NORMAL' if wal else 'FULL'}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")


def _begin(connection: Connection) -> None:
    # A writer takes the lock at once: one that read first could not wait for another writer.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
