"""The progress of a run, renewed in place: in notebooks, in terminals, and where nobody looks."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from shutil import get_terminal_size
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from sciml_magics.annotation.progress import Listener, Progress
from sciml_magics.panels.views import progress_html
from sciml_magics.panels.wording import label_counts, moment, share, shortened

if TYPE_CHECKING:
    from tqdm import tqdm

SECONDS_BETWEEN = 0.2
ENDS = ("done", "stopped", "failed")


class Display(Protocol):
    """Where progress is drawn."""

    def draw(self, progress: Progress) -> None:
        """Replace what was drawn before."""
        ...

    def close(self) -> None:
        """Nothing more will be drawn."""
        ...


@contextmanager
def show_progress() -> Iterator[Listener]:
    """A listener that shows progress to whoever runs this code.

    In a kernel one output that is renewed in place, in a terminal one line, in a pipe or log file
    one line at the end.

    Examples
    --------
    >>> with show_progress() as listen:  # doctest: +SKIP
    ...     listen(Progress("running", task="topic", model="m", total=9, done=3))
    """
    display = find_display()
    ticker = Ticker(display)
    try:
        yield ticker
    except BaseException:
        ticker.fail()
        raise
    finally:
        ticker.flush()
        display.close()


class Ticker:
    """Passes on at most five moments a second, every change of phase, and always the last moment.

    Reading the frame is not shown.

    Parameters
    ----------
    display
        Where they are drawn.
    """

    def __init__(self, display: Display) -> None:
        self._display = display
        self._waiting: Progress | None = None
        self._drawn: Progress | None = None
        self._next = 0.0

    def __call__(self, progress: Progress) -> None:
        """Take note of a moment."""
        if progress.phase == "reading":
            return  # short, and most mistakes end here: they leave one line and no empty bar
        self._waiting = progress
        changed = self._drawn is None or progress.phase != self._drawn.phase
        if changed or monotonic() >= self._next:
            self.flush()

    def fail(self) -> None:
        """The run ended by an error: a bar that is still moving says so."""
        last = self._waiting or self._drawn
        if last is not None and last.phase not in ENDS:
            self._waiting = replace(last, phase="failed")

    def flush(self) -> None:
        """Draw the last moment if it is not drawn yet."""
        if self._waiting is None:
            return
        self._display.draw(self._waiting)
        self._drawn, self._waiting = self._waiting, None
        self._next = monotonic() + SECONDS_BETWEEN


def find_display(stream: TextIO | None = None) -> Display:
    """The display that suits: a kernel's output, a terminal's line, or a log's last line."""
    if in_kernel():
        return KernelDisplay()
    stream = stream or sys.stderr
    return TerminalDisplay(stream) if stream.isatty() else LogDisplay(stream)


def in_kernel() -> bool:
    """Whether this code runs in a Jupyter kernel."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return getattr(shell, "kernel", None) is not None


class KernelDisplay:
    """One output of a notebook cell."""

    def __init__(self) -> None:
        self._handle: Any = None

    def draw(self, progress: Progress) -> None:
        """Publish the output, or renew it."""
        from IPython.display import DisplayHandle

        bundle = {"text/html": progress_html(progress), "text/plain": progress_text(progress)}
        if self._handle is None:
            self._handle = DisplayHandle()
            self._handle.display(bundle, raw=True)
        else:
            self._handle.update(bundle, raw=True)

    def close(self) -> None:
        """Leave the output as it is."""


class TerminalDisplay:
    """One line of a terminal, by tqdm."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._bar: tqdm[Any] | None = None

    def draw(self, progress: Progress) -> None:
        """Rewrite the line."""
        from tqdm import tqdm

        # Asked each time, as windows change; 80 by 24 where the terminal does not know its size.
        columns, rows = get_terminal_size()
        if self._bar is None:
            self._bar = tqdm(
                total=100,
                file=self._stream,
                bar_format="{desc}|{bar:12}| {unit}",  # the unit's place takes our own numbers
                unit="",
                ncols=columns,
                nrows=rows,
            )
        self._bar.set_description_str(f"{shortened(progress.task, 24)} ", refresh=False)
        self._bar.unit = _numbers(progress)
        self._bar.ncols = columns
        self._bar.n = int(100 * share(progress))
        self._bar.refresh()

    def close(self) -> None:
        """End the line."""
        if self._bar is not None:
            self._bar.close()


class LogDisplay:
    """One line at the end of a run, for pipes and log files."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._last: Progress | None = None

    def draw(self, progress: Progress) -> None:
        """Remember the moment."""
        self._last = progress

    def close(self) -> None:
        """Write the last moment."""
        if self._last is not None:
            print(progress_text(self._last), file=self._stream)


def progress_text(progress: Progress) -> str:
    """A moment of a run in one line of plain text.

    Examples
    --------
    >>> progress_text(Progress("running", "topic", "m", total=9, done=3, fraction=0.5, seconds=2))
    'topic: 3 of 9 (50 %) · 1.5/s · 2.0 s left'
    """
    return f"{shortened(progress.task)}: {_numbers(progress)}"


def _numbers(progress: Progress) -> str:
    return " · ".join(part for part in (moment(progress), label_counts(progress.labels)) if part)
