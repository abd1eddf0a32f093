"""Run an exported script where there is nothing but pandas."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd

# Who imports anything of this project, even by way of something else, fails.
_CALL = """
import sys

class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "sciml_magics":
            raise ImportError("the script is not independent: " + name)

sys.meta_path.insert(0, Nothing())
import pandas as pd
from cleaning import clean

clean(pd.read_pickle("dirty.pkl")).to_pickle("clean.pkl")
"""


def run_script(code: str, frame: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """The frame that an exported script makes, in a process of its own."""
    (folder / "cleaning.py").write_text(code, encoding="utf-8")
    frame.to_pickle(folder / "dirty.pkl")
    subprocess.run([sys.executable, "-W", "error", "-c", _CALL], cwd=folder, check=True)
    made: pd.DataFrame = pd.read_pickle(folder / "clean.pkl")
    return made
