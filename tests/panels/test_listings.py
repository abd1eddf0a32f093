"""A list is shown as a line, notes and its first rows."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sciml_magics.panels.listings import MOST_ROWS, Listed


class Cells(Listed):
    def _listing(self) -> tuple[str, Sequence[str], pd.DataFrame]:
        rows = [f"<b>{at}</b>" for at in range(MOST_ROWS + 5)]
        return "survey: 25 cells · 0.1 s", ("look at them",), pd.DataFrame({"old": rows})


def test_text_and_html_tell_the_same() -> None:
    text, html = repr(Cells()), Cells()._repr_html_()
    assert text.startswith("survey: 25 cells · 0.1 s\nlook at them\n")
    for part in ("look at them", "5 more in .frame"):
        assert part in text
        assert part in html
    assert "<b>19</b>" in text
    assert "&lt;b&gt;19&lt;/b&gt;" in html
    assert "<b>" not in html.replace("<b>survey</b>", "")
    assert "20" not in text.splitlines()[-2]
