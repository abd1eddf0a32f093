"""What went wrong with a database, told in one line with the way out."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from sciml_magics.errors import StoreError

LOCK_SECONDS = 30

_FULL = (
    "there is no room left for the store '{name}': make room on its disk and run the same cell "
    "again; what was stored before is kept"
)
_READ_ONLY = (
    "the store '{name}' cannot be written: make the file and its folder writable, "
    "or name another store"
)
_LOCKED = (
    f"the store '{{name}}' was locked by another program for {LOCK_SECONDS} seconds: close it "
    "there and run the same cell again; what was stored before is kept"
)
_NOT_A_STORE = "'{name}' is a file of another kind, not a store: name another store"
_CORRUPT = (
    "the store '{name}' is damaged: put a copy of it back, or save what can be read with "
    "`sqlite3 {name} .recover`, or move it away to begin a new one"
)
_CANNOT_OPEN = (
    "the store '{name}' cannot be opened: check that its folder exists and is writable, "
    "or name another store"
)
_DISK = (
    "the disk refused to read or write the store '{name}' ({detail}): check its space, quota and "
    "connection and run the same cell again; what was stored before is kept"
)
_UNREACHABLE = (
    "the PostgreSQL server of the store '{name}' cannot be reached ({detail}): "
    "check the address and that the server runs"
)
_REFUSED = "the PostgreSQL server of the store '{name}' refuses the login ({detail}): check the URL"
_NO_RIGHT = (
    "the PostgreSQL user of the store '{name}' may not do this ({detail}): "
    "ask for the right to create and write tables"
)
_FAILED = "the store '{name}' failed ({detail}): what was stored before is kept"

# Beginnings of SQLite's names of result codes, the longer ones first.
_SQLITE = {
    "SQLITE_FULL": _FULL,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_PERM": _READ_ONLY,
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_NOTADB": _NOT_A_STORE,
    "SQLITE_CORRUPT": _CORRUPT,
    "SQLITE_CANTOPEN": _CANNOT_OPEN,
    "SQLITE_IOERR": _DISK,
}

# Beginnings of PostgreSQL's SQLSTATE codes.
_POSTGRESQL = {
    "08": _UNREACHABLE,
    "28": _REFUSED,
    "3D": _REFUSED,
    "42501": _NO_RIGHT,
    "25006": _NO_RIGHT,
    "53100": _FULL,
    "53": _UNREACHABLE,
    "55P03": _LOCKED,
    "57P": _UNREACHABLE,
}


@contextmanager
def told(name: str) -> Iterator[None]:
    """Raise `StoreError` instead of what a database driver raises.

    Violated constraints and wrong statements are faults of this package, not of its user: they
    pass as they are.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        line = _line(error, name)
        if line is None:
            raise
        raise StoreError(line) from error


def _line(error: DBAPIError | sqlite3.Error, name: str) -> str | None:
    cause = error.orig if isinstance(error, DBAPIError) else error
    detail = str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__
    code, lines = _code(cause)
    for start, line in lines.items():
        if code.startswith(start):
            return line.format(name=name, detail=detail)
    if isinstance(error, (IntegrityError, ProgrammingError)):
        return None
    line = _FAILED if isinstance(cause, sqlite3.Error) else _UNREACHABLE
    return line.format(name=name, detail=detail)


def _code(cause: BaseException | None) -> tuple[str, dict[str, str]]:
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorname", ""), _SQLITE
    return getattr(cause, "sqlstate", None) or "", _POSTGRESQL
