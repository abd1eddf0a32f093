"""A notebook that a test runs names itself: ``NOTEBOOK = "learn.ipynb"`` in the test's module.

Where ``EXECUTED_NOTEBOOKS`` names a folder of notebooks that have been run, these are looked at.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture(scope="module")
def shown(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The text of every output of the module's notebook, as a plain notebook shows it."""
    name: str = request.module.NOTEBOOK
    executed = os.environ.get("EXECUTED_NOTEBOOKS")
    if executed:
        notebook = nbformat.read(Path(executed) / name, as_version=4)
    else:
        notebook = _run(name, tmp_path_factory.mktemp(Path(name).stem))
    assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert not [output for output in outputs if output.output_type == "error"]
    texts = [output.get("text") or output["data"].get("text/plain", "") for output in outputs]
    return "\n".join(texts)


def _run(name: str, folder: Path) -> nbformat.NotebookNode:
    shutil.copytree(NOTEBOOKS / "data", folder / "data")
    notebook: nbformat.NotebookNode = nbformat.read(NOTEBOOKS / name, as_version=4)
    where = {"metadata": {"path": str(folder)}}
    # Whoever runs the tests has a setup of their own, which is not what the notebook is about.
    quiet = {**os.environ, "IPYTHONDIR": str(folder / "ipython")}
    NotebookClient(notebook, timeout=600, resources=where).execute(env=quiet)
    return notebook
