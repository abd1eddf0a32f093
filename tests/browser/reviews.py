"""Reviews in the browser: stores to review, and the review surface as a person handles it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Locator, expect

from sciml_magics.store import open_store
from sciml_magics.tasks import (
    Counts,
    Execution,
    KeptResponse,
    Kind,
    Label,
    ModelIdentity,
    Record,
    Suggestion,
    Task,
    Value,
    record_id,
)
from tests.browser.pages import NotebookPage

Place = Literal["cell", "side"]

STORED_SECONDS = 60
PLACES: tuple[Place, ...] = ("cell", "side")
# Each application and each place once: what a test does of one pair says much of the others, and
# every page takes seconds.
HOSTS_AND_PLACES = pytest.mark.parametrize(
    ("host", "place"), [("lab", "side"), ("notebook7", "cell")], indirect=["host"]
)
LABELS = (
    Label("genomics", "genes and DNA"),
    Label("imaging", "pictures of the body"),
    Label("ecology", "animals and plants where they live"),
)
TOPIC = Task("topic", ("text",), labels=LABELS)
MODEL = ModelIdentity("a-model", "0123456789abcdef", "encoder")
LOAD = "%load_ext sciml_magics\n%config SciML.store = {store!r}"
# Needs the main thread all the time; stops when the file that it names is there.
BUSY = """\
import pathlib, time
while not pathlib.Path({stop!r}).exists():
    sum(range(20_000))
print("stopped")"""

# Milliseconds from each of some key presses to the next record on the screen: the frame after the
# one in which the page was changed begins when the change has been painted.
_PRESSES = """async ([root, name]) => {
  const record = () => root.querySelector('[data-record]')?.getAttribute('data-record') ?? '';
  const painted = () => new Promise((done) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now());
    port2.postMessage(null);
  }));
  const known = window[name];
  window[name] = [];
  if (known) return;
  let watcher;
  root.addEventListener('keydown', (event) => {
    const before = record();
    // A key that chose a label brought no record: the next one does.
    watcher?.disconnect();
    watcher = new MutationObserver(async () => {
      const after = record();
      if (after && after !== before) {
        watcher.disconnect();
        window[name].push(await painted() - event.timeStamp);
      }
    });
    watcher.observe(root, { subtree: true, childList: true, attributes: true });
  }, { capture: true });
}"""


def suggest(
    path: Path,
    texts: Sequence[str],
    values: Sequence[Value],
    task: Task = TOPIC,
    model: ModelIdentity = MODEL,
    scores: Sequence[float] | None = None,
) -> None:
    """Put suggestions for some texts into a store, as a run would."""
    column = task.columns[0]
    records = [Record(record_id(column, text), ((column, text),)) for text in texts]
    given = scores or [0.5 + 0.4 * (at % 10) / 10 for at in range(len(texts))]
    with open_store(path) as store:
        run = store.begin(
            store.task(task), model, Execution("cpu", "bf16"), by="me", seed=0, code_version="1"
        )
        for start in range(0, len(records), 5_000):
            part = slice(start, start + 5_000)
            store.append(run, records[part], _suggestions(records[part], values, given, start))
        store.finish(run, "done", Counts(len(texts), len(texts), len(texts), 0, len(texts)))


def _suggestions(
    records: Sequence[Record], values: Sequence[Value], scores: Sequence[float], start: int
) -> list[Suggestion]:
    made = []
    for at, record in enumerate(records, start):
        value, score = values[at % len(values)], scores[at]
        more = ((value, score), ("ecology", 1 - score)) if isinstance(value, str) else ()
        made.append(Suggestion(record.id, value, score, more))
    return made


def numbered(number: int) -> list[str]:
    """Texts that a person can tell apart."""
    return [f"Text number {at}: the genome of barley was sequenced." for at in range(number)]


def task_of(kind: Kind, labels: Sequence[Label] = LABELS, **more: Any) -> Task:
    """A task of a kind, named after it."""
    return Task(kind, ("text",), kind, labels=tuple(labels), **more)


def said(path: Path, number: int = 0, task: str = "topic") -> list[KeptResponse]:
    """What is in the store, in the order in which it was stored; waits for so many responses."""
    end = time.monotonic() + STORED_SECONDS
    with open_store(path) as store:
        while len(kept := store.responses(task)) < number and time.monotonic() < end:
            time.sleep(0.05)
    return kept


class Surface:
    """A review surface on a page, in a cell or at the side.

    Attributes
    ----------
    root
        The node of the surface.
    """

    def __init__(self, host: NotebookPage, place: Place) -> None:
        self.host = host
        self.place = place
        where = ".jp-OutputArea-output" if place == "cell" else "#sciml-magics-panel"
        self.root = host.page.locator(f"{where} .sm-Review").first

    @property
    def record(self) -> Locator:
        """The record that lies on the table."""
        return self.root.locator("[data-record]")

    def wait(self) -> Surface:
        """Wait for a record."""
        expect(self.record).to_be_visible(timeout=60_000)
        return self

    def take(self) -> Surface:
        """Wait for a record and give the surface the keyboard, as a click into it does."""
        self.wait()
        self.root.focus()
        expect(self.root).to_be_focused()
        return self

    def press(self, key: str) -> None:
        """Press a key, whoever has the keyboard."""
        self.host.page.keyboard.press(key)

    def shown(self) -> str:
        """Address of the record on the table."""
        return self.record.get_attribute("data-record") or ""

    def text(self) -> str:
        """What is read of the record on the table."""
        return self.record.locator(".sm-Review-text").first.text_content() or ""

    def blind(self) -> bool:
        """Whether the suggestion of the record on the table is hidden."""
        return self.root.locator(".sm-Review-share.sm-is-blind").count() > 0

    def answer(self, key: str) -> str:
        """Press a key, and wait until another record is there; the one that was answered."""
        before = self.shown()
        self.press(key)
        expect(self.record).not_to_have_attribute("data-record", before)
        return before

    @property
    def pending(self) -> Locator:
        """What says how many answers are not saved yet."""
        return self.root.locator(".sm-Review-saved.sm-is-pending")

    def settled(self) -> None:
        """Wait until everything is confirmed."""
        expect(self.pending).to_have_count(0, timeout=60_000)

    def clock(self) -> None:
        """Take the time of key presses from now on; see `times`."""
        node = self.root.element_handle()
        self.host.page.evaluate(_PRESSES, [node, f"presses_{self.place}"])

    def times(self) -> list[float]:
        """Milliseconds from each key press to the next record on the screen."""
        found: list[float] = self.host.page.evaluate(f"() => window.presses_{self.place}")
        return found


def opened(
    host: NotebookPage,
    place: Place,
    store: str,
    task: str = "topic",
    options: str = "",
    then: Sequence[str] = (),
) -> Surface:
    """Open a notebook with a review of a task, and give the review the keyboard.

    Parameters
    ----------
    host
        The page.
    place
        Under a cell, or at the side.
    store
        File of the store, in the folder of the notebook.
    task
        Name of the task.
    options
        Options of ``%review``.
    then
        Further cells, which are not run.
    """
    review = [f"%review {task} {options}"] if place == "cell" else []
    host.open_cells([LOAD.format(store=store), *review, *then])
    host.run_first(1 + len(review))
    if place == "side":
        at_the_side(host, task)
    return Surface(host, place).take()


def at_the_side(host: NotebookPage, task: str = "topic") -> None:
    """Open the panel, as the button of the toolbar does, and a task in it."""
    host.command("sciml-magics:review", toolbar=True)
    host.page.locator("#sciml-magics-panel .sm-Panel-task", has_text=task).click()
