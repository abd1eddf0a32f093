"""An interrupt is one line, whatever it interrupts."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell

from sciml_magics.errors import Stopped
from sciml_magics.magics import evaluate, profile


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (KeyboardInterrupt(), "stopped; what is in the store stays there"),
        (Stopped("papers: stopped after 3 of 4"), "papers: stopped after 3 of 4"),
    ],
)
def test_no_traceback_is_shown(
    shell: InteractiveShell,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    line: str,
) -> None:
    def interrupt(*_: object) -> None:
        raise error

    monkeypatch.setattr(evaluate, "split", interrupt)
    monkeypatch.setattr(profile, "profile", interrupt)
    for cell in ("%split papers", "%profile papers"):
        result = shell.run_cell(cell)
        assert isinstance(result.error_in_exec, KeyboardInterrupt)
        assert "".join(capsys.readouterr()).strip() == line
