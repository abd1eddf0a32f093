"""The formats, and how a file tells which one it has."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

Format = Literal["prodigy", "labelstudio", "doccano", "conll", "csv", "parquet", "datasets"]

FORMATS: tuple[Format, ...] = get_args(Format)


def format_of(path: str | Path) -> Format:
    """The format of a file that is there, or that is to be written.

    Raises
    ------
    SciMLError
        If neither its ending nor what is in it says so.
    """
    raise NotImplementedError
