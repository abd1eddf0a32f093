"""From what a person names to an open store: paths, URLs, and the version of the tables."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, Connection, func, insert, inspect, make_url, select
from sqlalchemy.exc import ArgumentError

from sciml_magics.errors import StoreError
from sciml_magics.store.database import Database
from sciml_magics.store.ledger import now
from sciml_magics.store.schema import PREFIX, STEPS, VERSION, versions
from sciml_magics.store.store import Store

DEFAULT = "sciml_magics.db"


def open_store(where: str | Path | None = None) -> Store:
    """Open a store, and make it if there is none.

    Parameters
    ----------
    where
        Path of a SQLite file, or a URL such as ``postgresql://user@host/database``. ``None`` is
        ``sciml_magics.db`` in the working directory, which is the notebook's. Several programs on
        one machine may use a file at once; from several machines, use PostgreSQL.

    Returns
    -------
    Store
        Its tables are of the newest version.

    Raises
    ------
    StoreError
        If it cannot be opened; one line says why and what to do.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with open_store(Path(folder) / "mine.db") as store:
    ...         store.path.name
    'mine.db'
    """
    database = Database(_url(where))
    try:
        _bring_up_to_date(database)
        database.claim()
    except BaseException:
        database.close()
        raise
    return Store(database)


def _url(where: str | Path | None) -> URL:
    text = DEFAULT if where is None else str(where)
    if text == ":memory:":
        raise StoreError("a store in memory would keep nothing: name a file")
    if "://" not in text:
        return _file(Path(text))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        # Without its cause, which would show the password.
        raise StoreError(
            "the store's URL cannot be read: write postgresql://user:password@host/database, "
            "or the path of a file"
        ) from None
    backend = "postgresql" if url.drivername == "postgres" else url.get_backend_name()
    if backend == "sqlite" and url.database:
        return _file(Path(url.database))
    if backend != "postgresql":
        raise StoreError(
            f"no store of kind '{url.drivername}': name a file, or a URL that begins with "
            "postgresql://"
        )
    return url.set(drivername="postgresql+psycopg")


def _file(path: Path) -> URL:
    path = path.expanduser().absolute()
    if path.is_dir():
        raise StoreError(f"'{path}' is a folder: name a file in it, such as '{path / DEFAULT}'")
    if not path.parent.is_dir():
        raise StoreError(
            f"the store '{path}' would lie in a folder that does not exist: "
            f"create '{path.parent}' or name another store"
        )
    return URL.create("sqlite+pysqlite", database=str(path))


def _bring_up_to_date(database: Database) -> None:
    with database.read() as connection:
        version = _version(connection, database)
    if version == VERSION:
        return
    database.prepare_file()
    with database.write() as connection:
        if not database.path:
            connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(PREFIX))))
        for number in range(_version(connection, database), VERSION):
            STEPS[number](connection)
            connection.execute(insert(versions).values(version=number + 1, created=now()))


def _version(connection: Connection, database: Database) -> int:
    names = inspect(connection).get_table_names()
    if versions.name not in names:
        if database.path and names:
            raise StoreError(
                f"'{database.name}' is a database of another program, not a store: "
                "name another store"
            )
        return 0
    version = int(connection.scalar(select(func.max(versions.c.version))) or 0)
    if version > VERSION:
        raise StoreError(
            f"the store '{database.name}' was written by a newer version of sciml-magics: "
            "upgrade with `pip install -U sciml-magics`, or name another store"
        )
    return version
