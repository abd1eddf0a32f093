"""Rules as YAML that people read and edit; how far learned ones hold stands behind them."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from sciml_magics.quality.rules.rule import PARTS, ColumnRule, Rules, Support, shown


def to_yaml(rules: Rules) -> str:
    """The YAML that `sciml_magics.quality.rules.parse` reads as these rules.

    Examples
    --------
    >>> age = ColumnRule("age", "integer", min=0.0, support={"min": Support(98, 100)})
    >>> print(to_yaml(Rules((age,))), end="")
    columns:
      age:
        type: integer
        min: 0  # 98 of 100 rows
    """
    return "".join(f"{line}\n" for line in _lines(rules))


def _lines(rules: Rules) -> Iterator[str]:
    if rules.columns:
        yield "columns:"
        for column in rules.columns:
            yield f"  {_scalar(column.column)}:"
            yield from (f"    {line}" for line in _of_column(column))
    if rules.keys:
        yield "keys:"
        for key in rules.keys:
            listed = ", ".join(_scalar(name) for name in key.columns)
            yield _told(f"  - [{listed}]", key.support)
    if rules.dependencies:
        yield "dependencies:"
        for one in rules.dependencies:
            line = f"{', '.join(map(_name, one.left))} -> {_name(one.right)}"
            yield _told(f"  - {_scalar(line)}", one.support)
    if rules.checks:
        yield "checks:"
        for check in rules.checks:
            meaning = f"{_scalar(check.words)}: " if check.words else ""
            yield _told(f"  - {meaning}{_scalar(check.expression.text)}", check.support)


def _of_column(rule: ColumnRule) -> Iterator[str]:
    for part in PARTS:
        if part not in rule.parts:
            continue
        support = rule.support.get(part)
        match part:
            case "type":
                yield _told(f"type: {rule.type}", support)
                if rule.format is not None:
                    yield f"format: {_scalar(rule.format)}"
            case "min" | "max":
                yield _told(f"{part}: {shown(rule.min if part == 'min' else rule.max)}", support)
            case "pattern":
                yield _told(f"pattern: {_scalar(rule.pattern or '')}", support)
            case "values":
                yield _told(f"values: [{', '.join(map(_scalar, rule.values))}]", support)
            case "required" | "unique":
                yield _told(f"{part}: true", support)


def _told(line: str, support: Support | None) -> str:
    return line if support is None else f"{line}  # {support}"


def _name(name: str) -> str:
    """A name of a column in a list between commas."""
    plain = name == name.strip() and name.isprintable() and not any(sign in name for sign in ',"')
    return name if plain and "->" not in name else '"' + name.replace('"', '""') + '"'


def _scalar(text: str) -> str:
    """A text as YAML on one line, in quotes where it needs them."""
    # Other readers take 1.0 and yes for no texts, unlike ours: they get quotes.
    style = None if text.isprintable() else '"'
    written: str = yaml.safe_dump(
        [text],
        default_flow_style=True,
        default_style=style,
        width=float("inf"),
        allow_unicode=True,
    )
    return written.strip()[1:-1]
