"""Small HTML pieces that follow the theme of JupyterLab, Notebook, VS Code and Colab.

Colours come from Jupyter's CSS variables; where there are none, text takes the colour of the page
and lines a half-clear grey, so both dark and light pages stay readable. Every text is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from sciml_magics.annotation.progress import Progress
from sciml_magics.charts.words import printable
from sciml_magics.panels.wording import label_counts, moment, share

_FONT = "font-family:var(--jp-ui-font-family,sans-serif);font-size:var(--jp-ui-font-size1,13px)"
_TEXT = "color:var(--jp-ui-font-color1,inherit)"
_SOFT = "color:var(--jp-ui-font-color2,inherit)"
_TRACK = "background:var(--jp-border-color2,rgba(128,128,128,.35))"
_COLOURS = {
    "done": "var(--jp-success-color1,#388e3c)",
    "stopped": "var(--jp-warn-color1,#d1731a)",
    "failed": "var(--jp-error-color1,#d32f2f)",
}
_FILL = "var(--jp-brand-color1,#3a87c2)"


def progress_html(progress: Progress) -> str:
    """A bar, its numbers and the running label counts."""
    percent = int(100 * share(progress))
    words = moment(progress)
    name = _text(progress.task)
    fill = _COLOURS.get(progress.phase, _FILL)
    return _box(
        f'<div><strong>{name}</strong> <span style="{_SOFT}">{_text(words)}</span></div>'
        f'<div role="progressbar" aria-label="{name}" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{percent}" aria-valuetext="{_text(words)}" '
        f'style="{_TRACK};max-width:60em;height:6px;margin:4px 0;border-radius:3px;overflow:hidden"'
        ">"
        f'<div style="background:{fill};height:100%;width:{percent}%"></div></div>'
        f'<div style="{_SOFT}">{_text(label_counts(progress.labels)) or "&nbsp;"}</div>'
    )


def lines_html(head: str, facts: Iterable[str], notes: Iterable[str] = ()) -> str:
    """A bold head, facts on one line, and a line for each note."""
    rows = "".join(f'<div style="{_SOFT}">{_text(note)}</div>' for note in notes)
    line = " · ".join(f'<span style="white-space:nowrap">{_text(fact)}</span>' for fact in facts)
    return _box(f"<div><strong>{_text(head)}</strong> {line}</div>{rows}")


def table_html(head: str, rows: Iterable[tuple[str, str]]) -> str:
    """A head, and a row of name and value for each fact."""
    cells = "".join(
        f'<tr><th scope="row" style="text-align:left;font-weight:normal;padding:1px 16px 1px 0;'
        f'{_SOFT}">{_text(name)}</th><td style="text-align:left;padding:1px 0">{_text(value)}</td>'
        "</tr>"
        for name, value in rows
    )
    return _box(
        f'<table style="border-collapse:collapse;margin:0;{_TEXT}"><caption style="text-align:left;'
        f'caption-side:top;padding:0 0 4px;{_TEXT}"><strong>{_text(head)}</strong></caption>'
        f"<tbody>{cells}</tbody></table>"
    )


def _text(text: str) -> str:
    return escape(printable(text), quote=True)


def _box(inner: str) -> str:
    return f'<div style="{_FONT};{_TEXT};max-width:80em;line-height:1.5">{inner}</div>'
