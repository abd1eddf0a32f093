"""A newcomer cleans the sample table in the notebook, by keyboard, and stands behind the result."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import PATIENCE_MS
from tests.browser.pages import NotebookPage
from tests.browser.reviews import Surface, said

pytestmark = pytest.mark.browser

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
# Long enough for a machine with other work to do.
CELL_MS = 900_000
ROWS, CELLS = 6, 12
# In the notebook's kernel at the end, to see what the person has: no part of what they do.
KEEP = "survey.to_pickle('dirty.pkl'); once.to_pickle('clean.pkl')"
_SCRIPT = """
import sys

class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "sciml_magics":
            raise ImportError(name)

sys.meta_path.insert(0, Nothing())
import pandas as pd
from clean_survey import clean

pd.testing.assert_frame_equal(clean(pd.read_pickle("dirty.pkl")), pd.read_pickle("clean.pkl"))
"""


class Newcomer:
    """Somebody who has a keyboard and a screen, and knows what was planted."""

    def __init__(self, lab: NotebookPage) -> None:
        self.lab = lab
        self.keys = self.looked = 0
        cells = pd.read_csv(
            NOTEBOOKS / "data/dirty/survey_errors.csv", dtype=str, keep_default_na=False
        )
        frame = pd.read_csv(NOTEBOOKS / "data/dirty/survey.csv", dtype=str)
        self.right = {(row, column): good for row, column, _, good, _ in cells.to_numpy()}
        self.wrong: dict[str, set[str]] = {}
        for row, column in self.right:
            self.wrong.setdefault(frame["id"][int(row)], set()).add(column or "(row)")

    def press(self, key: str) -> None:
        self.keys += 1
        self.lab.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.keys += len(text)
        self.lab.page.keyboard.type(text)

    @property
    def active(self) -> Locator:
        """The cell that the notebook shows as the one that is next."""
        return self.lab.page.locator(".jp-Notebook .jp-Cell.jp-mod-active")

    def run_until(self, start: str) -> None:
        """Run the cells above the one that begins so, one after the other."""
        while not self.source().startswith(start):
            at = self.place()
            self.run()
            assert self.place() != at, f"the notebook stays at its cell {at}"

    def place(self) -> str | None:
        """Which cell is active."""
        return self.active.get_attribute("data-windowed-list-index")

    def source(self) -> str:
        """What stands in the active cell; nothing of a text."""
        if "jp-CodeCell" not in (self.active.get_attribute("class") or ""):
            return ""
        return (self.active.locator(".cm-content").first.text_content() or "").strip()

    def run(self) -> None:
        """Shift+Enter, and wait until the number stands beside the cell."""
        is_code = "jp-CodeCell" in (self.active.get_attribute("class") or "")
        handle = self.active.element_handle()
        self.press("Shift+Enter")
        if is_code:
            self.lab.page.wait_for_function(
                "(cell) => /\\[\\d+\\]/.test(cell.querySelector('.jp-InputPrompt').textContent)",
                arg=handle,
                timeout=CELL_MS,
            )
            errors = self.lab.page.evaluate(
                "(cell) => [...cell.querySelectorAll('.jp-RenderedText[data-mime-type*=error]')]"
                ".map((node) => node.textContent)",
                handle,
            )
            assert not errors, errors

    def into(self, task: str) -> Surface:
        """Run the cell that reviews a task, and go into the review."""
        self.run()
        surface = Surface(self.lab, "cell")
        surface.root = self.lab.page.locator(f".sm-Review[aria-label='Review of {task}']")
        surface.wait()
        expect(surface.root).to_contain_text("Ctrl+Alt+R or a click here: answer by keyboard")
        self.press("Control+Alt+R")
        expect(surface.root).to_be_focused()
        expect(surface.root).to_contain_text("Ctrl+Alt+R: back to the notebook")
        return surface

    def out(self, surface: Surface) -> None:
        """Back to the notebook, at the cell below."""
        surface.settled()
        self.press("Control+Alt+R")
        expect(self.active).to_be_focused()

    def mark(self, surface: Surface) -> None:
        """Say which cells of the row are wrong."""
        fields = surface.root.locator(".sm-Review-field")
        parts = [fields.locator(part).all_text_contents() for part in ("h3", ".sm-Review-text")]
        texts = dict(zip(*parts, strict=False))
        wrong = self.wrong.get(texts.get("id", ""), set())
        boxes = surface.root.get_by_role("checkbox")
        for at in range(min(9, boxes.count())):
            box = boxes.nth(at)
            name = box.locator(".sm-Review-labelName").text_content()
            if (name in wrong) != (box.get_attribute("aria-checked") == "true"):
                self.press(str(at + 1))
        self.go_on(surface, "a")

    def decide(self, surface: Surface) -> str:
        """Accept, choose, write or reject a value; how it was."""
        fields = surface.root.locator(".sm-Review-field h3").all_text_contents()
        row = surface.root.locator(".sm-Review-field .sm-Review-text").last.text_content() or ""
        right = self.right.get((row, fields[0]))
        if right is None:
            self.go_on(surface, "x")
            return "rejected"
        written = surface.root.get_by_label("New value")
        names = surface.root.locator(".sm-Review-labelName").all_text_contents()
        if written.input_value() == right:
            if names[1:] and names[0] == right:
                # A look at the second value, and back.
                self.press("2")
                expect(written).to_have_value(names[1])
                self.press("1")
                expect(written).to_have_value(right)
                self.looked += 1
            self.go_on(surface, "a")
            return "accepted"
        if right in names[:9]:
            self.press(str(names.index(right) + 1))
            expect(written).to_have_value(right)
            self.go_on(surface, "a")
            return "chosen"
        self.press("e")
        expect(written).to_be_focused()
        self.type(right)
        if not right:
            self.press("Delete")
        self.go_on(surface, "Enter")
        expect(surface.root).to_be_focused()
        return "written"

    def go_on(self, surface: Surface, key: str) -> None:
        """Answer, and wait for the next record or the end."""
        before = surface.shown()
        self.press(key)
        expect(surface.root.locator(f'[data-record="{before}"]')).to_have_count(0)


@pytest.fixture
def newcomer(lab: NotebookPage) -> Iterator[Newcomer]:
    """The notebook of the repository, opened as it is but for what is not about cleaning."""
    expect.set_options(timeout=CELL_MS)
    lab.page.set_default_timeout(CELL_MS)
    shutil.copytree(NOTEBOOKS / "data", lab.server.root / "data", dirs_exist_ok=True)
    notebook = nbformat.read(NOTEBOOKS / "clean.ipynb", as_version=4)
    end = next(at for at, cell in enumerate(notebook.cells) if cell.source.startswith("## 7."))
    notebook.cells = [*notebook.cells[:end], nbformat.v4.new_code_cell(KEEP)]
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, lab.server.root / "clean.ipynb")
    lab.open_notebook("clean.ipynb")
    yield Newcomer(lab)
    expect.set_options(timeout=PATIENCE_MS)


def test_a_table_is_cleaned_by_keyboard_and_the_script_does_the_same(newcomer: Newcomer) -> None:
    lab, folder = newcomer.lab, newcomer.lab.server.root
    began = time.monotonic()
    newcomer.run_until("%review survey.errors")
    surface = newcomer.into("survey.errors")
    for _ in range(ROWS):
        newcomer.mark(surface)
    newcomer.out(surface)
    newcomer.run_until("%review survey.repairs")
    surface = newcomer.into("survey.repairs")
    how = [newcomer.decide(surface) for _ in range(CELLS)]
    # One is rejected by mistake, and answered anew.
    rejected = surface.shown()
    newcomer.go_on(surface, "x")
    newcomer.press("Backspace")
    expect(surface.record).to_have_attribute("data-record", rejected)
    how.append(newcomer.decide(surface))
    newcomer.out(surface)
    newcomer.run_until("%changes cleaned --name survey --take-back")
    listed = lab.page.locator(".jp-OutputArea-output table").last
    row, column = listed.locator("tbody tr").first.locator("td").all_text_contents()[:2]
    newcomer.press("Enter")
    newcomer.press("Control+A")
    newcomer.type(f'%changes cleaned --name survey --take-back {row} "{column}"')
    newcomer.press("Escape")
    newcomer.run()
    expect(lab.page.locator(".jp-Notebook")).to_contain_text("1 change taken back")
    newcomer.run_until("survey.to_pickle")
    seconds = time.monotonic() - began
    newcomer.run()

    store = folder / "sciml_magics.db"
    assert len(said(store, CELLS, "survey.repairs")) >= CELLS
    assert newcomer.looked
    assert {"accepted", "written"} <= set(how)
    dirty, clean = pd.read_pickle(folder / "dirty.pkl"), pd.read_pickle(folder / "clean.pkl")
    changes = _changes(store)
    held = changes[changes["state"] == "applied"]
    back = changes.loc[changes["state"] == "taken back", ["row", "column"]]
    assert back.to_numpy().tolist() == [[row, column]]
    dropped = set(held.loc[held["column"] == "(row)", "row"].astype(int))
    assert dropped == set(dirty.index) - set(clean.index)
    told = {(int(row), name) for row, name in held[["row", "column"]].to_numpy()}
    for name in dirty:
        before, after = (each[name].astype(object) for each in (dirty.loc[clean.index], clean))
        same = (before == after) | (before.isna() & after.isna())
        assert {(row, name) for row in clean.index[~same]} <= told
    # The folder of the script, and neither this project's nor the notebook's kernel's.
    quiet = {**os.environ, "PYTHONPATH": ""}
    subprocess.run([sys.executable, "-c", _SCRIPT], cwd=folder, env=quiet, check=True)
    print(f"\n{newcomer.keys} keys, {seconds / 60:.1f} min; {how}")


def _changes(store: Path) -> pd.DataFrame:
    from sciml_magics import api

    return api.changes("survey", store=store).frame
