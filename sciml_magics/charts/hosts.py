"""What the place that shows our output can draw."""

from __future__ import annotations

import os
from pathlib import Path

LABEXTENSION = "sciml-magics"

# Set by hosts that run the kernel beside our package without loading JupyterLab extensions.
_FOREIGN_HOSTS = (
    "COLAB_RELEASE_TAG",
    "KAGGLE_KERNEL_RUN_TYPE",
    "DATABRICKS_RUNTIME_VERSION",
)
_EDITORS = ("VSCODE_PID", "PYCHARM_HOSTED")


def draws_vegalite() -> bool:
    """Whether the frontend has our renderer for Vega-Lite 6.

    It is part of the JupyterLab extension, which JupyterLab and Notebook 7 load from the
    environment. A Jupyter server names the session of the kernels that it starts; without that,
    an editor's variable means that the editor itself started the kernel.
    """
    if any(os.environ.get(name) for name in _FOREIGN_HOSTS):
        return False
    of_server = bool(os.environ.get("JPY_SESSION_NAME"))
    if not of_server and any(os.environ.get(name) for name in _EDITORS):
        return False
    return _has_labextension()


def _has_labextension() -> bool:
    from jupyter_core.paths import jupyter_path

    return any(
        (Path(folder) / LABEXTENSION / "package.json").is_file()
        for folder in jupyter_path("labextensions")
    )
