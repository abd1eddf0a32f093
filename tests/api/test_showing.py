"""What a job gives becomes what a notebook shows, and an interrupt becomes a line."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from sciml_magics.annotation import Progress
from sciml_magics.api.showing import done_as, shown_as
from sciml_magics.api.watching import watched
from sciml_magics.errors import Stopped


@dataclass(frozen=True)
class Found:
    count: int


@dataclass(frozen=True)
class Shown(Found):
    source: str = ""


def test_fields_are_taken_over_and_others_added() -> None:
    assert shown_as(Shown, Found(3), source="people") == Shown(3, "people")
    assert done_as(Shown, lambda: Found(3)) == Shown(3)


def test_what_a_stopped_job_found_is_shown_in_the_same_way() -> None:
    def stop() -> Found:
        raise Stopped("halfway", Found(1))

    with pytest.raises(Stopped, match="halfway") as stopped:
        done_as(Shown, stop)
    assert stopped.value.outcome == Shown(1)


def test_a_job_that_was_stopped_with_nothing_has_nothing_to_show() -> None:
    def stop() -> Found:
        raise Stopped("at once")

    with pytest.raises(Stopped) as stopped:
        done_as(Shown, stop)
    assert stopped.value.outcome is None


def interrupted(error: BaseException, stopped: str) -> None:
    with watched("topic", False, stopped):
        raise error


def test_an_interrupt_without_a_word_gets_one() -> None:
    with pytest.raises(Stopped, match="topic: stopped before anything was looked at"):
        interrupted(KeyboardInterrupt(), "topic: stopped before anything was looked at")


def test_what_a_job_says_itself_stays_and_so_does_an_interrupt_that_has_no_word() -> None:
    with pytest.raises(Stopped, match="after 3 of 4"):
        interrupted(Stopped("after 3 of 4"), "before anything")
    with pytest.raises(KeyboardInterrupt) as plain:
        interrupted(KeyboardInterrupt(), "")
    assert type(plain.value) is KeyboardInterrupt


def test_a_listener_of_the_callers_hears_every_moment() -> None:
    heard: list[Progress] = []
    with watched("topic", heard.append) as listen:
        listen(Progress("running", "topic", "model"))
    assert [moment.phase for moment in heard] == ["running"]
