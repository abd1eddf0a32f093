import io
import sys
from dataclasses import replace

import pytest

from sciml_magics.annotation.progress import Progress
from sciml_magics.panels import progress as module
from sciml_magics.panels.progress import (
    LogDisplay,
    TerminalDisplay,
    Ticker,
    find_display,
    show_progress,
)

START = Progress("running", "topic", "m@1", total=1000)


class Seen:
    """A display that remembers."""

    def __init__(self) -> None:
        self.drawn: list[Progress] = []

    def draw(self, progress: Progress) -> None:
        self.drawn.append(progress)

    def close(self) -> None:
        pass


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr(module, "monotonic", lambda: now[0])
    return now


def test_at_most_five_moments_a_second_are_drawn(clock: list[float]) -> None:
    seen = Seen()
    ticker = Ticker(seen)
    for done in range(1, 1001):
        clock[0] = done / 1000
        ticker(replace(START, done=done))
    assert len(seen.drawn) == 5


def test_the_last_moment_is_always_drawn(clock: list[float]) -> None:
    seen = Seen()
    ticker = Ticker(seen)
    ticker(START)
    ticker(replace(START, done=999))
    assert seen.drawn == [START]
    ticker.flush()
    ticker.flush()
    assert seen.drawn == [START, replace(START, done=999)]


def test_a_change_of_phase_is_drawn_at_once(clock: list[float]) -> None:
    seen = Seen()
    ticker = Ticker(seen)
    for phase in ("loading", "running", "writing", "done"):
        ticker(replace(START, phase=phase))
    assert len(seen.drawn) == 4


def test_a_mistake_found_while_reading_leaves_nothing_behind() -> None:
    seen = Seen()
    ticker = Ticker(seen)
    ticker(replace(START, phase="reading"))
    ticker.flush()
    assert seen.drawn == []


def test_a_terminal_has_one_line_that_is_rewritten() -> None:
    terminal = Terminal()
    display = find_display(terminal)
    assert isinstance(display, TerminalDisplay)
    for done in (0, 250, 500):
        display.draw(
            replace(START, done=done, fraction=done / 1000, seconds=1, labels={"genes": done})
        )
    display.close()
    written = terminal.getvalue()
    assert written.count("\n") == 1
    assert written.count("\r") >= 3
    last = written.rstrip("\n").split("\r")[-1]
    assert last.startswith("topic |")
    assert "500 of 1,000 (50 %)" in last
    assert "genes 500" in last


def test_a_log_has_one_line_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    with show_progress() as listen:
        for done in range(100):
            listen(replace(START, done=done))
        listen(replace(START, phase="done", done=1000, seconds=2))
        assert capsys.readouterr() == ("", "")
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "topic: done · 1,000 of 1,000 (100 %) · 500/s · 2.0 s\n"


def test_a_run_that_never_began_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with show_progress():
        pass
    assert capsys.readouterr() == ("", "")


def test_an_error_in_the_run_passes_and_the_bar_says_that_it_failed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail() -> None:
        with show_progress() as listen:
            listen(replace(START, done=7, fraction=0.007))
            raise RuntimeError("the model broke")

    with pytest.raises(RuntimeError, match="the model broke"):
        fail()
    assert capsys.readouterr().err == "topic: failed · 7 of 1,000 (0 %) · 0.0 s\n"


def test_without_ipython_nothing_of_it_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert isinstance(find_display(io.StringIO()), LogDisplay)
    assert "IPython" not in sys.modules
