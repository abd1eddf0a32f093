from __future__ import annotations

import multiprocessing
import os
import sqlite3
import time
from contextlib import closing
from datetime import timedelta
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import Any

import pytest

from sciml_magics.store import Store, ledger, open_store
from tests.store.examples import TOPIC, add, answered, begin
from tests.store.worker import (
    append_for_ever,
    begin_and_vanish,
    open_only,
    respond_in_threads,
    write_in_threads,
)

KILLS = 20
BATCH = 50


@pytest.fixture(scope="module")
def others() -> ForkServerContext:
    """Other processes, forked from a server that has imported what they need."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.store.worker"])
    return context


def _started(others: ForkServerContext, target: Any, *args: Any) -> ForkServerProcess:
    process = others.Process(target=target, args=args)
    process.start()
    return process


def _ended(processes: list[ForkServerProcess]) -> list[int | None]:
    for process in processes:
        process.join(120)
    return [process.exitcode for process in processes]


def test_processes_and_threads_write_at_once(where: str, others: ForkServerContext) -> None:
    processes = [
        _started(others, write_in_threads, where, number, 4, 1_250, 50) for number in range(2)
    ]
    assert _ended(processes) == [0, 0]
    own = [f"{p} {t} {n}" for p in range(2) for t in range(4) for n in range(1_250)]
    shared = [f"shared {n}" for n in range(1_250)]
    with open_store(where) as store:
        [held] = store.holdings()
        assert held.suggestions == len(own) + len(shared) == 11_250
        assert len(answered(store, own + shared)) == 11_250


def test_people_answer_at_once(where: str, others: ForkServerContext) -> None:
    each = 250
    with open_store(where) as store:
        add(store, begin(store), [str(number) for number in range(each)])
    processes = [_started(others, respond_in_threads, where, number, 4, each) for number in (0, 1)]
    assert _ended(processes) == [0, 0]
    with open_store(where) as store:
        kept = store.responses("topic")
    wanted = {f"{p} {t} {n}" for p in range(2) for t in range(4) for n in range(each)}
    assert {one.response.key for one in kept} == wanted
    assert len(kept) == 2_000


def test_many_processes_make_the_same_new_store(where: str, others: ForkServerContext) -> None:
    processes = [_started(others, open_only, where) for _ in range(8)]
    assert _ended(processes) == [0] * 8
    with open_store(where) as store:
        assert len(store.runs()) == 8
        assert len(store.tasks()) == 1


def test_a_killed_process_leaves_complete_batches_only(
    file: str, others: ForkServerContext
) -> None:
    stored = 0
    for kill in range(KILLS):
        told, tells = others.Pipe(duplex=False)
        process = _started(others, append_for_ever, file, kill, BATCH, tells)
        tells.close()
        assert told.recv() == -1
        time.sleep(0.007 * (kill % 10))
        process.kill()
        process.join()
        known = _last(told)
        with open_store(file) as store:
            batches = [
                len(answered(store, [f"{kill} {number} {at}" for at in range(BATCH)]))
                for number in range(known + 3)
            ]
        # What was acknowledged is there whole; the one in flight is whole or not there at all.
        assert batches[: known + 1] == [BATCH] * (known + 1)
        assert batches[known + 1] in (0, BATCH)
        assert batches[known + 2] == 0
        stored += sum(batches)
    assert stored > 0
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        [(records,)] = connection.execute("SELECT count(*) FROM sciml_records")
        [(suggestions,)] = connection.execute("SELECT count(*) FROM sciml_suggestions")
    assert records == suggestions == stored


def _last(told: Any) -> int:
    last = -1
    try:
        while True:
            last = told.recv()
    except EOFError:
        return last


def test_a_run_of_a_process_that_is_gone_is_stopped(where: str, others: ForkServerContext) -> None:
    assert _ended([_started(others, begin_and_vanish, where)]) == [0]
    with open_store(where) as store:
        mine = begin(store)
        gone, running = store.runs()
    assert (gone.state, gone.finished) == ("stopped", None)
    assert (running.id, running.state) == (mine, "running")


def test_a_run_whose_process_id_was_used_again_is_stopped(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = ledger.this_process()
    earlier = here["born"] - timedelta(hours=1) // timedelta(milliseconds=1)
    monkeypatch.setattr(ledger, "this_process", lambda: here | {"born": earlier})
    assert store.run(begin(store)).state == "stopped"


def test_a_run_on_another_host_is_believed_to_run(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = ledger.this_process()
    monkeypatch.setattr(ledger, "this_process", lambda: here | {"host": "elsewhere", "pid": 1})
    assert store.run(begin(store)).state == "running"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_store_is_usable_on_both_sides_of_a_fork(store: Store) -> None:
    run_id = begin(store)
    add(store, run_id, ["before"])
    child = os.fork()
    if child == 0:
        status = 1
        try:
            add(store, run_id, ["child"])
            status = 0 if len(answered(store, ["before", "child"])) == 2 else 2
        finally:
            os._exit(status)
    add(store, run_id, ["parent"])
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(answered(store, ["before", "child", "parent"])) == 3
    assert store.task(TOPIC) == 1
