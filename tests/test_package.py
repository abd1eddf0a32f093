"""The package as a whole: its version, its lazy imports, its public names."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import sciml_magics

ROOT = Path(__file__).parents[1]
HEAVY = (
    "torch",
    "transformers",
    "pandas",
    "altair",
    "sqlalchemy",
    "pyarrow",
    "yaml",
    "ipywidgets",
    "pydantic",
)


def imported_by(code: str) -> set[str]:
    """Which heavy packages a new interpreter has imported after running `code`."""
    ask = f"import sys\n{code}\nprint(*[m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", ask], check=True, capture_output=True, text=True, cwd=ROOT
    )
    return set(done.stdout.split())


def test_importing_the_package_imports_nothing_heavy() -> None:
    assert imported_by("import sciml_magics") == set()


def test_loading_the_extension_imports_nothing_heavy() -> None:
    code = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "InteractiveShell.instance().run_line_magic('load_ext', 'sciml_magics')"
    )
    assert imported_by(code) == set()


def test_reading_a_known_answer_loads_no_model(tmp_path: Path) -> None:
    code = (
        "import warnings; warnings.simplefilter('ignore')\n"
        "import pandas as pd, sciml_magics as sm\n"
        "frame = pd.DataFrame({'text': ['The gene was sequenced.']})\n"
        f"sm.annotate(frame, ['gene', 'star'], column='text', store={str(tmp_path / 's.db')!r},"
        " progress=False)"
    )
    assert "torch" in imported_by(code)
    assert not {"torch", "transformers"} & imported_by(code)


def test_public_names_are_there() -> None:
    for name in sciml_magics.__all__:
        assert getattr(sciml_magics, name) is not None
    assert set(sciml_magics.__all__) <= set(dir(sciml_magics))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = sciml_magics.nothing


def test_one_version() -> None:
    package = json.loads((ROOT / "labextension" / "package.json").read_text())
    assert sciml_magics.__version__ == version("sciml-magics") == package["version"]
