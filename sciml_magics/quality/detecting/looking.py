"""Run detectors over a table, one after the other, and keep in memory what each found."""

from __future__ import annotations

import hashlib
import importlib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
import pandas as pd

from sciml_magics.errors import QualityError
from sciml_magics.quality import detectors as general
from sciml_magics.quality import outliers, series, standard
from sciml_magics.quality.findings import Detector, Finding, detectors
from sciml_magics.quality.series.regular import Timed
from sciml_magics.quality.table import Column, Table

# The modules whose import registers detectors, in the order in which they look.
_MODULES = (
    "sciml_magics.quality.profiling.detectors",
    *general.MODULES,
    *outliers.MODULES,
    *series.MODULES,
    *standard.MODULES,
)
# So many tables' findings stay in memory, for the next look after some rows were labelled.
_MOST_KEPT = 2


@runtime_checkable
class Noting(Protocol):
    """A detector that has more to say than findings, once it has looked.

    Parameters
    ----------
    notes
        What a person should know, a sentence each.
    """

    notes: Sequence[str]


class _Of(NamedTuple):
    """What one detector found, and its notes."""

    findings: list[Finding]
    notes: tuple[str, ...]


_found: OrderedDict[str, dict[str, _Of]] = OrderedDict()


@dataclass(slots=True)
class Looked:
    """What detectors found.

    Parameters
    ----------
    findings
        By detector, in the order in which they looked.
    notes
        Which could not look and why, and what else detectors say; a sentence each.
    stopped
        Whether the person interrupted before all had looked.
    """

    findings: dict[str, list[Finding]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    stopped: bool = False

    @property
    def all(self) -> list[Finding]:
        """Everything that was found."""
        return [one for found in self.findings.values() for one in found]

    def cells(self) -> dict[str | None, int]:
        """How many cells or rows each detector found."""
        return {name: sum(map(len, found)) for name, found in self.findings.items()}


def choose(
    names: Sequence[str] | None = None, time: Sequence[str] = ()
) -> dict[str, Callable[[], Detector]]:
    """What makes the detectors of these names, or all there are.

    Parameters
    ----------
    names
        Names of detectors.
    time
        The columns that hold the time, for the detectors of series; they guess without.

    Raises
    ------
    QualityError
        If there is none of a name.
    """
    for module in _MODULES:
        importlib.import_module(module)
    known = detectors()
    for name in names or ():
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"choose among {', '.join(known)}"
            raise QualityError(f"no detector '{name}': {hint}")
    chosen = known if names is None else {name: known[name] for name in dict.fromkeys(names)}
    if not time:
        return chosen
    return {name: _timed(make, time) for name, make in chosen.items()}


def _timed(make: Callable[[], Detector], time: Sequence[str]) -> Callable[[], Detector]:
    of_series = isinstance(make, type) and issubclass(make, Timed)
    anyhow: Callable[..., Detector] = make
    return (lambda: anyhow(time)) if of_series else make


def look(
    table: Table,
    state: str,
    chosen: Mapping[str, Callable[[], Detector]],
    told: Callable[[Looked], None],
) -> Looked:
    """Let detectors look, and tell after each; an interruption leaves what was found until then.

    Parameters
    ----------
    table
        The table.
    state
        From `state_of`: a table in the same state is not looked at twice by the same detector.
    chosen
        From `choose`.
    told
        Called after each detector.
    """
    before = _found.setdefault(state, {})
    _found.move_to_end(state)
    while len(_found) > _MOST_KEPT:
        _found.popitem(last=False)
    looked = Looked()
    try:
        for name, make in chosen.items():
            if name not in before:
                try:
                    before[name] = _look(make(), table)
                except (ArithmeticError, LookupError, TypeError, ValueError) as error:
                    line = " ".join(str(error).split())
                    looked.notes.append(f"'{name}' could not look: {line or type(error).__name__}")
                    continue
            looked.findings[name] = before[name].findings
            looked.notes += [note for note in before[name].notes if note not in looked.notes]
            told(looked)
    except KeyboardInterrupt:
        looked.stopped = True
    return looked


def _look(made: Detector, table: Table) -> _Of:
    found = list(made.find(table))
    return _Of(found, tuple(made.notes) if isinstance(made, Noting) else ())


def state_of(table: Table) -> str:
    """The same for tables with the same columns and cells.

    Examples
    --------
    >>> one, two = Table(pd.DataFrame({"a": [1]})), Table(pd.DataFrame({"a": [2]}))
    >>> state_of(one) == state_of(one), state_of(one) == state_of(two)
    (True, False)
    """
    found = hashlib.blake2b(digest_size=16)
    for column in table:
        found.update(column.name.encode("utf-8", "surrogatepass"))
        found.update(str(column.cells.dtype).encode())
        found.update(column.codes.tobytes())
        found.update(_hashed(column).tobytes())
    return found.hexdigest()


def _hashed(column: Column) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    values = column.values
    if values.dtype == object:
        texts = [text.encode("utf-8", "surrogatepass") for text in column.texts]
        values = np.array([*texts, None], dtype=object)[:-1]
    return np.asarray(pd.util.hash_array(values))
