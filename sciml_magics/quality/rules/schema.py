"""Rules as a schema of pandera."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from sciml_magics.errors import QualityError
from sciml_magics.quality.rules import checks
from sciml_magics.quality.rules.arithmetic import read_as
from sciml_magics.quality.rules.finding import holds
from sciml_magics.quality.rules.rule import CheckRule, Rules

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa


def to_pandera(rules: Rules) -> pa.DataFrameSchema:
    """Rules as a schema of pandera: ``schema.validate(frame, lazy=True)`` tells all that is wrong.

    A row that breaks a key, dependency or check is told as a row.

    Raises
    ------
    QualityError
        If pandera is not installed.
    """
    try:
        import pandera.pandas as pa
    except ImportError as error:
        raise QualityError(
            "a schema of pandera needs pandera: pip install 'sciml-magics[rules]'"
        ) from error

    def check(told: str, function: Callable[..., pd.Series]) -> pa.Check:
        return pa.Check(function, name=told, error=told, ignore_na=False)

    said = {one.column: one for one in rules.columns}
    columns = {
        name: pa.Column(
            nullable=True,
            checks=[
                check(said[name].told(part), partial(holds, said[name], part))
                for part in (said[name].parts if name in said else ())
            ],
        )
        for name in rules.named
    }
    of_rows = [
        check(str(key), partial(checks.apart, columns=list(key.columns))) for key in rules.keys
    ]
    of_rows += [
        check(str(one), partial(checks.determined, left=list(one.left), right=one.right))
        for one in rules.dependencies
    ]
    of_rows += [check(str(one), partial(_holds, one, rules)) for one in rules.checks]
    return pa.DataFrameSchema(columns, checks=of_rows)


def _holds(rule: CheckRule, rules: Rules, frame: pd.DataFrame) -> pd.Series:
    read = {}
    for name in rule.expression.needed:
        said = rules.of(name)
        read[name] = (
            read_as(frame[name]) if said is None else read_as(frame[name], said.kind, said.format)
        )
    cells = {name: frame[name] for name in rule.expression.columns}
    return rule.expression.holds(cells, read)
