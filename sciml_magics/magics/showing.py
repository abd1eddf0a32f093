"""How results are shown under a cell: few rows, and a chart where one is wanted."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from sciml_magics.panels.progress import in_kernel

if TYPE_CHECKING:
    from sciml_magics.magics.sciml import SciML

SHOWN_ROWS = 6


def few_rows() -> AbstractContextManager[None]:
    """Frames with few rows, so that what stands below them is seen without scrolling."""
    import pandas as pd

    return pd.option_context("display.max_rows", SHOWN_ROWS, "display.min_rows", SHOWN_ROWS)


def draws(settings: SciML, no_chart: bool) -> bool:
    """Whether a chart is drawn: a terminal draws none, and importing what makes them takes long."""
    return not no_chart and settings.chart != "none" and in_kernel()
