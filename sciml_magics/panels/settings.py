"""What the notebook has set, for whatever serves it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Settings(Protocol):
    """The settings that are read here: those of ``%config SciML`` where the magics are loaded."""

    @property
    def store(self) -> str | None:
        """File or address of the store; ``None`` for the default."""

    @property
    def annotator(self) -> str | None:
        """Who answers; ``None`` for whoever is at the keyboard."""


@dataclass(frozen=True, slots=True)
class Unset:
    """Nothing is set: the defaults hold."""

    store: str | None = None
    annotator: str | None = None


_chosen: Settings = Unset()


def chosen() -> Settings:
    """The settings as they are now."""
    return _chosen


def choose(settings: Settings | None) -> None:
    """Go by `settings` from now on; ``None`` for the defaults."""
    global _chosen  # noqa: PLW0603  # a process has one notebook
    _chosen = settings or Unset()
