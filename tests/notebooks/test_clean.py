"""The notebook on cleaning runs from its first cell to its last, and shows what it promises."""

import os
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """The text of every output, as a person would see it in a plain notebook."""
    folder = tmp_path_factory.mktemp("clean")
    shutil.copytree(NOTEBOOKS / "data", folder / "data")
    notebook = nbformat.read(NOTEBOOKS / "clean.ipynb", as_version=4)
    where = {"metadata": {"path": str(folder)}}
    # Whoever runs the tests has a setup of their own, which is not what the notebook is about.
    quiet = {**os.environ, "IPYTHONDIR": str(folder / "ipython")}
    NotebookClient(notebook, timeout=600, resources=where).execute(env=quiet)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert not [output for output in outputs if output.output_type == "error"]
    texts = [output.get("text") or output["data"].get("text/plain", "") for output in outputs]
    return "\n".join(texts)


def test_what_is_there_is_told_before_anything_is_changed(shown):
    assert "survey: 324 rows × 13 columns" in shown
    assert "interviewed: in 4 dates the day can only stand first" in shown
    assert "survey: 4 of 324 rows repeat another" in shown
    assert "learnt from 20 answers" in shown


def test_planted_errors_are_repaired_and_nothing_else_is_touched(shown):
    survey, _ = re.findall(r"(\d+) of \d+ planted cells are right, (\d+) others", shown)
    assert int(survey[0]) >= 65
    assert int(survey[1]) <= 1


def test_changes_are_listed_taken_back_and_written_as_a_script(shown):
    assert "1 change taken back" in shown
    assert "the changes that hold as a script in clean_survey.py" in shown
    assert "simulated" in shown


def test_rules_batches_and_personal_data_are_shown(shown):
    assert "'f' is none of the 2 values that 'sex' may be" in shown
    assert "rules in blood_rules.yaml" in shown
    assert "not met before: 'ex-smoker'" in shown
    assert ".example" in shown
