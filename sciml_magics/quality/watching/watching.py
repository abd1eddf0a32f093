"""Watch a table: read its state, and say what is new since one was accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sciml_magics.quality.findings import Finding
from sciml_magics.quality.rules import Rules, learn, parse
from sciml_magics.quality.table import Table
from sciml_magics.quality.watching.comparing import compare
from sciml_magics.quality.watching.reading import Heard, read_state
from sciml_magics.quality.watching.reports import Report, Told
from sciml_magics.quality.watching.states import State
from sciml_magics.quality.wording import counted


def report(
    table: Table,
    before: State | None,
    rules: Rules | None = None,
    findings: Mapping[str, Sequence[Finding]] | None = None,
    heard: Heard = lambda what, share: None,
) -> Report:
    """What is new in a table.

    Parameters
    ----------
    table
        The batch.
    before
        The state that was accepted last.
    rules
        Rules to watch; without any those of the accepted state, and where there is none those that
        the table keeps.
    findings
        What detectors found in it.
    heard
        Is told what is looked at, and the share of the columns that is done, 0 to 1.

    Raises
    ------
    QualityError
        If the rules that are given name a column that neither the table nor the state has.
    """
    watched, notes = _rules(table, before, rules)
    like = None if before is None else before.rows
    state = read_state(table, watched, findings, heard, like=like)
    if before is None:
        rates = [Told("rule", name, None, one.share, False) for name, one in state.broken.items()]
        rates += [
            Told("detector", name, None, one.share, False) for name, one in state.found.items()
        ]
        learned = f"learned {counted(len(watched), 'rule')} from it" if rules is None else ""
        told = tuple(note for note in (learned, *notes) if note)
        return Report(table.name, state, None, rates=tuple(rates), notes=told)
    found = compare(before, table, state)
    return Report(**{**vars(found), "notes": (*found.notes, *notes)})


def _rules(table: Table, before: State | None, rules: Rules | None) -> tuple[Rules, list[str]]:
    """The rules to watch, those left out whose columns are lost, and what to know of that."""
    if rules is None:
        if before is None:
            return learn(table), []
        rules = parse(before.rules) if before.rules else Rules()
    kept = rules.about([column.name for column in table])
    lost = {column.name for column in before.columns} if before is not None else set()
    if any(name not in lost for name in rules.named if name not in table):
        rules.check_columns(table)
    left_out = len(rules) - len(kept)
    why = f"left out {counted(left_out, 'rule')} on columns that are lost"
    return kept, [why] if left_out else []
