"""The review surface as a widget."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ipywidgets import Widget

from sciml_magics.errors import SciMLError
from sciml_magics.panels import host
from sciml_magics.panels.messages import PROTOCOL, Open
from sciml_magics.panels.service import end_service, service
from sciml_magics.panels.settings import choose
from sciml_magics.store import Store

pytestmark = pytest.mark.skipif(
    not (Path(host.__file__).parent / "static" / "widget.js").exists(),
    reason="the front end is not built",
)


@pytest.fixture
def panel(store: Store, place: Path) -> Iterator[host.ReviewPanel]:
    asked = Open(task="topic", order="random", annotator="grace")
    made = host.review_panel(asked, str(place))
    yield made
    made.close()
    Widget.close_all()
    end_service()
    choose(None)


@pytest.fixture
def sent(panel: host.ReviewPanel, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    monkeypatch.setattr(panel, "send", messages.append)
    return messages


def test_its_state_says_what_to_open(panel: host.ReviewPanel, place: Path) -> None:
    state = panel.get_state()
    assert state["review"]["task"] == "topic"
    assert state["review"]["annotator"] == "grace"
    assert state["store"] == str(place)
    assert "export" in state["_esm"]
    assert "://" not in state["_css"]


def test_its_messages_are_requests(
    panel: host.ReviewPanel, sent: list[dict[str, Any]], place: Path
) -> None:
    hello = {"protocol": PROTOCOL, "client": "widget", "store": panel.store}
    for name, method, params in (("1", "hello", hello), ("2", "open", panel.review)):
        panel._receive(panel, {"id": name, "method": method, "params": params}, [])
    assert sent[0]["result"]["annotator"]
    assert len(sent[1]["result"]["items"]) > 0
    assert sent[1]["result"]["task"]["name"] == "topic"


def test_it_is_told_of_changes_once_it_has_asked(
    panel: host.ReviewPanel, sent: list[dict[str, Any]]
) -> None:
    service().announcements.changed("topic")
    assert sent == []
    panel._receive(panel, {"id": "1", "method": "tasks"}, [])
    service().announcements.changed("other")
    assert sent[-1] == {"event": "changed", "task": "other"}
    panel.close()
    service().announcements.changed("third")
    assert sent[-1]["task"] == "other"


def test_as_text_it_says_what_it_is(panel: host.ReviewPanel) -> None:
    assert repr(panel) == "Review of 'topic': shown while its kernel runs"


def test_without_its_front_end_it_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host, "_STATIC", tmp_path)
    with pytest.raises(SciMLError, match="jlpm build"):
        host.review_panel(Open(task="topic"))


def test_the_bundle_leaves_the_colour_scheme_to_the_page() -> None:
    style = (Path(host.__file__).parent / "static" / "widget.css").read_text("utf-8")
    assert "--sm-good:light-dark(" in style
    assert "lightningcss" not in style
