"""Rules of a table: read them, learn them, and give them on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sciml_magics.quality.rules import Rules, learn, parse
from sciml_magics.quality.rules.reading import read_rules

if TYPE_CHECKING:
    import pandas as pd


def as_rules(given: Rules | str | Path) -> Rules:
    """Rules from what a person gives: rules, YAML, or the path of a file of it.

    A text is YAML; the path of a file is a ``Path``.

    Raises
    ------
    QualityError
        If there is no such file, or it is no set of rules.

    Examples
    --------
    >>> len(as_rules("columns: {age: {min: 0, max: 120}}"))
    2
    """
    if isinstance(given, Rules):
        return given
    return parse(given) if isinstance(given, str) else read_rules(given)


def learn_rules(frame: pd.DataFrame, *, name: str = "table") -> Rules:
    """The rules that a frame keeps, or nearly, each with how far it holds.

    ``print`` them to edit them, and keep what ``to_yaml`` gives in a file for the next table;
    ``to_pandera`` makes a schema of pandera, ``to_script`` a script of it.

    Parameters
    ----------
    frame
        The user's frame; it is not changed.
    name
        What it is called.

    Raises
    ------
    FrameError
        If it is no frame.

    Examples
    --------
    >>> import pandas as pd
    >>> rules = learn_rules(pd.DataFrame({"grade": ["A", "B", "C"] * 20}))
    >>> rules.columns[0].values
    ('A', 'B', 'C')
    """
    from sciml_magics.quality.table import Table

    return learn(Table(frame, name))
