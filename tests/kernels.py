"""Run cells in a real Jupyter kernel and look at what came out."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

import sciml_magics


class Counting(NotebookClient):
    """Counts the messages that ask the notebook to draw."""

    drawn = 0

    def process_message(
        self, msg: dict[str, Any], cell: nbformat.NotebookNode, cell_index: int
    ) -> nbformat.NotebookNode | None:
        self.drawn += msg["msg_type"] in ("display_data", "update_display_data", "stream")
        return super().process_message(msg, cell, cell_index)


@dataclass(frozen=True)
class Executed:
    """A notebook that ran.

    Parameters
    ----------
    notebook
        Its cells and their outputs.
    drawn
        How many messages asked to draw.
    """

    notebook: nbformat.NotebookNode
    drawn: int

    def outputs(self, cell: int) -> list[nbformat.NotebookNode]:
        """What stands under a cell."""
        return list(self.notebook.cells[cell].outputs)

    def data(self, cell: int) -> list[dict[str, Any]]:
        """The MIME bundles under a cell."""
        return [output["data"] for output in self.outputs(cell) if "data" in output]

    def text(self, cell: int) -> str:
        """What a cell printed."""
        return "".join(
            output["text"] for output in self.outputs(cell) if output["output_type"] == "stream"
        )


def run_cells(cells: Sequence[str], folder: Path, env: Mapping[str, str] | None = None) -> Executed:
    """Run `cells` in a new kernel whose working directory is `folder`; errors stay as outputs."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    # The package of these tests, whether it is installed or only lies beside them.
    root = str(Path(sciml_magics.__file__).parents[1])
    client = Counting(
        notebook,
        timeout=300,
        kernel_name="python3",
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute(env={**os.environ, "PYTHONPATH": root, **(env or {})})
    return Executed(notebook, client.drawn)
