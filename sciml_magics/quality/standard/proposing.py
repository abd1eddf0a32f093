"""Standards as repairs: what they would write is kept, reviewed and applied like every repair."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from time import perf_counter

from sciml_magics._version import __version__
from sciml_magics.annotation.progress import Listener, Progress, silent
from sciml_magics.quality.cleaning import Repairs, keep_repairs
from sciml_magics.quality.detecting.looking import state_of
from sciml_magics.quality.findings import Finding
from sciml_magics.quality.repairing import Candidate, Proposal
from sciml_magics.quality.standard.standardising import standardised
from sciml_magics.quality.standard.wishes import Wishes
from sciml_magics.quality.table import Table
from sciml_magics.store import Store
from sciml_magics.tasks import ModelIdentity

NAME = "standards"
FAMILY = "repairs"
# Every cell is a record of its own: so many are kept at a time, column by column.
MOST = 100_000


def keep_standards(
    table: Table,
    store: Store,
    columns: Sequence[str] = (),
    *,
    only: Sequence[str] = (),
    wishes: Wishes | None = None,
    by: str = "unknown",
    listen: Listener = silent,
) -> Repairs:
    """Look for what should be written in another way, and keep it as repairs.

    Parameters
    ----------
    table
        The table; its frame is not changed.
    store
        Where the repairs are kept.
    columns, only, wishes
        As of `standardised`.
    by
        Who asks.
    listen
        Called with a `Progress` after every batch.

    Raises
    ------
    QualityError
        If there is no such column or standard, or a unit that was asked for cannot be used.
    Stopped
        If the person interrupted: what was proposed until then is stored, and its ``outcome``.
    """
    wishes = wishes or Wishes()
    done = standardised(table, columns, only=only, wishes=wishes, tell=_teller(table, listen))
    total = sum(map(_known, done.findings))
    settings = {"columns": list(columns), "only": list(only), **asdict(wishes)}
    told = json.dumps(settings, sort_keys=True)
    revision = hashlib.sha256(f"{__version__} {state_of(table)} {told}".encode()).hexdigest()
    kept = keep_repairs(
        table,
        store,
        _proposals(done.findings),
        ModelIdentity(NAME, revision, FAMILY, told),
        total=min(total, MOST),
        by=by,
        listen=listen,
    )
    notes = [*kept.notes, *done.notes]
    if total > MOST:
        notes.append(
            f"{MOST:,} of {total:,} cells are proposed, column by column: "
            "clean these and run it again"
        )
    return replace(kept, notes=tuple(notes))


def _teller(table: Table, listen: Listener) -> Callable[[str, int, int], None]:
    """What tells a listener which column is read."""
    began = perf_counter()

    def tell(column: str, done: int, total: int) -> None:
        seconds, fraction = perf_counter() - began, done / total
        moment = Progress("reading", f"{table.name}.{column}", NAME, total=total, done=done)
        listen(replace(moment, seconds=seconds, fraction=fraction))

    return tell


def _known(finding: Finding) -> int:
    return sum(value is not None for value in finding.values or ())


def _proposals(findings: Sequence[Finding]) -> Iterator[Proposal]:
    """One for each cell, up to `MOST`; cells whose right text is not known are left out."""
    left = MOST
    for one in findings:
        rows, scores = one.rows.tolist(), one.scores.tolist()
        for at, value in enumerate(one.values or ()):
            if value is None:
                continue
            if not left:
                return
            left -= 1
            candidate = Candidate(value, scores[at], one.detector, one.why(at))
            yield Proposal(rows[at], one.column, (candidate,))
