from dataclasses import replace

import pytest

from sciml_magics.annotation.progress import Phase, Progress
from sciml_magics.panels.wording import MOST_LABELS, label_counts, moment, share, shortened

RUNNING = Progress("running", "topic", "m@1", total=2000, done=500, seconds=10, fraction=0.4)


def test_a_running_moment_has_count_rate_and_time_left_by_length() -> None:
    assert moment(RUNNING) == "500 of 2,000 (40 %) · 50/s · 15 s left"


def test_a_training_tells_steps_loss_validation_and_time_left() -> None:
    training = Progress(
        "training", "topic", "m@1", total=60, done=15, seconds=10, fraction=0.25, epoch=0.75
    )
    assert moment(training) == "training · 15 of 60 (25 %) · 1.5/s · 30 s left"
    later = replace(training, loss=0.4321, validation=0.8)
    assert moment(later) == (
        "training · 15 of 60 steps (25 %) · epoch 0.8 · loss 0.432 · validation 0.800 · 30 s left"
    )
    assert moment(replace(later, phase="done")).endswith("validation 0.800 · 10 s")


def test_reused_answers_are_said() -> None:
    assert moment(replace(RUNNING, reused=1234)).endswith("1,234 reused")


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        ("reading", "reading the frame"),
        ("loading", "loading the model"),
        ("training", "training"),
        ("evaluating", "evaluating"),
        ("writing", "writing the columns"),
        ("done", "done"),
        ("stopped", "stopped"),
        ("failed", "failed"),
    ],
)
def test_every_phase_has_words(phase: Phase, words: str) -> None:
    assert moment(replace(RUNNING, phase=phase)).startswith(words)


def test_the_share_is_whole_only_when_the_work_is_done() -> None:
    nearly = replace(RUNNING, done=1999, fraction=0.9999)
    assert "(99 %)" in moment(nearly)
    assert share(replace(nearly, phase="done")) == 1
    assert share(replace(nearly, phase="stopped")) < 1


def test_nothing_to_compute_is_all_done_and_divides_by_nothing() -> None:
    idle = Progress("running", "topic", "m@1", total=0, reused=20_000)
    assert share(idle) == 1
    assert moment(idle) == "20,000 reused"


def test_many_labels_are_cut_to_the_most_frequent() -> None:
    counts: dict[str | None, int] = {f"label {i}": i for i in range(30)}
    line = label_counts({**counts, None: 4})
    assert line.startswith("label 29 29 · label 28 28")
    assert line.count(" · ") == MOST_LABELS + 1
    assert line.endswith("25 others 300 · no answer 4")


def test_long_names_and_names_of_several_lines_take_one_line() -> None:
    assert shortened("a\nb\tc") == "a b c"
    assert len(shortened("x" * 500)) == 40
    assert "\x1b" not in shortened("\x1b[31mred")
