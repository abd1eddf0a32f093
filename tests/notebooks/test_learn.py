"""The notebook on learning runs from its first cell to its last, and shows what it promises."""

import os
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """The text of every output, as a person would see it in a plain notebook."""
    folder = tmp_path_factory.mktemp("learn")
    shutil.copytree(NOTEBOOKS / "data", folder / "data")
    notebook = nbformat.read(NOTEBOOKS / "learn.ipynb", as_version=4)
    where = {"metadata": {"path": str(folder)}}
    # Whoever runs the tests has a setup of their own, which is not what the notebook is about.
    quiet = {**os.environ, "IPYTHONDIR": str(folder / "ipython")}
    NotebookClient(notebook, timeout=600, resources=where).execute(env=quiet)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert not [output for output in outputs if output.output_type == "error"]
    texts = [output.get("text") or output["data"].get("text/plain", "") for output in outputs]
    return "\n".join(texts)


def test_a_model_learns_and_is_promoted_because_it_is_better(shown):
    assert "field-2 by head" in shown
    assert "better than all-MiniLM-L6-v2" in shown
    assert "field-2 answers the task already" in shown


def test_too_few_answers_promote_nothing(shown):
    assert "field-1 by head · 28 answers learned from" in shown
    assert "not promoted" in shown


def test_the_curve_calibration_card_and_step_back_are_shown(shown):
    for part in ("with 62 answers", "calibration error", "# field-2", "its base model answers"):
        assert part in shown
