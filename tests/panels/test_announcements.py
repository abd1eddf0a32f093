import time
from typing import Any

import pytest

from sciml_magics.annotation import Progress
from sciml_magics.panels import announcements
from sciml_magics.panels.announcements import Announcements
from sciml_magics.panels.messages import Open


def test_changes_are_told_at_once_and_then_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announcements, "SECONDS_BETWEEN", 0.2)
    told: list[dict[str, Any]] = []
    tell = Announcements()
    end = tell.subscribe(told.append)
    for _ in range(100):
        tell.changed("topic")
    tell.changed("other")
    assert told == [{"event": "changed", "task": task} for task in ("topic", "other")]
    time.sleep(0.5)
    assert told[2:] == [{"event": "changed", "task": "topic"}]
    end()
    end()
    tell.changed("topic")
    assert len(told) == 3


def test_the_end_of_a_run_is_a_change() -> None:
    told: list[dict[str, Any]] = []
    tell = Announcements()
    tell.subscribe(told.append)
    progress = Progress("running", "topic", "m", total=4, done=2, labels={"a": 1, None: 1})
    tell.progress(progress)
    assert told[0]["progress"]["labels"] == [
        {"label": "a", "count": 1},
        {"label": None, "count": 1},
    ]
    tell.progress(Progress("done", "topic", "m"))
    assert [each["event"] for each in told] == ["progress", "progress", "changed"]


def test_a_listener_that_fails_stops_nobody() -> None:
    tell = Announcements()
    told: list[dict[str, Any]] = []

    def broken(_: object) -> None:
        raise RuntimeError

    tell.subscribe(broken)
    tell.subscribe(told.append)
    tell.changed("topic")
    assert len(told) == 1


def test_whether_somebody_listens_is_known() -> None:
    tell = Announcements()
    told: list[dict[str, Any]] = []
    assert not tell.show("topic", Open(task="topic"))
    tell.subscribe(told.append)
    assert tell.show("topic", Open(task="topic", order="random"))
    assert told[0]["open"]["order"] == "random"
