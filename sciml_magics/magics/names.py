"""Names in the user's namespace: frames to read, and where to put the new one."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Mapping
from difflib import get_close_matches
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

from sciml_magics.charts.words import listed
from sciml_magics.errors import FrameError

if TYPE_CHECKING:
    import pandas as pd


def frame_names(namespace: Mapping[str, Any]) -> list[str]:
    """Names of the DataFrames in `namespace`; pandas is not imported for it."""
    pandas = sys.modules.get("pandas")
    if pandas is None:
        return []
    return sorted(
        name
        for name, value in list(namespace.items())
        if isinstance(value, pandas.DataFrame) and not name.startswith("_")
    )


def find_frame(namespace: Mapping[str, Any], name: str | None) -> pd.DataFrame:
    """The frame of that name.

    Raises
    ------
    FrameError
        If no name is given, there is none of that name, or it is something else.
    """
    if name is None:
        raise FrameError(f"which frame? {_choices(namespace)}")
    if name not in namespace:
        near = get_close_matches(name, frame_names(namespace), n=1)
        hint = f"did you mean '{near[0]}'?" if near else _choices(namespace)
        raise FrameError(f"no frame '{name}': {hint}")
    value = namespace[name]
    pandas = sys.modules.get("pandas")
    if pandas is None or not isinstance(value, pandas.DataFrame):
        raise FrameError(f"'{name}' is {_kind(value)}, not a pandas DataFrame{_way_out(value)}")
    frame: pd.DataFrame = value
    return frame


def check_out(namespace: Mapping[str, Any], out: str) -> None:
    """Raise `FrameError` if a frame cannot be put under the name `out`."""
    if not out.isidentifier() or iskeyword(out):
        raise FrameError(f"--out '{out}' is not a Python name")
    if out in namespace and out not in frame_names(namespace):
        raise FrameError(f"--out '{out}' is taken: it is {_kind(namespace[out])}; choose another")
    if hasattr(builtins, out):
        raise FrameError(f"--out '{out}' would hide Python's own {out}: choose another name")


def _choices(namespace: Mapping[str, Any]) -> str:
    if names := frame_names(namespace):
        return f"there are {listed(names)}" if len(names) > 1 else f"there is {names[0]}"
    return "there is no DataFrame yet, make one with df = pd.read_csv(…)"


def _kind(value: object) -> str:
    name = type(value).__name__
    package = type(value).__module__.partition(".")[0]
    if package not in ("builtins", "__main__"):
        name = f"{package} {name}"
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def _way_out(value: object) -> str:
    for method in ("to_pandas", "to_frame"):
        if not isinstance(value, type) and callable(getattr(value, method, None)):
            return f": call .{method}() first"
    return ""
