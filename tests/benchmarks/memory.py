"""Working memory beyond the frame at 10,000, 100,000 and 1,000,000 short rows.

Each size runs in a process of its own. Peak resident memory is read after the run and compared
with what the process held when the frame was there and nothing else was loaded, so weights,
PyTorch itself, the store and the new columns all count as working memory.
"""

from __future__ import annotations

import subprocess
import sys

from tests.benchmarks.harness import parser, report, table

SIZES = (10_000, 100_000, 1_000_000)

RUN = """
import resource, sys, tempfile, time
import numpy as np, pandas as pd
rows = int(sys.argv[1])
words = np.array(["cell", "gene", "star", "law", "market", "river", "alloy", "virus", "school"])
picks = np.random.default_rng(0).integers(0, len(words), (rows, 2))
frame = pd.DataFrame({"text": [f"{words[a]} {words[b]} {i}" for i, (a, b) in enumerate(picks)]})
del picks
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
def now():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20
before, top = now(), peak()
import sciml_magics as sm
with tempfile.TemporaryDirectory() as folder:
    began = time.perf_counter()
    done = sm.annotate(frame, ["biology", "space", "society"], column="text", task="field",
                       store=folder + "/m.db", progress=False)
    seconds = time.perf_counter() - began
assert len(done) == rows and done["field_score"].notna().all()
print(before, max(peak(), top) - before, seconds)
"""


def main() -> None:
    arguments = parser(__doc__, data=False).parse_args()
    rows = []
    for size in SIZES:
        done = subprocess.run(
            [sys.executable, "-c", RUN, str(size)], check=True, capture_output=True, text=True
        )
        before, working, seconds = map(float, done.stdout.split())
        rows.append(
            (
                f"{size:,}",
                f"{before:,.0f} MiB",
                f"{working:,.0f} MiB",
                "≤ 1,024 MiB" if size == SIZES[-1] else "",
                f"{size / seconds:,.0f}",
            )
        )
    report(
        "Memory",
        table(("rows", "frame and interpreter", "working memory beyond", "goal", "rows/s"), rows),
        record=arguments.record,
    )


if __name__ == "__main__":
    main()
