"""Where numbers lie."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from pandas.api.types import is_datetime64_any_dtype

from sciml_magics.quality.profiling.profiles import Range
from sciml_magics.quality.table import Column

Numbers = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

BINS = 24


def merged(values: Numbers, counts: Counts) -> tuple[Numbers, Counts]:
    """Finite numbers in ascending order, equal ones once, and how often each stands.

    Examples
    --------
    >>> merged(np.array([2.0, np.inf, 1.0, 2.0]), np.array([1, 1, 5, 3]))
    (array([1., 2.]), array([5, 4]))
    """
    finite = np.isfinite(values)
    different, places = np.unique(values[finite], return_inverse=True)
    total = np.bincount(places, weights=counts[finite], minlength=len(different))
    return different, total.astype(np.int64)


def spread(values: Numbers, counts: Counts, column: Column) -> Range | None:
    """Where numbers lie that stand so often; ``None`` without any.

    Parameters
    ----------
    values, counts
        Different finite numbers in ascending order, and the cells of each.
    column
        The column, which may hold infinite ones besides.
    """
    if not len(values):
        return None
    share = np.cumsum(counts) / counts.sum()
    middle = values[np.minimum(np.searchsorted(share, [0.25, 0.5, 0.75]), len(values) - 1)]
    with np.errstate(over="ignore", invalid="ignore"):
        mean = float(np.average(values, weights=counts))
        deviation = float(np.sqrt(np.average((values - mean) ** 2, weights=counts)))
        heights, edges = _histogram(values, counts)
    dated = is_datetime64_any_dtype(column.cells.dtype)
    return Range(
        least=float(values[0]),
        most=float(values[-1]),
        quartiles=(float(middle[0]), float(middle[1]), float(middle[2])),
        mean=mean,
        deviation=deviation,
        zeros=int(counts[values == 0].sum()),
        negative=int(counts[values < 0].sum()),
        infinite=0 if dated else int(np.isinf(column.numbers).sum()),
        edges=tuple(float(edge) for edge in edges),
        heights=tuple(int(height) for height in heights),
    )


def _histogram(values: Numbers, counts: Counts) -> tuple[Counts, Numbers]:
    """Bins of equal width; of few whole numbers one each."""
    least, most = float(values[0]), float(values[-1])
    # Of numbers so large, or so close, that no bins fit between them, one.
    if not np.isfinite(most - least) or most - least <= abs(most) * 1e-13:
        return np.array([counts.sum()]), np.array([least, most])
    bins = BINS
    if most - least < BINS and (values == np.rint(values)).all():
        bins, least, most = int(most - least) + 1, least - 0.5, most + 0.5
    heights, edges = np.histogram(values, bins=bins, range=(least, most), weights=counts)
    return heights.astype(np.int64), edges
