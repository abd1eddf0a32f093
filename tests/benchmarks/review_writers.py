"""Two kernels, four people in each, one store: is every one of 10,000 responses kept once?

Each person takes records from a queue of their own and answers them one by one, as a review does;
every record is to be answered by one person. The kernels are real ones, and begin together.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from sciml_magics.review import Reviewer
from sciml_magics.store import open_store
from tests.benchmarks.harness import parser, report, table
from tests.benchmarks.store_speed import TASK, fill

KERNELS = 2
PEOPLE = 4
EACH = 1_250
SUGGESTIONS = 100_000
ROOT = Path(__file__).parents[2]
VERBS = ("accept", "reject", "skip", "flag", "accept")


def answer(where: str, kernel: int, begin: float) -> list[float]:
    """Answer as `PEOPLE` people at once; milliseconds that each response took."""
    with open_store(where) as store:

        def one(person: int) -> list[float]:
            name = f"person {kernel}.{person}"
            reviewer = Reviewer(store, TASK.name, name, queue_id=f"queue {name}")
            time.sleep(max(0.0, begin - time.time()))
            return list(_answers(reviewer, name))

        with ThreadPoolExecutor(PEOPLE) as pool:
            return [taken for times in pool.map(one, range(PEOPLE)) for taken in times]


def _answers(reviewer: Reviewer, name: str) -> Iterator[float]:
    verbs = cycle(VERBS)
    done = 0
    while done < EACH:
        batch = reviewer.next(min(20, EACH - done))
        if not batch.items:
            raise SystemExit(f"{name} is shown nothing after {done} records")
        for item in batch.items:
            verb = next(verbs)
            assert item.suggestion is not None
            value = item.suggestion.suggestion.value if verb == "accept" else None
            began = time.perf_counter()
            reviewer.respond(
                f"{name}: {done}",
                item.record.id,
                verb,  # type: ignore[arg-type]  # one of VERBS
                value,
                suggestion=item.suggestion.id,
                share=item.share,
                blind=item.blind,
            )
            yield (time.perf_counter() - began) * 1e3
            done += 1


@contextmanager
def kernel() -> Iterator[BlockingKernelClient]:
    manager = KernelManager()
    manager.start_kernel(cwd=str(ROOT))
    client: BlockingKernelClient = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def result(client: BlockingKernelClient, asked: str) -> Any:
    """What a cell printed last, as JSON."""
    printed: list[str] = []
    while True:
        message = client.get_iopub_msg(timeout=600)
        if message["parent_header"].get("msg_id") != asked:
            continue
        kind, content = message["msg_type"], message["content"]
        if kind == "stream":
            printed.append(content["text"])
        elif kind == "error":
            raise SystemExit(f"{content['ename']}: {content['evalue']}")
        elif kind == "status" and content["execution_state"] == "idle":
            return json.loads("".join(printed).splitlines()[-1])


def main() -> None:
    arguments = parser(__doc__, data=False).parse_args()
    with tempfile.TemporaryDirectory() as folder, kernel() as first, kernel() as second:
        where = Path(folder) / "shared.db"
        fill(where, SUGGESTIONS)
        begin = time.time() + 6
        asked = [
            client.execute(
                "import json; from tests.benchmarks.review_writers import answer\n"
                f"print(json.dumps(answer({str(where)!r}, {number}, {begin})))"
            )
            for number, client in enumerate((first, second))
        ]
        times = [
            taken
            for client, one in zip((first, second), asked, strict=True)
            for taken in result(client, one)
        ]
        taken = time.time() - begin
        with open_store(where) as store:
            kept = [one.response for one in store.responses(TASK.name)]
    total = KERNELS * PEOPLE * EACH
    assert len(times) == total
    rows = [
        ("responses stored", f"{len(kept):,} of {total:,}", f"{total:,}"),
        ("different keys among them", f"{len({one.key for one in kept}):,}", f"{total:,}"),
        ("different records among them", f"{len({one.record_id for one in kept}):,}", f"{total:,}"),
        ("errors of the store", "0", "0"),
        ("a response, median", f"{np.median(times):.1f} ms", ""),
        ("a response, 95 %", f"{np.quantile(times, 0.95):.1f} ms", ""),
        ("a response, slowest", f"{max(times):.0f} ms", ""),
        ("responses per second, all together", f"{total / taken:,.0f}", ""),
    ]
    report(
        "Two kernels, eight people, one store",
        table(("what", "measured", "goal"), rows),
        record=arguments.record,
    )


if __name__ == "__main__":
    main()
