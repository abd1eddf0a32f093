"""Profile a frame, and see what is known of it as tables and one chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from sciml_magics.annotation import Listener, Progress
from sciml_magics.annotation.progress import Phase
from sciml_magics.api.jobs import watched
from sciml_magics.api.showing import shown_as
from sciml_magics.errors import FrameError
from sciml_magics.quality import profiling

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd


@dataclass(frozen=True, repr=False)
class Profile(profiling.Profile):
    """What is known of a table, as a notebook shows it."""

    def frame(self) -> pd.DataFrame:
        """What is known of each column, a column a row."""
        from sciml_magics.panels.profiles import profile_frame

        return profile_frame(self)

    def chart(self) -> alt.VConcatChart:
        """All of it on one page: see `sciml_magics.charts.profile.profile_chart`."""
        from sciml_magics.charts.profile import profile_chart

        return profile_chart(self)

    def __repr__(self) -> str:
        from sciml_magics.panels.profiles import profile_text

        return profile_text(self)

    def _repr_html_(self) -> str:
        from sciml_magics.panels.profiles import profile_html

        return profile_html(self)


def profile(
    frame: pd.DataFrame,
    columns: Sequence[str] = (),
    *,
    name: str = "table",
    progress: bool | Listener = True,
) -> Profile:
    """What a frame tells of itself: ``%profile`` as a function.

    Of each column: what it is made of and means, what is missing, what stands for missing without
    saying so, how its values are written and lie, and what could be standardised. Between columns:
    which of them name a row, and which determine which others. Of rows: which are equal, or nearly.

    Parameters
    ----------
    frame
        The user's frame; it is not changed.
    columns
        Those to look at; all by default.
    name
        What the frame is called.
    progress
        Show a bar; or a function that is called with every moment.

    Raises
    ------
    SciMLError
        If it is no frame, or has no such column.
    Stopped
        If it was interrupted.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"site": list("abcd") * 5, "ph": [7.1, -99.0, 6.8, 7.0, -99.0] * 4})
    >>> found = profile(frame, progress=False)
    >>> found["ph"].disguised, found["site"].semantic
    (('-99.0',), 'category')
    """
    from sciml_magics.quality.table import Table

    table = Table(_chosen(frame, columns), name)
    began = monotonic()
    with watched(name, progress, f"{name}: stopped; nothing was changed or kept") as listen:

        def heard(_: str, share: float) -> None:
            done = int(share * len(table.columns))
            passed = monotonic() - began
            listen(_moment(name, len(table.columns), done, share, passed))

        return shown_as(Profile, profiling.profile(table, heard))


def _moment(name: str, total: int, done: int, share: float, seconds: float) -> Progress:
    phase: Phase = "done" if share >= 1 else "running"
    return Progress(phase, name, "", total=total, done=done, seconds=seconds, fraction=share)


def _chosen(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    from sciml_magics.frames import check_frame

    check_frame(frame, ())
    if not columns:
        return frame
    if missing := [column for column in columns if column not in frame.columns]:
        known = ", ".join(map(str, frame.columns[:12]))
        raise FrameError(f"no column '{missing[0]}': there are {known}")
    return frame[list(columns)]
