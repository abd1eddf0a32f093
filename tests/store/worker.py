"""What other processes do to a store while a test watches."""

from __future__ import annotations

import os
from multiprocessing.connection import Connection
from threading import Thread

from sciml_magics.store import open_store
from sciml_magics.tasks import Response, record_id
from tests.store.examples import TOPIC, add, begin


def write_in_threads(where: str, process: int, threads: int, each: int, batch: int) -> None:
    """Write with several threads at once: records of their own, and ones that all share."""
    failed: list[BaseException] = []
    with open_store(where) as store:
        run_id = begin(store)

        def write(thread: int) -> None:
            try:
                for start in range(0, each, batch):
                    numbers = range(start, start + batch)
                    add(store, run_id, [f"{process} {thread} {number}" for number in numbers])
                    add(store, run_id, [f"shared {number}" for number in numbers])
            except BaseException as error:
                failed.append(error)
                raise

        running = [Thread(target=write, args=(number,)) for number in range(threads)]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
    if failed:
        raise SystemExit(1)


def open_only(where: str) -> None:
    """Open a store, as every new kernel does."""
    with open_store(where) as store:
        begin(store)


def append_for_ever(where: str, name: int, batch: int, told: Connection) -> None:
    """Append batch after batch, and tell the number of each once it is stored."""
    with open_store(where) as store:
        run_id = begin(store)
        told.send(-1)
        number = 0
        while True:
            add(store, run_id, [f"{name} {number} {at}" for at in range(batch)])
            told.send(number)
            number += 1


def begin_and_vanish(where: str) -> None:
    """Begin a run and end without a word, as a kernel that is killed."""
    store = open_store(where)
    begin(store)
    os._exit(0)


def respond_in_threads(where: str, process: int, threads: int, each: int) -> None:
    """Several threads, each a person of their own, answer the same records one by one."""
    failed: list[BaseException] = []
    with open_store(where) as store:
        task_id = store.task(TOPIC)

        def answer(thread: int) -> None:
            by = f"{process} {thread}"
            try:
                for number in range(each):
                    said = Response(
                        f"{by} {number}", record_id(str(number)), "accepted", "genes", by
                    )
                    store.respond(task_id, [said])
            except BaseException as error:
                failed.append(error)
                raise

        running = [Thread(target=answer, args=(number,)) for number in range(threads)]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
    if failed:
        raise SystemExit(1)
