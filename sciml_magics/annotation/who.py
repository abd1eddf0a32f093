"""Who asks: the name that runs are recorded under."""

from __future__ import annotations

import getpass
import os


def person() -> str:
    """Name of the person at the keyboard.

    ``SCIML_ANNOTATOR`` if it is set, else the JupyterHub user, else the system user, else
    ``"unknown"`` (a container may run under a user number without a name).
    """
    for variable in ("SCIML_ANNOTATOR", "JUPYTERHUB_USER"):
        if name := os.environ.get(variable, "").strip():
            return name
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
