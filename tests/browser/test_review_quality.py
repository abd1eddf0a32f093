"""Wrong cells and their repairs, reviewed by keyboard, and the frame that comes of it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import expect

from sciml_magics import api
from sciml_magics.quality.cleaning import keep_repairs
from sciml_magics.quality.repairing import Candidate, Proposal
from sciml_magics.quality.table import Table
from sciml_magics.store import open_store
from sciml_magics.tasks import ModelIdentity
from tests.browser.pages import NotebookPage
from tests.browser.reviews import opened, said

pytestmark = pytest.mark.browser

RULES = "columns: {zip: {pattern: '[0-9]{5}'}, beds: {max: 20}}"
MODEL = ModelIdentity("repairs", "0123456789abcdef", "repairs")


def hospital() -> pd.DataFrame:
    """A table with a typing error, a letter among digits and a number that is too large."""
    towns = {"Birmingham": "35233", "Sheffield": "35660", "Huntsville": "35801", "Dothan": "36302"}
    rows = [(town, code, 10 + at % 7) for at, (town, code) in enumerate([*towns.items()] * 15)]
    frame = pd.DataFrame(rows, columns=["town", "zip", "beds"], index=range(100, 160))
    frame.loc[104, "town"] = "Birmingxam"
    frame.loc[109, "zip"] = "3566O"
    frame.loc[112, "beds"] = 120
    return frame


def proposed(frame: pd.DataFrame, path: Path) -> None:
    """Put repairs into a store, as a run would."""
    first = (Candidate("Birmingham", 0.9, "spelling", "one letter away, and 14 rows have it"),)
    second = (
        Candidate("35660", 0.6, "dependency", "so has Sheffield in 14 rows"),
        Candidate("35233", 0.2, "majority", "most frequent"),
        Candidate("", 0.1, "missing", "nothing is known of it"),
    )
    proposals = [Proposal(4, "town", first), Proposal(9, "zip", second)]
    with open_store(path) as store:
        keep_repairs(Table(frame, "hospital"), store, proposals, MODEL, total=2)


def test_wrong_cells_are_corrected_by_keyboard(lab: NotebookPage) -> None:
    path = lab.server.root / "errors.db"
    frame = hospital()
    found = api.detect(
        frame, RULES, name="hospital", detectors=["typos"], ask=2, audit=0, store=path,
        progress=False,
    )  # fmt: skip
    surface = opened(lab, "side", path.name, "hospital.errors")
    expect(surface.root).to_contain_text("Your answer teaches most")
    expect(surface.root.locator(".sm-Review-description").first).to_be_visible()
    marked = surface.root.locator(".sm-is-named h3")
    columns = marked.all_text_contents()
    digit = str(["town", "zip", "beds", "(row)"].index(columns[0]) + 1)
    surface.press(digit)
    expect(marked).to_have_count(len(columns) - 1)
    surface.press("3")
    surface.answer("a")
    surface.answer("a")
    surface.settled()
    kept = said(path, 2, "hospital.errors")
    assert [one.response.decision for one in kept] == ["corrected", "accepted"]
    assert "beds" in (kept[0].response.value or ())
    again = api.detect(
        frame, RULES, name="hospital", detectors=["typos"], ask=2, audit=0, store=path,
        progress=False,
    )  # fmt: skip
    assert again.answered == 2
    asked = found.asked[0].row
    assert (str(frame.index[asked]), "beds") in set(
        zip(again.frame["row"], again.frame["column"], strict=True)
    )


def test_a_value_is_chosen_by_its_number_and_put_into_the_frame(lab: NotebookPage) -> None:
    path = lab.server.root / "repairs.db"
    frame = hospital()
    proposed(frame, path)
    surface = opened(lab, "cell", path.name, "hospital.repairs")
    values = {}
    for _ in range(2):
        old = surface.text()
        candidates = surface.root.get_by_role("radiogroup", name="Values to choose from")
        if old == "3566O":
            expect(candidates).to_contain_text("so has Sheffield in 14 rows")
            surface.press("2")
            expect(surface.root.get_by_label("New value")).to_have_value("35233")
            surface.press("1")
            expect(surface.root.get_by_label("New value")).to_have_value("35660")
        expect(candidates.get_by_role("radio", checked=True)).to_have_count(1)
        values[old] = surface.root.get_by_label("New value").input_value()
        shown = surface.shown()
        surface.press("a")
        expect(surface.root.locator(f'[data-record="{shown}"]')).to_have_count(0)
    surface.settled()
    assert values == {"Birmingxam": "Birmingham", "3566O": "35660"}
    said(path, 2, "hospital.repairs")
    done = api.clean(frame, name="hospital", store=path)
    assert (done.frame.loc[104, "town"], done.frame.loc[109, "zip"]) == ("Birmingham", "35660")
