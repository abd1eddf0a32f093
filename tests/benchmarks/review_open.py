"""From opening a review to its first record, and what a person then waits for, by size of the task.

The store is opened, the queue is made and asked for its first items, as the panel's request `open`
does, in a process that has imported what it needs; the order by models is opened on a store in
which two of them read every record. Then 200 records are answered one by one, each
with its counts, and the charts are drawn. ``review_latency.py`` measures the same in the browser.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np

from sciml_magics.charts.review import NothingToDrawError, review_chart
from sciml_magics.review import ORDERS, Criteria, Order, Reviewer
from sciml_magics.store import open_store
from sciml_magics.tasks import ModelIdentity
from tests.benchmarks.harness import parser, report, table
from tests.benchmarks.store_speed import NAMES, TASK, fill

ANOTHER = ModelIdentity("another model", "a revision", "a family")
# What annotators disagree about has to be answered first.
TRIED = tuple(order for order in ORDERS if order not in ("annotators", "errors"))
SIZES = (10_000, 100_000, 1_000_000)
ANSWERED = 200
CHARTS = ("labels", "scores", "confusion", "agreement", "annotators")
FILTERS = {
    "one label": Criteria(suggested=NAMES[0]),
    "scores below 0.3": Criteria(high=0.3),
    "a word that all have": Criteria(text="words"),
    "a number that few have": Criteria(text="9999 "),
}


def opened(where: Path, order: Order, criteria: Criteria) -> float:
    """Milliseconds from nothing open to the first five items."""
    began = perf_counter()
    with open_store(where) as store:
        reviewer = Reviewer(store, TASK.name, "Ada", order=order, criteria=criteria)
        items = reviewer.next(5).items
        taken = perf_counter() - began
        assert items
        reviewer.close()
    return taken * 1e3


def answered(where: Path) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds of each answer, of its counts, and of each refill."""
    answers: list[float] = []
    counts: list[float] = []
    refills: list[float] = []
    with open_store(where) as store:
        reviewer = Reviewer(store, TASK.name, "Bo")
        while len(answers) < ANSWERED:
            began = perf_counter()
            items = reviewer.next(20).items
            refills.append((perf_counter() - began) * 1e3)
            for item in items:
                assert item.suggestion is not None
                began = perf_counter()
                reviewer.respond(
                    f"answer {len(answers)}",
                    item.record.id,
                    "accept",
                    NAMES[0],
                    suggestion=item.suggestion.id,
                    share=item.share,
                    blind=item.blind,
                )
                middle = perf_counter()
                reviewer.counts()
                answers.append((middle - began) * 1e3)
                counts.append((perf_counter() - middle) * 1e3)
    return answers, counts, refills


def drawn(where: Path) -> list[object]:
    """Milliseconds of each chart."""
    cells: list[object] = []
    with open_store(where) as store:
        for name in CHARTS:
            began = perf_counter()
            try:
                review_chart(store, TASK.name, name).chart.to_dict()  # type: ignore[arg-type]
            except NothingToDrawError:
                cells.append("nothing to draw")
            else:
                cells.append(f"{(perf_counter() - began) * 1e3:.0f} ms")
    return cells


def spread(times: list[float]) -> str:
    return f"{np.median(times):.1f}, {np.quantile(times, 0.95):.1f}, {max(times):.0f} ms"


def measure(where: Path) -> tuple[list[object], list[object], list[object]]:
    two = where.with_suffix(".two.db")
    orders = [opened(two if name == "models" else where, name, Criteria()) for name in TRIED]
    filters = [opened(where, "mixed", criteria) for criteria in FILTERS.values()]
    waits = [spread(times) for times in answered(where)]
    return (
        [f"{taken:.0f} ms" for taken in orders],
        [f"{taken:.0f} ms" for taken in filters],
        [*waits, *drawn(where)],
    )


def main() -> None:
    options = parser(__doc__, data=False)
    options.add_argument("--most", type=int, default=SIZES[-1], help="largest number to try")
    options.add_argument("--keep", type=Path, help="folder that keeps the stores for the next time")
    arguments = options.parse_args()
    import altair  # noqa: F401  # not to be timed with the first chart

    found = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for size in SIZES:
            if size <= arguments.most:
                where = folder / f"{size}.db"
                if not where.exists():
                    fill(where, size)
                two = where.with_suffix(".two.db")
                if not two.exists():
                    fill(two, size)
                    fill(two, size, ANOTHER, seed=1)
                found.append((f"{size:,}", *measure(where)))
    first = table(("suggestions", *TRIED), [(size, *orders) for size, orders, _, _ in found])
    narrowed = table(("suggestions", *FILTERS), [(size, *filters) for size, _, filters, _ in found])
    then = table(
        ("suggestions", "an answer", "its counts", "20 more", *(f"chart {n}" for n in CHARTS)),
        [(size, *waits) for size, _, _, waits in found],
    )
    body = (
        f"Open, by order (goal: ≤ 1,000 ms):\n\n{first}\n\nOpen, mixed, filtered:\n\n{narrowed}\n\n"
        f"Then (median, 95 %, slowest):\n\n{then}"
    )
    report("A review opened", body, record=arguments.record)


if __name__ == "__main__":
    main()
