"""Names and folders of trained models: short, safe on every file system, never taken twice."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import make_url

from sciml_magics.store import Store

# File systems take 255 bytes; a number and a hash still have to follow.
_MOST_BYTES = 120
_SERVER = "sciml_magics"


def slug(task: str) -> str:
    """A task's name as the beginning of a folder's.

    Letters and digits of every script stay. Where anything had to change, some digits of a hash
    follow, so that two tasks never share a beginning; letters are small, as some file systems do
    not tell them from capitals.

    Examples
    --------
    >>> slug("topic"), slug("主题"), slug("a/b")
    ('topic', '主题', 'a-b-c14c')
    >>> slug("😀")
    'task-f044'
    """
    plain = unicodedata.normalize("NFC", task)
    words = re.sub(r"[^\w-]+", "-", plain.casefold()).strip("-_")
    short = words.encode("utf-8", "ignore")[:_MOST_BYTES].decode("utf-8", "ignore").rstrip("-_")
    if short == task:
        return short
    tail = hashlib.sha256(task.encode("utf-8", "surrogatepass")).hexdigest()[:4]
    return f"{short or 'task'}-{tail}"


def place(store: Store) -> Path:
    """The folder that folders of models are told from: that of the store's file, else this one."""
    return store.path.parent if store.path else Path.cwd()


def models_folder(store: Store) -> Path:
    """Where the models of a store lie: ``sciml_magics_models`` beside ``sciml_magics.db``."""
    if store.path:
        return store.path.parent / f"{store.path.stem}_models"
    database = make_url(store.name).database
    return Path.cwd() / f"{slug(database) if database else _SERVER}_models"


def next_number(beginning: str, names: Iterable[str], folder: Path) -> int:
    """The number of the next model: above those of all names and folders that begin like this."""
    numbered = re.compile(re.escape(beginning) + r"-(\d+)")
    here = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    found = [match for name in (*names, *here) if (match := numbered.fullmatch(name))]
    return 1 + max((int(match[1]) for match in found), default=0)
