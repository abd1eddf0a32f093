"""What a job gives becomes what a notebook shows."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from sciml_magics.api.showing import done_as, shown_as
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
