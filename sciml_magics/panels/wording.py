"""Numbers and moments in words, the same in HTML, terminals and screen readers."""

from __future__ import annotations

from collections.abc import Mapping

from sciml_magics.annotation.progress import Phase, Progress
from sciml_magics.charts.words import printable

MOST_LABELS = 5
LABEL_WIDTH = 40

_PHASES: dict[Phase, str] = {
    "reading": "reading the frame",
    "loading": "loading the model",
    "running": "",
    "training": "training",
    "evaluating": "evaluating",
    "writing": "writing the columns",
    "done": "done",
    "stopped": "stopped",
    "failed": "failed",
}


def duration(seconds: float) -> str:
    """A time span, two units at most.

    Examples
    --------
    >>> duration(0.42), duration(75), duration(7260), duration(200_000)
    ('0.4 s', '1 min 15 s', '2 h 1 min', '2 d 7 h')
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    for unit, size, below, small in (("d", 86400, "h", 3600), ("h", 3600, "min", 60)):
        if whole >= size:
            return f"{whole // size} {unit} {whole % size // small} {below}"
    if whole >= 60:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole} s"


def amount(size: float) -> str:
    """Bytes in the unit that suits.

    Examples
    --------
    >>> amount(512), amount(90_000_000), amount(3_500_000_000)
    ('1 kB', '90 MB', '3.5 GB')
    """
    if size >= 1e9:
        return f"{size / 1e9:.1f} GB"
    if size >= 1e6:
        return f"{size / 1e6:.0f} MB"
    return f"{max(1, round(size / 1e3))} kB"


def rate(per_second: float) -> str:
    """Records per second, with as many digits as matter.

    Examples
    --------
    >>> rate(1234.5), rate(0.25)
    ('1,234/s', '0.25/s')
    """
    return f"{per_second:,.0f}/s" if per_second >= 10 else f"{per_second:.2g}/s"


def share(progress: Progress) -> float:
    """How much of the work is done: 0 to 1."""
    finished = progress.phase in ("evaluating", "writing", "done")
    if finished or (progress.phase == "running" and not progress.total):
        return 1.0
    return min(max(progress.fraction, 0.0), 1.0)


def moment(progress: Progress) -> str:
    """A moment of a run in one line, without the task's name and the label counts."""
    parts = [_PHASES[progress.phase]]
    if progress.total:
        percent = int(100 * share(progress))
        steps = " steps" if progress.loss is not None else ""
        parts.append(f"{progress.done:,} of {progress.total:,}{steps} ({percent} %)")
    if progress.loss is not None:
        parts += training(progress)
    elif progress.done and progress.seconds:
        parts.append(rate(progress.rate))
    if progress.phase in ("running", "training") and progress.remaining is not None:
        parts.append(f"{duration(progress.remaining)} left")
    elif progress.phase in ("done", "stopped", "failed") and progress.total:
        parts.append(duration(progress.seconds))
    if progress.reused:
        parts.append(f"{progress.reused:,} reused")
    return " · ".join(part for part in parts if part)


def training(progress: Progress) -> list[str]:
    """How far a training has come, in words.

    Examples
    --------
    >>> training(Progress("training", "topic", "m", epoch=1.5, loss=0.4321, validation=0.8))
    ['epoch 1.5', 'loss 0.432', 'validation 0.800']
    """
    parts = [f"epoch {progress.epoch:.1f}"] if progress.epoch else []
    if progress.loss is not None:
        parts.append(f"loss {progress.loss:.3f}")
    if progress.validation is not None:
        parts.append(f"validation {progress.validation:.3f}")
    return parts


def label_counts(labels: Mapping[str | None, int]) -> str:
    """The most frequent answers and their counts in one line.

    Examples
    --------
    >>> label_counts({"genes": 1200, None: 3, "cells": 7})
    'genes 1,200 · cells 7 · no answer 3'
    """
    named = sorted(
        ((name, count) for name, count in labels.items() if name is not None),
        key=lambda item: -item[1],
    )
    parts = [f"{shortened(name)} {count:,}" for name, count in named[:MOST_LABELS]]
    if rest := named[MOST_LABELS:]:
        parts.append(f"{len(rest):,} others {sum(count for _, count in rest):,}")
    if unsure := labels.get(None, 0):
        parts.append(f"no answer {unsure:,}")
    return " · ".join(parts)


def shortened(text: str, width: int = LABEL_WIDTH) -> str:
    """`text` on one line, cut with an ellipsis."""
    line = printable(" ".join(text.split()) or text)
    return line if len(line) <= width else line[: width - 1] + "…"
