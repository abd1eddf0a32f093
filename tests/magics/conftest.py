"""An IPython of its own, in an empty folder, with the extension loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

LABELS = """\
labels:
  genomics: sequencing, expression and variants of genes
  imaging: MRI, CT or microscopy
  epidemiology: how disease spreads in populations
"""

Fails = Callable[..., str]


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """A fresh shell whose notebook would lie in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "sciml_magics")
    shell.push({"pd": pd, "papers": papers(), "number": 3})
    yield shell
    shell.run_line_magic("unload_ext", "sciml_magics")
    assert shell.history_manager is not None
    shell.history_manager.end_session()
    InteractiveShell.clear_instance()


@pytest.fixture
def fails(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> Fails:
    """Runs a cell that must fail with one line, and returns the line."""

    def run(cell: str) -> str:
        before = dict(shell.user_ns)
        capsys.readouterr()
        shell.run_cell(cell)
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith("UsageError: ")
        assert err.count("\n") == 1
        after = {name: value for name, value in shell.user_ns.items() if not name.startswith("_")}
        assert all(before.get(name) is value for name, value in after.items() if name in before)
        return err.removeprefix("UsageError: ").strip()

    return run


def papers() -> pd.DataFrame:
    texts = [
        "We sequenced the genome of the plant and called its variants.",
        "MRI scans of the brain were segmented.",
        "The outbreak spread through schools within weeks.",
        None,
    ]
    return pd.DataFrame({"abstract": texts * 5, "the title": ["x"] * 20, "year": range(2000, 2020)})
