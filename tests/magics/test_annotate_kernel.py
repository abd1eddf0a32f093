"""The whole job in a real kernel: what stands under the cells, and the stop button."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from nbconvert import HTMLExporter

from sciml_magics.charts.rendering import VEGALITE_MIME
from tests.kernels import Executed, run_cells
from tests.magics.conftest import LABELS

CELL = f"%%annotate papers --column abstract --task topic\n{LABELS}"

SETUP = """\
%load_ext sciml_magics
import sys
import pandas as pd
texts = ["We sequenced genome {}.", "MRI scans of brain {}.", "The outbreak of year {}.", None]
papers = pd.DataFrame({"abstract": [t and t.format(i) for i in range(60) for t in texts]})
"""

OWN_CHART = """\
import altair as alt
alt.Chart(papers.head(3), title="Mine").mark_bar().encode(x="abstract:N")
"""

STOP = """\
import os, signal
from sciml_magics.store import Store
append = Store.append
stored = []

def stop_after_two(self, run, records, suggestions):
    append(self, run, records, suggestions)
    stored.append(len(suggestions))
    if len(stored) == 2:
        os.kill(os.getpid(), signal.SIGINT)

Store.append = stop_after_two
many = pd.DataFrame({"abstract": [f"We sequenced genome number {i}." for i in range(3_000)]})
"""

ELSEWHERE = re.compile(r"""(?:src|href)=["']?https?:|cdn[.]|unpkg|jsdelivr""")


@pytest.fixture(scope="module")
def with_extension(tmp_path_factory: pytest.TempPathFactory) -> Executed:
    """Cells run where JupyterLab would find our extension."""
    folder = tmp_path_factory.mktemp("lab")
    extension = folder / "share" / "labextensions" / "sciml-magics"
    extension.mkdir(parents=True)
    (extension / "package.json").write_text("{}")
    cells = [SETUP, CELL, CELL, OWN_CHART, "%annotate papers --task topic --no-chart"]
    return run_cells(cells, folder, {"JUPYTER_PATH": str(folder / "share")})


def test_progress_frame_summary_and_chart_stand_under_the_cell(with_extension: Executed) -> None:
    progress, frame, summary, chart = with_extension.data(1)
    assert 'role="progressbar"' in progress["text/html"]
    assert progress["text/plain"].startswith("topic: done · 180 of 180 (100 %)")
    assert "topic_score" in frame["text/html"]
    assert "topic: 240 rows · 180 different · 0 reused" in summary["text/plain"]
    assert chart["text/plain"].startswith("topic: 240 rows. Answers: ")
    assert VEGALITE_MIME in chart
    assert "image/png" in chart
    words = with_extension.outputs(1)[-1]["metadata"]["image/png"]["alt"]
    assert words == chart["text/plain"]


def test_nothing_but_that_stands_there(with_extension: Executed) -> None:
    kinds = {output["output_type"] for output in with_extension.outputs(1)}
    assert kinds == {"display_data"}


def test_the_same_cell_again_says_how_much_it_reused(with_extension: Executed) -> None:
    progress, _, summary, _ = with_extension.data(2)
    assert progress["text/plain"] == "topic: done · 180 reused"
    assert "180 reused" in summary["text/plain"]


def test_a_chart_of_the_user_is_drawn_offline_too(with_extension: Executed) -> None:
    (chart,) = with_extension.data(3)
    assert VEGALITE_MIME in chart
    assert "text/html" not in chart


def test_the_chart_can_be_left_out(with_extension: Executed) -> None:
    assert len(with_extension.data(4)) == 3


def test_no_output_asks_the_network(with_extension: Executed) -> None:
    text = json.dumps(with_extension.notebook)
    assert not ELSEWHERE.search(text)


def test_nbconvert_shows_the_picture(with_extension: Executed) -> None:
    body, _ = HTMLExporter().from_notebook_node(with_extension.notebook)
    assert len(re.findall(r'<img[^>]+src="data:image/png;base64,', body)) == 3
    assert body.count('role="progressbar"') == 3


def test_hosts_without_the_extension_get_html_that_carries_vega(tmp_path: Path) -> None:
    env = {"COLAB_RELEASE_TAG": "1"}
    done = run_cells([SETUP, CELL], tmp_path, env)
    chart = done.data(1)[-1]
    assert "vegaEmbed" in chart["text/html"]
    assert VEGALITE_MIME not in chart
    assert not ELSEWHERE.search(chart["text/html"])


@pytest.mark.skipif(os.name == "nt", reason="the stop button sends no signal there")
def test_the_stop_button_keeps_what_was_done(tmp_path: Path) -> None:
    cell = CELL.replace("papers", "many")
    status = "print(many['topic_status'].value_counts().to_dict(), stored)"
    done = run_cells([SETUP, STOP, cell, status, "Store.append = append", cell], tmp_path)
    (error,) = [o for o in done.outputs(2) if o["output_type"] == "error"]
    assert error["ename"] == "Stopped"
    (line,) = error["traceback"]
    assert re.fullmatch(r"topic: stopped with [\d,]+ records stored and [\d,]+ to go; .*", line)
    progress, frame, summary, _ = done.data(2)
    assert progress["text/plain"].startswith("topic: stopped")
    assert "topic_status" in frame["text/html"]
    assert "stopped early" in summary["text/plain"]
    assert "'pending'" in done.text(3)
    kept = sum(json.loads(done.text(3)[done.text(3).index("[") :]))
    assert f"{kept:,} reused" in done.data(5)[2]["text/plain"]
