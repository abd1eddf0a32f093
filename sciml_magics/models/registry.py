"""Choose the model family that reads some weights. A family is one decorated class in one file."""

from __future__ import annotations

import importlib
import pkgutil
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Protocol, TypeVar

from sciml_magics.errors import ModelError
from sciml_magics.models.loading import ModelFiles, find_model
from sciml_magics.models.protocol import Options, Suggester
from sciml_magics.tasks import Input, Kind

Ability = tuple[Input, Kind]

# Weights stay loaded while their suggester is kept: enough to go back and forth between two models.
_KEPT = 3
_FAMILIES = "sciml_magics.models.families"


class FamilyClass(Protocol):
    """What a family is: made from a model's files, it suggests. Making it loads nothing."""

    can: frozenset[Ability]

    def __call__(self, files: ModelFiles, options: Options) -> Suggester:
        """Make a suggester of these files."""
        ...


@dataclass(frozen=True, slots=True)
class Family:
    """A registered model family.

    Parameters
    ----------
    name
        Written into every suggestion's provenance.
    does
        One line that tells a person what it is for.
    matches
        Whether it reads the weights.
    make
        The class.
    """

    name: str
    does: str
    matches: Callable[[ModelFiles], bool]
    make: FamilyClass


Made = TypeVar("Made", bound=FamilyClass)

_families: list[Family] = []
_opened: OrderedDict[tuple[object, ...], Suggester] = OrderedDict()
_lock = RLock()


def family(
    name: str, *, does: str, matches: Callable[[ModelFiles], bool]
) -> Callable[[Made], Made]:
    """Register a model family. Those that come with the package are asked last.

    Parameters
    ----------
    name
        Name of the family. One registered before under the same name is replaced.
    does
        One line that tells a person what the family is for.
    matches
        Says whether the family reads a model, usually from ``files.architectures``.

    Examples
    --------
    >>> from sciml_magics.models import BaseSuggester, architecture, family
    >>> @family("tarot", does="reads cards", matches=architecture("TarotModel"))
    ... class Tarot(BaseSuggester):
    ...     can = frozenset({("text", "label")})
    >>> supported()["tarot"]
    'reads cards'
    >>> forget("tarot")
    """

    def register(made: Made) -> Made:
        own = getattr(made, "__module__", "").startswith(_FAMILIES)
        with _lock:
            if not own:
                _discover()
            forget(name)
            _families.insert(len(_families) if own else 0, Family(name, does, matches, made))
        return made

    return register


def forget(name: str) -> None:
    """Take a family out of the register; nothing happens if there is none of that name."""
    with _lock:
        _families[:] = [known for known in _families if known.name != name]


def architecture(*endings: str) -> Callable[[ModelFiles], bool]:
    """Whether the name of any of a model's architectures ends like this.

    Examples
    --------
    >>> architecture("BertModel")(find_model())
    True
    """
    return lambda files: any(name.endswith(endings) for name in files.architectures)


def open_model(
    model: str | Path | ModelFiles | None = None, options: Options | None = None
) -> Suggester:
    """Open the suggester for a model. Weights are loaded when it is first asked, and kept.

    Parameters
    ----------
    model
        As for `find_model`, or files that were found already.
    options
        How to run it.

    Raises
    ------
    ModelError
        If the model cannot be found, is refused, or no family reads it; or if there is no such
        device.
    """
    options = options or Options()
    files = model if isinstance(model, ModelFiles) else find_model(model)
    if options.device not in ("auto", "cpu"):
        # Told before anything begins. Importing torch for it costs only those who name a device.
        from sciml_magics.models import device

        device.pick(options.device)
    chosen = _choose(files)
    key = (chosen.make, files, options)
    with _lock:
        if key not in _opened:
            _opened[key] = chosen.make(files, options)
        _opened.move_to_end(key)
        while len(_opened) > _KEPT:
            _opened.popitem(last=False)
        return _opened[key]


def supported() -> dict[str, str]:
    """Tell what the families do, by name."""
    _discover()
    return {known.name: known.does for known in sorted(_families, key=lambda known: known.name)}


def families_for(ability: Ability) -> tuple[str, ...]:
    """Names of the families that can do a kind of task."""
    _discover()
    return tuple(sorted(known.name for known in _families if ability in known.make.can))


def family_name(made: type) -> str:
    """Name that a class, or the nearest class above it, is registered under."""
    names: dict[object, str] = {known.make: known.name for known in _families}
    return next((names[base] for base in made.__mro__ if base in names), made.__name__)


def _choose(files: ModelFiles) -> Family:
    _discover()
    for known in _families:
        if known.matches(files):
            return known
    found = ", ".join(files.architectures) or "no architecture"
    names = "; ".join(f"{name} ({does})" for name, does in supported().items())
    raise ModelError(f"model '{files.id}' is {found}, which no family reads; supported: {names}")


def _discover() -> None:
    with _lock:
        folder = importlib.import_module(_FAMILIES).__path__
        for module in pkgutil.iter_modules(folder, f"{_FAMILIES}."):
            importlib.import_module(module.name)
