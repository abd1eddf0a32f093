"""Series with planted anomalies, on which the detector of surprises was chosen.

Daily and weekly courses, slow wanderings, noise, bursts, sessions and counts; in them spikes, dips,
shifts, outages, noisier and flatter days, drifts and displaced days. The windows are made as in the
Numenta Anomaly Benchmark: together a tenth of the series, around the anomalies.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]

COURSES = ("season", "slow", "noisy", "bursty", "sessions", "counts")
ANOMALIES = ("spike", "dip", "level", "outage", "variance", "shape", "drift", "phase")


class Generated(NamedTuple):
    """A series, what was planted in it, and the windows around that."""

    course: str
    planted: tuple[str, ...]
    day: int
    values: Values
    windows: list[tuple[int, int]]


def corpus(seed: int, count: int = 24) -> list[Generated]:
    """So many series of a seed."""
    draw = np.random.default_rng(seed)
    return [_series(draw, COURSES[at % len(COURSES)]) for at in range(count)]


def _series(draw: np.random.Generator, course: str) -> Generated:
    day = int(draw.choice([24, 48, 96, 288]))
    count = int(draw.integers(1_800, 12_000) if day < 200 else draw.integers(4_000, 18_000))
    values = _course(course, draw, count, day)
    many = int(draw.integers(1, 5))
    width = int(0.1 * count / many)
    spots: list[int] = []
    for _ in range(40):
        spot = int(draw.integers(int(0.2 * count), count - width))
        if len(spots) < many and all(abs(spot - other) > 2 * width for other in spots):
            spots.append(spot)
    planted = []
    for spot in sorted(spots):
        planted.append(ANOMALIES[int(draw.integers(len(ANOMALIES)))])
        _plant(values, planted[-1], spot, draw, day)
    windows = [(at - width // 2, min(count - 1, at + width // 2)) for at in sorted(spots)]
    return Generated(course, tuple(planted), day, values, windows)


def _wander(draw: np.random.Generator, count: int, memory: float, spread: float) -> Values:
    from scipy.signal import lfilter

    steps = draw.normal(size=count)
    return np.asarray(lfilter([1], [1, -memory], steps) * spread * np.sqrt(1 - memory**2))


def _course(kind: str, draw: np.random.Generator, count: int, day: int) -> Values:
    time = np.arange(count)
    bumps = np.convolve(draw.normal(size=day * 3), np.ones(max(3, day // 6)), "same")[day : 2 * day]
    daily = ((bumps - bumps.mean()) / bumps.std())[time % day]
    week = 1 - 0.4 * draw.random() * ((time // day) % 7 >= 5)
    if kind == "season":
        found = 10 + 3 * daily * week + _wander(draw, count, 0.8, 0.5)
    elif kind == "slow":
        slow = _wander(draw, count, 0.998, 4)
        found = 70 + 2 * draw.uniform() * daily + slow + draw.normal(size=count) * 0.3
    elif kind == "noisy":
        found = 40 + draw.gamma(2, 3, size=count) + _wander(draw, count, 0.9, 2)
    elif kind == "bursty":
        bursts = draw.gamma(1.5, 1, size=count)
        bursts[draw.random(count) < 0.01] *= draw.uniform(2, 5)
        found = 5 + bursts + 2 * np.maximum(daily, 0)
    elif kind == "sessions":
        active = (daily > 0) & (draw.random(count) < 0.6)
        found = 0.05 + active * draw.gamma(2, 1, size=count) * 0.1
    else:
        found = draw.poisson(np.exp(3 + 0.8 * daily * week))
    return np.asarray(found, dtype=np.float64)


def _plant(values: Values, kind: str, at: int, draw: np.random.Generator, day: int) -> None:
    """Put one anomaly into a series, in place."""
    size = float(np.percentile(values, 90) - np.percentile(values, 10)) + 1e-9
    long = {"level": (0.5, 4), "outage": (0.1, 1), "variance": (0.3, 2), "shape": (0.8, 1.5)}
    few = int(draw.integers(1, 6))
    days = draw.uniform(*long.get(kind, (1.0, 3.0)))
    part = values[at : at + (few if kind in ("spike", "dip") else int(day * days))]
    side = draw.choice([-1, 1])
    if kind == "spike":
        part += size * draw.uniform(1.2, 4)
    elif kind == "dip":
        part -= size * draw.uniform(1, 3)
    elif kind == "level":
        part += size * side * draw.uniform(0.6, 1.5)
    elif kind == "outage":
        part[:] = values.min()
    elif kind == "variance":
        part += draw.normal(size=len(part)) * size * 0.8
    elif kind == "shape":
        middle = float(np.median(values))
        part[:] = middle + (part - middle) * draw.uniform(0.1, 0.4)
    elif kind == "drift":
        part += size * side * np.linspace(0, 1.5, len(part))
    else:
        moved = values[at + day // 2 : at + day // 2 + len(part)].copy()
        values[at : at + len(moved)] = moved
