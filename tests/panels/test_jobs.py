import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from sciml_magics.annotation import Progress
from sciml_magics.panels import jobs
from sciml_magics.panels.jobs import Jobs


def moment(phase: str = "running", done: int = 1) -> Progress:
    return Progress(phase, "topic", "m", total=9, done=done)  # type: ignore[arg-type]


def test_a_run_is_known_while_it_goes_on() -> None:
    known = Jobs()
    with known.watch("topic") as listen:
        listen(moment(done=3))
        (progress,) = known.running()
        assert progress.done == 3
    assert known.running() == []


def test_listeners_hear_of_changes_and_of_the_end() -> None:
    known = Jobs()
    heard: list[Progress] = []
    end = known.subscribe(heard.append)
    with known.watch("topic") as listen:
        for done in range(500):
            listen(moment(done=done))
        listen(moment("done", 500))
    assert 2 <= len(heard) < 50
    assert (heard[-1].phase, heard[-1].done) == ("done", 500)
    end()
    with known.watch("topic") as listen:
        listen(moment())
    assert heard[-1].phase == "done"


def test_a_run_that_breaks_off_is_told_as_failed() -> None:
    known = Jobs()
    heard: list[Progress] = []
    known.subscribe(heard.append)

    def run() -> None:
        with known.watch("topic") as listen:
            listen(moment())
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        run()
    assert heard[-1].phase == "failed"


def test_stopping_acts_between_batches_like_the_interrupt_button() -> None:
    known = Jobs()
    with known.watch("topic") as listen:
        assert not known.cancel("other")
        assert known.cancel("topic")
        with pytest.raises(KeyboardInterrupt):
            listen(moment())
        listen(moment("writing"))
        listen(moment("stopped"))
    assert not known.cancel("topic")


@pytest.mark.skipif(os.name == "nt", reason="a sleeping main thread is not woken there")
def test_a_training_stops_between_steps_too() -> None:
    jobs = Jobs()
    with jobs.watch("topic") as listen:
        listen(moment("training"))
        assert jobs.cancel("topic")
        with pytest.raises(KeyboardInterrupt):
            listen(moment("training", 2))


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Interrupts raise, also where the tests were started in the background of a shell."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_a_long_batch_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "SECONDS_OF_GRACE", 0.1)
    known = Jobs()
    with known.watch("topic") as listen:
        listen(moment())
        threading.Timer(0.1, known.cancel, ["topic"]).start()
        with pytest.raises(KeyboardInterrupt):
            time.sleep(60)


def test_what_follows_a_run_is_not_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "SECONDS_OF_GRACE", 0.1)
    known = Jobs()
    with known.watch("topic") as listen:
        listen(moment())
        known.cancel("topic")
        with pytest.raises(KeyboardInterrupt):
            listen(moment())
    time.sleep(0.3)
