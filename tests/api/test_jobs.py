"""A job tells how it goes, and an interrupt becomes a line."""

from __future__ import annotations

import pytest

from sciml_magics.annotation import Progress
from sciml_magics.api.jobs import watched
from sciml_magics.errors import Stopped


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
