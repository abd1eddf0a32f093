"""What a job gives, as the class that a notebook shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sciml_magics.errors import Stopped

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Shown = TypeVar("Shown", bound=DataclassInstance)


def shown_as(kind: type[Shown], found: DataclassInstance, **more: Any) -> Shown:
    """The same fields in the class that a notebook shows.

    Parameters
    ----------
    kind
        The class: a dataclass with the fields of what was found.
    found
        A dataclass.
    **more
        Fields that only the class has.
    """
    return kind(**{one.name: getattr(found, one.name) for one in fields(found)}, **more)


def done_as(kind: type[Shown], job: Callable[[], DataclassInstance]) -> Shown:
    """What a job gives, as the class that a notebook shows; also as far as a stopped one came.

    Raises
    ------
    Stopped
        If the person interrupted and the job says so; its ``outcome`` is of that class, too.
    """
    try:
        found = job()
    except Stopped as stopped:
        if stopped.outcome is not None:
            stopped.outcome = shown_as(kind, cast("DataclassInstance", stopped.outcome))
        raise
    return shown_as(kind, found)
