"""Texts, labels, notes and titles that would break out of a page that shows more than text."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from sciml_magics.tasks import Label, Span, Task
from tests.browser.pages import NotebookPage
from tests.browser.reviews import HOSTS_AND_PLACES, Place, opened, said, suggest

pytestmark = pytest.mark.browser

HIT = "window.hit=1;document.title='hit'"
TEXTS = {
    "script": f"<script>{HIT}</script>",
    "handler": f'"><img src=x onerror="{HIT}"><svg onload="{HIT}">',
    "css": "<style>body{display:none}</style>}*{display:none}",
    "template": "${" + HIT + "} {{constructor.constructor('" + "x" + "')()}} %1 %(a)s",
    "link": f"javascript:{HIT} https://outside.example.org/a.png",
    "control": "a\x00b\x07c\x1b[31md\x7fe\u2028f\u2029g\ufeffh\u202ei",
    "right to left": "עברית العربية \u202eolleh\u202c end",
    "combining": "e\u0301" * 20 + " z" + "\u0335\u0322\u0321" * 40,
    "lines": "one\r\ntwo\rthree\n\nfour\tfive",
    "emoji": "🧬👩‍🔬🏳️‍🌈" * 20,
    "half": "broken \ud83d half",
}


def unharmed(host: NotebookPage) -> None:
    """Nothing that a record holds ran, or hid the page."""
    assert host.page.evaluate("() => window.hit") is None
    assert host.page.title() != "hit"
    assert host.page.evaluate("() => getComputedStyle(document.body).display") != "none"


@HOSTS_AND_PLACES
def test_hostile_texts_and_labels_are_text(host: NotebookPage, place: Place) -> None:
    store = host.server.root / f"hostile-{host.server.application}-{place}.db"
    labels = tuple(Label(text.replace("\ud83d", ""), text[:40]) for text in TEXTS.values())
    task = Task("topic", ("text",), labels=tuple(labels), instructions=TEXTS["handler"])
    suggest(store, list(TEXTS.values()), [label.name for label in labels], task)
    surface = opened(host, place, store.name)
    seen: list[str] = []
    for _ in TEXTS:
        seen.append(surface.text())
        unharmed(host)
        surface.root.locator("input.sm-Review-note").fill(TEXTS["script"])
        surface.root.focus()
        surface.press("1")
        if len(seen) < len(TEXTS):
            surface.answer("a")
        else:
            surface.press("a")
    surface.settled()
    for plain in ("script", "handler", "css", "template", "link", "right to left", "combining"):
        assert TEXTS[plain] in seen
    kept = [one.response for one in said(store, len(TEXTS))]
    assert len(kept) == len(TEXTS)
    assert {one.note for one in kept} == {TEXTS["script"]}
    # The history shows notes and texts again.
    surface.press("y")
    expect(surface.root).to_contain_text("<script>")
    unharmed(host)
    assert host.page.locator(".sm-Review script, .sm-Review img, .sm-Review style").count() == 0


def test_hostile_labels_in_charts_are_text(lab: NotebookPage) -> None:
    store = lab.server.root / "hostile-charts.db"
    labels = tuple(Label(text) for name, text in TEXTS.items() if name != "half")
    name = TEXTS["handler"]
    task = Task(name, ("text",), labels=labels)
    suggest(store, ["a text", "another"], [labels[0].name, labels[1].name], task)
    surface = opened(lab, "side", store.name, name)
    surface.press("1")
    surface.answer("a")
    surface.settled()
    lab.page.get_by_role("tab", name="Charts").click()
    charts = lab.page.locator("#sciml-magics-panel").get_by_role("figure")
    expect(charts.first).to_contain_text("<script>")
    unharmed(lab)


def test_a_megabyte_in_one_line_and_20000_emoji(lab: NotebookPage) -> None:
    store = lab.server.root / "long.db"
    texts = ["a" * 1_000_000, "word " * 200_000, "😀" * 20_000]
    suggest(store, texts, ("genomics",))
    surface = opened(lab, "side", store.name)
    for at in range(3):
        unharmed(lab)
        surface.press("1")
        if at < 2:
            surface.answer("a")
        else:
            surface.press("a")
    surface.settled()
    assert len(said(store, 3)) == 3


MARKED = ("😀 e\u0301 中文\r\nThe gene BRCA1 👩‍🔬 was found.", "BRCA1")


def test_spans_are_exact_after_emoji_marks_and_chinese(lab: NotebookPage) -> None:
    store = lab.server.root / "spans.db"
    text, word = MARKED
    at = text.index(word)
    task = Task("genes", ("text",), "spans", labels=(Label("gene"), Label("person")))
    suggest(store, [text], [(Span(at, at + len(word), "gene", word),)], task)
    surface = opened(lab, "side", store.name, "genes")
    # Mark another word, as a mouse does: a double click selects it.
    target = surface.root.locator("[data-start]", has_text="was found").first
    box = target.evaluate(_PLACE_OF_WORD, "found")
    lab.page.mouse.dblclick(box["x"], box["y"])
    surface.press("2")
    surface.press("a")
    surface.settled()
    [kept] = said(store, 1, "genes")
    spans = kept.response.value
    assert isinstance(spans, tuple)
    found = [span for span in spans if isinstance(span, Span)]
    assert [(span.text, span.label) for span in found] == [("BRCA1", "gene"), ("found", "person")]
    assert all(text[span.start : span.end] == span.text for span in found)


_PLACE_OF_WORD = """(node, word) => {
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  for (let text; (text = walker.nextNode());) {
    const at = text.data.indexOf(word);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(text, at);
    range.setEnd(text, at + word.length);
    const box = range.getBoundingClientRect();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }
}"""
