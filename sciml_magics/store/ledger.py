"""Runs as rows: what is noted when one begins and ends, and how they are read back."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from time import time
from typing import Any

import psutil
from sqlalchemy import Row, Select, select

from sciml_magics.store.schema import models, run_ends, runs, tasks
from sciml_magics.tasks import Counts, Execution, ModelIdentity, Run, RunState

# A process id is used again at some time; the start of the process tells the two apart. Clocks that
# are set while a run goes on move that time a little.
BORN_TOLERANCE_MS = 60_000


def now() -> int:
    """Milliseconds since 1970 in UTC."""
    return int(time() * 1000)


def moment(milliseconds: int) -> datetime:
    """The time that `now` gave."""
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)


def this_process() -> dict[str, Any]:
    """What tells this process apart from every other: host, process id, time of its start."""
    return {"host": _host(), "pid": os.getpid(), "born": _born(os.getpid())}


def read_runs() -> Select[Any]:
    """Every run with its task, model and end."""
    ends = [column for column in run_ends.c if column.name != "run_id"]
    identity = [column for column in models.c if column.name not in ("id", "fingerprint")]
    return (
        select(*runs.c, tasks.c.name, tasks.c.version, *identity, *ends)
        .join_from(runs, tasks)
        .join_from(runs, models)
        .outerjoin(run_ends, run_ends.c.run_id == runs.c.id)
        .order_by(runs.c.id)
    )


def as_identity(row: Row[Any]) -> ModelIdentity:
    """The model of a row."""
    return ModelIdentity(row.model, row.revision, row.family, row.settings)


def as_run(row: Row[Any]) -> Run:
    """The run of a row of `read_runs`."""
    ended = row.state is not None
    return Run(
        id=row.id,
        task=row.name,
        task_version=row.version,
        model=as_identity(row),
        execution=Execution(row.device, row.precision) if row.device is not None else None,
        code_version=row.code_version,
        by=row.by,
        seed=row.seed,
        started=moment(row.started),
        finished=moment(row.finished) if ended else None,
        state=row.state if ended else _unfinished(row),
        counts=Counts(**json.loads(row.counts)) if ended else Counts(),
    )


def end_row(run_id: int, state: RunState, counts: Counts) -> dict[str, Any]:
    """The row that ends a run."""
    return {
        "run_id": run_id,
        "state": state,
        "finished": now(),
        "counts": json.dumps(asdict(counts)),
    }


def _unfinished(row: Row[Any]) -> RunState:
    if row.host != _host():
        return "running"
    return "running" if is_alive(row.pid, row.born) else "stopped"


def is_alive(pid: int, born: int) -> bool:
    """Whether a process of this host goes on: its id, and when it began in milliseconds."""
    since = _born(pid)
    return since is not None and abs(since - born) <= BORN_TOLERANCE_MS


def _born(pid: int) -> int | None:
    try:
        return int(psutil.Process(pid).create_time() * 1000)
    except psutil.NoSuchProcess:
        return None


@cache
def _host() -> str:
    return socket.gethostname()
