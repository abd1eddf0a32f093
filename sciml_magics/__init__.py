"""Transformer models for scientific data, in the notebook.

``%load_ext sciml_magics`` brings the magics; the same jobs are functions here. Nothing heavy is
imported before it is used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from sciml_magics._version import __version__

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from sciml_magics.api import (
        Task,
        annotate,
        changes,
        clean,
        deduplicate,
        detect,
        learn_rules,
        privacy,
        profile,
        repair,
        runs,
        split,
        standardise,
        status,
        watch,
    )
    from sciml_magics.tasks import Label

__all__ = [
    "Label",
    "Task",
    "__version__",
    "annotate",
    "changes",
    "clean",
    "deduplicate",
    "detect",
    "learn_rules",
    "privacy",
    "profile",
    "repair",
    "runs",
    "split",
    "standardise",
    "status",
    "watch",
]

_HOME = {
    "Label": "sciml_magics.tasks",
    "Task": "sciml_magics.api",
    "annotate": "sciml_magics.api",
    "changes": "sciml_magics.api",
    "clean": "sciml_magics.api",
    "detect": "sciml_magics.api",
    "repair": "sciml_magics.api",
    "privacy": "sciml_magics.api",
    "deduplicate": "sciml_magics.api",
    "profile": "sciml_magics.api",
    "runs": "sciml_magics.api",
    "split": "sciml_magics.api",
    "standardise": "sciml_magics.api",
    "status": "sciml_magics.api",
    "learn_rules": "sciml_magics.api",
    "watch": "sciml_magics.api",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register the magics; called by ``%load_ext sciml_magics``."""
    from sciml_magics.magics import extension

    extension.load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Take the magics back; called by ``%unload_ext sciml_magics``."""
    from sciml_magics.magics import extension

    extension.unload(shell)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "sciml-magics"}]
