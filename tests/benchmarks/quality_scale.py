"""``%profile`` and ``%detect`` without labels on 1,000,000 rows × 20 columns of mixed types.

The script makes the table and plants errors: misspelt and misplaced values, broken dependencies,
other units and formats of dates, codes for missing values, outliers, equal rows. Each of the two
runs in a process of its own. Peak resident memory is read after the run and compared with what the
process held when the frame was there and nothing else was loaded, so that libraries, findings and
the store all count. A second process is interrupted in the middle, and the time until it stops is
measured, as are the moments of progress that it told.
"""

from __future__ import annotations

import _thread
import gc
import json
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.harness import parser, report, table

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

ROWS = 1_000_000
SECONDS = 120
MEBIBYTES = 2048
JOBS = ("profile", "detect")


def words(draw: np.random.Generator, number: int, least: int, most: int) -> Any:
    """Names that nobody has."""
    import numpy as np

    letters = np.array(list("aeioubcdfglmnprstv"))
    sizes = draw.integers(least, most + 1, number)
    signs = draw.choice(letters, (number, most))
    made = ["".join(line[:size]).title() for line, size in zip(signs, sizes, strict=True)]
    return np.array(made, dtype=object)


def clean_frame(draw: np.random.Generator, rows: int) -> pd.DataFrame:
    """Twenty columns of mixed types, in which a city has its zip and its state."""
    import numpy as np
    import pandas as pd

    def numbered(before: str, numbers: Any, after: str = "") -> Any:
        return np.char.add(np.char.add(before, numbers.astype("U9")), after)

    def drawn(names: Any) -> Any:
        return names[draw.integers(0, len(names), rows)]

    cities, notes = words(draw, 2000, 5, 11), words(draw, 4000, 3, 10)
    states = np.array([one + other for one in "ABCDEFG" for other in "KLMNOPQ"], dtype=object)
    of_city, state_of = draw.integers(0, 2000, rows), draw.integers(0, len(states), 2000)
    zips = draw.permutation(90_000)[:2000] + 10_000
    days = draw.integers(0, 3650, rows)
    passed = pd.to_timedelta(np.sort(draw.integers(0, 3 * 10**8, rows)), unit="s")
    columns = {
        "id": np.arange(rows),
        "code": numbered("C-", 10_000_000 + np.arange(rows)),
        "name": drawn(words(draw, 3000, 4, 8)) + " " + drawn(words(draw, 8000, 5, 10)),
        "mail": numbered("m", np.arange(rows), "@example.org"),
        "city": cities[of_city],
        "zip": zips[of_city].astype("U5"),
        "state": states[state_of[of_city]],
        "phone": numbered("+41 44 ", draw.integers(1_000_000, 9_999_999, rows)),
        "day": (np.datetime64("2014-01-01") + days).astype("U10"),
        "stamp": pd.Timestamp("2014-01-01") + passed,
        "status": draw.choice(
            ["open", "closed", "waiting", "lost"], rows, p=[0.5, 0.3, 0.15, 0.05]
        ),
        "kind": drawn(words(draw, 40, 4, 9)),
        "marks": draw.integers(1, 6, rows),
        "count": draw.poisson(4, rows),
        "temperature": (15 + 10 * np.sin(days / 58) + draw.normal(0, 3, rows)).round(1),
        "price": draw.lognormal(3, 1, rows).round(2),
        "weight": numbered("", draw.normal(70, 12, rows).round(1), " kg"),
        "active": draw.random(rows) < 0.4,
        "latitude": draw.uniform(46, 48, rows).round(5),
        "note": drawn(notes) + " " + drawn(notes) + " " + drawn(notes[:12]),
    }
    return pd.DataFrame(columns)


def spoilt_frame(rows: int) -> pd.DataFrame:
    """The same with planted errors in one cell of a thousand to one of a hundred."""
    import numpy as np
    import pandas as pd

    draw = np.random.default_rng(0)
    frame = clean_frame(draw, rows)

    def some(share: float) -> Any:
        return np.flatnonzero(draw.random(rows) < share)

    def spoil(column: str, share: float, change: Any) -> None:
        hit = some(share)
        values = frame[column].to_numpy(object, copy=True)
        values[hit] = [change(value) for value in values[hit]]
        frame[column] = pd.Series(values, dtype="str")

    def misspelt(text: str) -> str:
        at = int(draw.integers(max(len(text) - 1, 1)))
        return f"{text[:at]}x{text[at + 1 :]}"

    for column in ("city", "name", "kind", "zip"):
        spoil(column, 0.001, misspelt)
    spoil("state", 0.001, lambda text: text[::-1])
    spoil("day", 0.002, lambda text: f"{text[8:]}/{text[5:7]}/{text[:4]}")
    spoil("weight", 0.002, lambda text: f"{float(text[:-3]) * 2.2:.1f} lb")
    spoil("status", 0.002, str.upper)
    spoil("phone", 0.001, lambda text: text[:9])
    spoil("note", 0.001, lambda text: f" {text}")
    for column, mark in (("city", "N/A"), ("phone", "-"), ("kind", "unknown")):
        spoil(column, 0.002, lambda _, mark=mark: mark)
    frame.loc[some(0.01), "temperature"] = -999
    frame.loc[some(0.0005), "price"] *= 1000
    frame.loc[some(0.002), "count"] = -1
    frame.loc[some(0.005), "note"] = None
    frame.loc[some(0.001), "latitude"] += 40
    copied = some(0.001)
    copies = frame.iloc[(copied + rows // 2) % rows].set_axis(copied)
    frame.loc[copied] = copies
    return frame


def measure(rows: int, job: str, stop_after: float) -> dict[str, object]:
    """Run a job, and tell what it took; with `stop_after` it is interrupted after so many seconds.

    Making the frame takes more memory than the frame: the highest use is counted from then on.
    """
    frame = spoilt_frame(rows)
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")
    before = resident("VmRSS")
    moments: list[float] = []
    # A shell that starts this in the background has it ignore interrupts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(stop_after, _thread.interrupt_main)
    if stop_after:
        timer.start()
    began, used = time.perf_counter(), time.process_time()
    stopped = found = None
    try:
        found = run(job, frame, lambda _: moments.append(time.perf_counter()))
    except KeyboardInterrupt:
        stopped = time.perf_counter() - began - stop_after
    finally:
        timer.cancel()
    return {
        "seconds": time.perf_counter() - began,
        "processor": time.process_time() - used,
        "before": before,
        "beyond": resident("VmHWM") - before,
        "moments": len(moments),
        "stopped": stopped,
        "found": found,
    }


def run(job: str, frame: pd.DataFrame, told: Any) -> str:
    """What a person would call, and what came of it in a line."""
    import sciml_magics

    with tempfile.TemporaryDirectory() as folder:
        if job == "profile":
            found = sciml_magics.profile(frame, name="df", progress=told)
            return f"{len(found.dependencies)} dependencies, {found.equal_rows} equal rows"
        store = f"{folder}/m.db"
        return str(sciml_magics.detect(frame, name="df", store=store, progress=told).summary)


def resident(what: str) -> float:
    """Resident memory of this process in MiB: now (VmRSS), or at the highest (VmHWM)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what)) / 1024


def main() -> None:
    options = parser(__doc__, data=False)
    options.add_argument("--rows", type=int, default=ROWS, help=f"(default: {ROWS:,})")
    options.add_argument("--job", choices=JOBS, help="only this one")
    options.add_argument(
        "--child", type=float, metavar="SECONDS", help="stop so; 0: run to the end"
    )
    arguments = options.parse_args()
    if arguments.child is not None:
        print(json.dumps(measure(arguments.rows, arguments.job, arguments.child)))
        return
    rows = []
    for job in JOBS if arguments.job is None else (arguments.job,):
        whole = child(arguments.rows, job, 0)
        cut = child(arguments.rows, job, whole["seconds"] / 2)
        stopped = "–" if cut["stopped"] is None else f"{cut['stopped']:.1f} s"
        rows.append(
            (
                f"%{job}",
                f"{whole['seconds']:.1f} s ({whole['processor']:.1f} s of the processor)",
                f"{whole['before']:,.0f} MiB",
                f"{whole['beyond']:,.0f} MiB",
                whole["moments"],
                stopped,
                whole["found"],
            )
        )
    headings = (
        "job",
        f"time (goal: ≤ {SECONDS} s for both)",
        "frame and interpreter",
        f"memory beyond (goal: ≤ {MEBIBYTES:,} MiB)",
        "moments of progress",
        "stops after an interrupt in",
        "found",
    )
    body = f"{arguments.rows:,} rows × 20 columns.\n\n{table(headings, rows)}"
    report("Data quality of a million rows", body, record=arguments.record)


def child(rows: int, job: str, stop_after: float) -> dict[str, Any]:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.quality_scale", "--rows", str(rows)]
    command += ["--job", job, "--child", str(stop_after)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
