"""Loading and unloading: what ``%load_ext`` brings, ``%unload_ext`` takes away."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sciml_magics.charts.rendering import Charts
from sciml_magics.magics.completion import Matcher, make_matcher
from sciml_magics.magics.sciml import SciML
from sciml_magics.panels.comms import accept_comms, refuse_comms
from sciml_magics.panels.settings import choose

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_NAMES = {
    "line": (
        "annotate",
        "sciml",
        "review",
        "learn",
        "calibrate",
        "evaluate",
        "split",
        "privacy",
        "profile",
        "detect",
        "repair",
        "clean",
        "changes",
        "standardise",
        "deduplicate",
        "watch",
        "labels",
        "agreement",
        "export",
        "import",
    ),
    "cell": ("annotate", "detect"),
}


@dataclass(frozen=True, slots=True)
class _Loaded:
    magics: SciML
    matcher: Matcher
    charts: Charts
    before: dict[tuple[str, str], Callable[..., Any]]


_loaded: WeakKeyDictionary[InteractiveShell, _Loaded] = WeakKeyDictionary()


def load(shell: InteractiveShell) -> None:
    """Bring the magics, their completion and the chart renderer to `shell`."""
    if shell in _loaded:
        return
    table = shell.magics_manager.magics
    before = {
        (kind, name): table[kind][name]
        for kind, names in _NAMES.items()
        for name in names
        if name in table[kind]
    }
    magics = SciML(shell=shell)
    shell.register_magics(magics)
    matcher = make_matcher(shell, magics)
    shell.Completer.custom_matchers.append(matcher)
    charts = Charts(magics.how_charts)
    charts.install(shell)
    choose(magics)
    accept_comms(shell)
    _loaded[shell] = _Loaded(magics, matcher, charts, before)


def unload(shell: InteractiveShell) -> None:
    """Take everything back that `load` brought; names that it had taken over return."""
    loaded = _loaded.pop(shell, None)
    if loaded is None:
        return
    table = shell.magics_manager.magics
    for kind, names in _NAMES.items():
        for name in names:
            table[kind].pop(name, None)
    for (kind, name), function in loaded.before.items():
        table[kind][name] = function
    shell.magics_manager.registry.pop(SciML.__name__, None)
    configurables: list[Any] = shell.configurables
    configurables.remove(loaded.magics)
    shell.Completer.custom_matchers.remove(loaded.matcher)
    loaded.charts.uninstall(shell)
    refuse_comms(shell)
    if "sciml_magics.panels.service" in sys.modules:
        from sciml_magics.panels.service import end_service

        end_service()
    choose(None)
