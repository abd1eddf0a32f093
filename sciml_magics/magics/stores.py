"""Whether there is a store to read: asking what it knows must not make one."""

from __future__ import annotations

from pathlib import Path

# The same as sciml_magics.store.opening.DEFAULT, known here without importing a database library.
DEFAULT_STORE = "sciml_magics.db"


def has_store(where: str | None) -> bool:
    """Whether the store's file is there; a database URL is taken at its word."""
    text = where or DEFAULT_STORE
    return "://" in text or Path(text).expanduser().exists()
