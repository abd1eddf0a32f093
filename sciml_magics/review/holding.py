"""Which responses hold: of one person's to one record, the newest that was not taken back."""

from __future__ import annotations

from collections.abc import Iterable

from sciml_magics.tasks import KeptResponse, Role, Task, possible


def holding(
    kept: Iterable[KeptResponse], task: Task | None = None, role: Role | None = None
) -> dict[bytes, dict[str, KeptResponse]]:
    """The responses that hold, by record and annotator.

    Parameters
    ----------
    kept
        All responses to a question, undone ones and undos included, in any order.
    task
        The version at hand: where the response that would hold names a label that this version
        does not have, none holds.
    role
        Only responses in this role: what a person said as an annotator is then seen beside what
        they decided later as an adjudicator.

    Returns
    -------
    dict
        Address of the record to annotator to response. Records without one are left out.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from sciml_magics.tasks import Response
    >>> def said(id, decision, value=None, undoes=None):
    ...     response = Response(f"k{id}", bytes(16), decision, value, "Ada", undoes=undoes)
    ...     return KeptResponse(id, response, 1, datetime.now(UTC))
    >>> kept = [said(1, "accepted", "genes"), said(2, "corrected", "cells")]
    >>> holding(kept)[bytes(16)]["Ada"].response.value
    'cells'
    >>> holding([*kept, said(3, "undone", undoes="k2")])[bytes(16)]["Ada"].response.value
    'genes'
    """
    newest = _newest(kept, role)
    found: dict[bytes, dict[str, KeptResponse]] = {}
    for (record, annotator), one in newest.items():
        if task is None or possible(task, one.response.value):
            found.setdefault(record, {})[annotator] = one
    return found


def _newest(
    kept: Iterable[KeptResponse], role: Role | None
) -> dict[tuple[bytes, str], KeptResponse]:
    ordered = sorted(kept, key=lambda one: one.id)
    undone = {one.response.undoes for one in ordered if one.response.decision == "undone"}
    newest: dict[tuple[bytes, str], KeptResponse] = {}
    for one in ordered:
        said = one.response
        if said.decision == "undone" or said.key in undone or role not in (None, said.role):
            continue
        newest[said.record_id, said.annotator] = one
    return newest
