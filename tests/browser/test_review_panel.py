"""The panel and the surface as people see them: charts, themes, roles and names."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from playwright.sync_api import expect

from tests.browser.pages import NotebookPage, Theme
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

# Ratio of the lightness of a text to that of what lies behind it, as WCAG defines it.
_CONTRAST = """(node) => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const over = (colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
    }
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((c) => c / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const grounds = [];
  for (let at = node; at; at = at.parentElement) {
    grounds.unshift(getComputedStyle(at).backgroundColor);
  }
  const [light, dark] = [over(grounds), over([...grounds, getComputedStyle(node).color])]
    .sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}"""
_TEXTS = (
    ".sm-Review-text",
    ".sm-Review-reason",
    ".sm-Review-labelName",
    ".sm-Review-description",
    ".sm-Review-figures",
    ".sm-Review-saved",
    ".sm-Review-action",
)


@HOSTS_AND_PLACES
def test_texts_are_readable_in_both_themes(host: NotebookPage, place: Place) -> None:
    store = host.server.root / f"themes-{host.server.application}-{place}.db"
    suggest(store, numbered(20), ("genomics", "imaging"))
    surface = opened(host, place, store.name)
    surface.answer("Space")
    surface.settled()
    for theme in get_args(Theme):
        host.set_theme(theme)
        # Colours fade from one theme to the other.
        host.page.wait_for_timeout(500)
        for text in _TEXTS:
            node = surface.root.locator(text).first
            expect(node).to_be_visible()
            assert node.evaluate(_CONTRAST) >= 4.5, (theme, text)


def test_every_part_has_a_role_and_a_name(lab: NotebookPage) -> None:
    store = lab.server.root / "roles.db"
    suggest(store, numbered(20), ("genomics", "imaging"))
    root = opened(lab, "side", store.name).root
    expect(root).to_have_attribute("aria-label", "Review of topic")
    expect(root.get_by_role("article", name="Record")).to_be_visible()
    expect(root.get_by_role("radiogroup", name="Labels")).to_be_visible()
    expect(root.get_by_role("radio", name=re.compile("genomics"))).to_have_attribute(
        "aria-keyshortcuts", "1"
    )
    bar = root.get_by_role("progressbar", name="Answered records")
    expect(bar).to_have_attribute("aria-valuetext", "0 of 20 answered")
    unnamed = root.evaluate(
        """(root) => [...root.querySelectorAll('button, input, select, textarea')].filter(
          (node) => !(node.ariaLabel || node.textContent.trim() || node.labels?.length)
        ).map((node) => node.outerHTML)"""
    )
    assert unnamed == []


def test_a_screen_reader_is_told_what_comes_next(lab: NotebookPage) -> None:
    store = lab.server.root / "live.db"
    suggest(store, numbered(20), ("genomics",))
    surface = opened(lab, "cell", store.name)
    surface.answer("Space")
    told = surface.root.locator("[aria-live=polite]").first
    expect(told).to_contain_text(surface.text()[:14])


def test_a_click_on_a_bar_chooses_its_records(lab: NotebookPage) -> None:
    store = lab.server.root / "charts.db"
    suggest(store, numbered(30), ("genomics", "genomics", "imaging"))
    opened(lab, "side", store.name)
    panel = lab.page.locator("#sciml-magics-panel")
    panel.get_by_role("tab", name="Charts").click()
    bars = panel.locator("svg .mark-rect path")
    expect(bars.first).to_be_visible(timeout=60_000)
    # The second bar of the first chart is the smaller label.
    bars.nth(1).click()
    surface = Surface(lab, "side").take()
    # So many parts of a filter hold.
    expect(surface.root.get_by_role("button", name="Choose records")).to_have_text("1")
    seen = []
    for _ in range(10):
        seen.append(int(re.findall(r"number (\d+)", surface.text())[0]))
        surface.press("Space")
        if len(seen) < 10:
            expect(surface.record).not_to_contain_text(f"number {seen[-1]}:")
    kept = said(store, 10)
    assert sorted(seen) == list(range(2, 30, 3))
    assert len(kept) == 10


def test_the_button_of_the_toolbar_opens_the_panel_also_from_a_review_under_a_cell(
    lab: NotebookPage,
) -> None:
    store = lab.server.root / "button.db"
    suggest(store, numbered(20), ("genomics",))
    cell = opened(lab, "cell", store.name)
    expect(cell.root).to_be_focused()
    lab.page.locator("[data-jp-item-name='sciml-review'] jp-button").click()
    expect(lab.page.locator("#sciml-magics-panel .sm-Panel-task")).to_have_text(re.compile("topic"))
