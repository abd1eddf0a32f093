"""How surprising each value of a series is after those before it: told while it runs."""

from __future__ import annotations

import numpy as np

from sciml_magics.quality.series.past import (
    Values,
    above_the_past,
    mean_of_last,
    off_the_past,
    to_nearest_past,
)

_SHORT = 8  # values that make a short shape
_PARTS = 8  # parts of a day that make the shape of a day
_NEIGHBOURS = 5
_MORE = 1.5
_DAYS = 14  # earlier days whose values at the same time say what is usual
SEASON = 48
"""How many values are taken for a season where nothing says how long it is."""


def surprise(values: Values, warm: int, season: int | None = None, quiet: int = 0) -> Values:
    """How surprising each value is, by the values before it alone.

    Four looks at the past are added up, each in deviations from what that look has seen before: the
    value itself; how far the last quarter of a season was from the same time of earlier seasons;
    the last few values as a shape, and the last season as a shape, by the distance to the nearest
    earlier ones.

    Parameters
    ----------
    values
        In order of time, none missing; ``[n]``.
    warm
        How many values are only learned from; their surprise is 0.
    season
        How many values make a season, a day above all; `SEASON` where it is not known.
    quiet
        After something surprising so many values are silent unless they surprise more: what goes on
        is told once.

    Returns
    -------
    numpy.ndarray
        Not below 0, higher is more surprising; ``[n]``.

    Examples
    --------
    >>> values = np.sin(np.arange(600) * 2 * np.pi / 24)
    >>> values[500] = 5
    >>> int(np.argmax(surprise(values, warm=200, season=24)))
    500
    """
    season = season or SEASON
    scaled = _scaled(values, warm)
    first = warm // 2
    looks = (
        off_the_past(scaled, warm),
        above_the_past(_off_season(scaled, season), warm),
        _logged(_short_shape(scaled, first), warm),
        _logged(_season_shape(scaled, season, first), warm),
    )
    return told_once(np.sum(looks, axis=0), quiet)


def _scaled(values: Values, warm: int) -> Values:
    """By the values that are only learned from, so that all looks speak of like sizes."""
    known = values[: max(warm, 1)]
    low, middle, high = np.quantile(known, (0.1, 0.5, 0.9)).tolist()
    spread = max(high - low, 1e-6 * float(np.ptp(known)), 1e-12)
    return np.asarray(np.clip((values - middle) / spread, -1e6, 1e6))


def _off_season(scaled: Values, season: int) -> Values:
    """Mean distance of the last quarter season from the medians at the same time of earlier ones.

    0 where there is no earlier season.
    """
    count = len(scaled)
    earlier = np.full((count, min(_DAYS, max(1, (count - 1) // season))), np.nan)
    for back in range(1, earlier.shape[1] + 1):
        earlier[back * season :, back - 1] = scaled[: max(0, count - back * season)]
    usual = _row_medians(earlier)
    off = np.where(np.isnan(usual), 0.0, np.abs(scaled - np.nan_to_num(usual)))
    return mean_of_last(off, max(2, season // 4))


def _row_medians(numbers: Values) -> Values:
    """Medians of the numbers of each row that are there: they stand before those missing."""
    ordered = np.sort(numbers, axis=1)  # missing ones come last
    counts = np.count_nonzero(~np.isnan(numbers), axis=1)
    rows = np.arange(len(numbers))
    low = ordered[rows, np.maximum(counts - 1, 0) // 2]
    high = ordered[rows, np.minimum(counts // 2, numbers.shape[1] - 1)]
    return np.asarray((low + high) / 2)


def _short_shape(scaled: Values, start: int) -> Values:
    padded = np.concatenate([np.full(_SHORT - 1, scaled[0]), scaled])
    shapes = np.lib.stride_tricks.sliding_window_view(padded, _SHORT).astype(np.float32)
    return to_nearest_past(shapes, _SHORT, _NEIGHBOURS, start)


def _season_shape(scaled: Values, season: int, start: int) -> Values:
    width = max(1, season // _PARTS)
    means = mean_of_last(scaled, width)
    back = [
        np.concatenate([np.full(min(width * part, len(means)), means[0]), means])[: len(means)]
        for part in range(_PARTS)
    ]
    shapes = np.column_stack(back).astype(np.float32)
    return to_nearest_past(shapes, season, _NEIGHBOURS, start)


def _logged(distances: Values, warm: int) -> Values:
    """Deviations of the logarithms of distances above those of the past."""
    least = 1e-9 * float(distances[: max(warm, 1)].max(initial=0.0)) + 1e-12
    logs = np.log(distances + least)
    return above_the_past(logs - np.log(least), warm)


def told_once(surprises: Values, quiet: int) -> Values:
    """The surprises worth telling; 0 for the others.

    For so many values after one that was told, only what surprises half as much again is told.

    Examples
    --------
    >>> told_once(np.array([0.0, 3, 4, 5, 1, 1, 2]), 2).tolist()
    [0.0, 3.0, 0.0, 5.0, 0.0, 0.0, 2.0]
    """
    if quiet < 1:
        return surprises
    from scipy.ndimage import maximum_filter1d

    before = np.concatenate([[-np.inf], surprises[:-1]])
    loudest = maximum_filter1d(
        before, quiet, origin=(quiet - 1) // 2, mode="constant", cval=-np.inf
    )
    told = np.zeros(len(surprises))
    last, level = -quiet - 1, 0.0
    # Only what is the highest of the last values can be worth telling: few are.
    for at in np.flatnonzero(surprises > np.maximum(loudest, 0)).tolist():
        if at - last > quiet:
            level = 0.0
        if surprises[at] > _MORE * level:
            last, level = at, float(surprises[at])
            told[at] = level
    return told
