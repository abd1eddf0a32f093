"""Whole reviews by keyboard alone, in both applications, under a cell and at the side."""

from __future__ import annotations

from itertools import cycle, islice

import pytest
from playwright.sync_api import expect

from tests.browser.pages import NotebookPage
from tests.browser.reviews import (
    HOSTS_AND_PLACES,
    Place,
    Surface,
    numbered,
    opened,
    said,
    suggest,
)

pytestmark = pytest.mark.browser

NAMES = ("genomics", "imaging")
KEYS = ("a", "2", "x", "Space", "f", "1")


@HOSTS_AND_PLACES
def test_a_hundred_records_by_keyboard_alone(host: NotebookPage, place: Place) -> None:
    store = host.server.root / f"hundred-{host.server.application}-{place}.db"
    suggest(store, numbered(100), NAMES)
    surface = opened(host, place, store.name)
    done = []
    for key in islice(cycle(KEYS), 100):
        before = surface.shown()
        blind = surface.blind()
        if key.isdigit():
            surface.press(key)
        if blind and key in "ax":
            # There is no suggestion to accept or reject: the person answers.
            surface.press("3")
        surface.press("a" if key.isdigit() or (blind and key in "ax") else key)
        done.append(before)
        if len(done) < 100:
            expect(surface.record).not_to_have_attribute("data-record", before)
    expect(surface.root).to_contain_text("100 / 100")
    surface.settled()
    kept = said(store, 100)
    assert [one.response.record_id.hex() for one in kept] == done
    assert len(set(done)) == 100
    assert {one.response.decision for one in kept} == {
        "accepted",
        "corrected",
        "rejected",
        "skipped",
        "flagged",
    }


def test_undo_goes_back_without_an_end(lab: NotebookPage) -> None:
    store = lab.server.root / "undo.db"
    suggest(store, numbered(30), NAMES)
    surface = opened(lab, "side", store.name)
    answered = [surface.answer("Space") for _ in range(10)]
    for record in reversed(answered):
        surface.press("Backspace")
        expect(surface.record).to_have_attribute("data-record", record)
    surface.settled()
    kept = [one.response for one in said(store, 20)]
    assert [one.decision for one in kept] == ["skipped"] * 10 + ["undone"] * 10
    assert [one.record_id.hex() for one in kept[10:]] == answered[::-1]


@HOSTS_AND_PLACES
def test_no_key_reaches_the_notebook(host: NotebookPage, place: Place) -> None:
    store = host.server.root / f"leak-{host.server.application}-{place}.db"
    suggest(store, numbered(60), NAMES)
    surface = opened(host, place, store.name, then=["1 + 1"])
    before = _sources(host)
    # In a notebook these add, delete, undo, merge and change cells.
    for key in "abxdd0yzmrhfno123":
        surface.press(key)
        surface.press("Escape")
        surface.root.focus()
    # The keyboard is with a part of the surface after a click into it.
    for key in "abxdd0yzmr":
        surface.record.click()
        surface.press(key)
        surface.press("Escape")
    assert _sources(host) == before


def test_the_panel_is_opened_and_used_without_a_mouse(lab: NotebookPage) -> None:
    store = lab.server.root / "palette.db"
    suggest(store, numbered(5), NAMES)
    lab.open_cells([f"%load_ext sciml_magics\n%config SciML.store = {store.name!r}"])
    lab.run_first(1)
    lab.page.keyboard.press("Control+Shift+C")
    lab.page.keyboard.type("Review Labels")
    expect(lab.page.locator(".lm-CommandPalette-item.lm-mod-active")).to_contain_text("Review")
    lab.page.keyboard.press("Enter")
    panel = lab.page.get_by_role("region", name="Review labels")
    task = panel.get_by_role("button", name="topic")
    expect(task).to_be_visible()
    for _ in range(10):
        if task.evaluate("(node) => node === document.activeElement"):
            break
        lab.page.keyboard.press("Tab")
    lab.page.keyboard.press("Enter")
    surface = Surface(lab, "side").wait()
    expect(surface.root).to_be_focused()
    surface.answer("Space")
    surface.settled()
    assert [one.response.decision for one in said(store, 1)] == ["skipped"]


def _sources(lab: NotebookPage) -> list[str]:
    found: list[str] = lab.page.evaluate(
        "() => window.testedPanel.content.widgets.map((cell) => cell.model.sharedModel.source)"
    )
    return found
