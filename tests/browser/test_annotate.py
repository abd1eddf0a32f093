"""The main job in real pages: a column is labelled, stopped, and gone on with."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.pages import NotebookPage

pytestmark = pytest.mark.browser

START = """\
import pandas as pd
%load_ext sciml_magics
df = pd.DataFrame({"text": [
    "The genome of barley was sequenced.", "A telescope found a planet near a dwarf star.",
    "The genome of barley was sequenced.", None, "<img src=x onerror=document.title='hit'>",
]})"""

ANNOTATE = """\
%%annotate df --column text --task topic --store {store}
labels:
  genomics: genes and DNA
  astronomy: stars, planets and telescopes"""

LONG = """\
import numpy as np, pandas as pd
%load_ext sciml_magics
words = np.array("cell gene star law market river alloy virus school comet voter".split())
rng = np.random.default_rng(0)
df = pd.DataFrame({"text": [" ".join(rng.choice(words, 60)) for _ in range(1500)]})"""


def test_a_column_is_labelled_once(host: NotebookPage) -> None:
    cell = ANNOTATE.format(store="first.db")
    host.open_cells([START, cell, "print(df.shape, list(df.columns))", cell])
    host.run_all()
    shown = host.page.locator(".jp-OutputArea").nth(1)
    expect(shown.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "100")
    expect(shown).to_contain_text("topic_score")
    expect(shown).to_contain_text("all-MiniLM-L6-v2@")
    expect(shown).to_contain_text(re.compile(r"1\s+missing"))
    expect(host.charts()).to_have_count(2)
    expect(host.page.locator(".jp-OutputArea").nth(2)).to_contain_text("(5, 4)")
    assert host.page.title() != "hit"
    again = host.page.locator(".jp-OutputArea").nth(3)
    expect(again).to_contain_text(re.compile(r"3\s+reused"))


def test_a_mistake_is_one_line(lab: NotebookPage) -> None:
    lab.open_cells([START, "%annotate df --column txt --labels a,b --store wrong.db"])
    outputs = lab.run_all(fails=True)
    said = [output for output in outputs if output["output_type"] != "execute_result"]
    text = "".join("".join(output.get("text", output.get("traceback", ""))) for output in said)
    assert "did you mean 'text'" in text
    assert "Traceback" not in text
    assert len(text.strip().splitlines()) == 1


def test_the_stop_button_keeps_what_is_done(lab: NotebookPage) -> None:
    cell = ANNOTATE.format(store="stopped.db")
    lab.open_cells([LONG, cell, "left = int((df['topic_status'] == 'pending').sum()); print(left)"])
    page = lab.page
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
    output = page.locator(".jp-OutputArea").nth(1)
    expect(output.get_by_role("progressbar")).to_have_attribute(
        "aria-valuenow", re.compile(r"^([5-9]|[1-9]\d)$"), timeout=60_000
    )
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:interrupt-kernel')")
    expect(output).to_contain_text("run the same cell again to go on", timeout=60_000)
    # What came after the stopped cell did not run.
    expect(page.locator(".jp-OutputArea").nth(2)).to_be_empty()
    lab.run_all()
    expect(output).to_contain_text(re.compile(r"[1-9][\d,]*\s+reused"))
    expect(page.locator(".jp-OutputArea").nth(2)).to_have_text(re.compile(r"^\s*0\s*$"))
