"""What each request of a review surface does, on any thread: nothing here prints or draws."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from sciml_magics._version import __version__
from sciml_magics.errors import SciMLError, StoreError, TaskError
from sciml_magics.panels import messages as m
from sciml_magics.panels import showing
from sciml_magics.panels.jobs import JOBS
from sciml_magics.panels.messages import METHODS, PROTOCOL, Problem, Reply, Request
from sciml_magics.panels.service import Caller, QueueError, Service
from sciml_magics.panels.shown import Item, Message, TaskView, ValueView
from sciml_magics.review import Offered, Reviewer
from sciml_magics.tasks import Value

# Characters and picture bytes that one reply carries, about: long records come a few at a time.
MOST_SENT = 2_000_000
# So many items tell how large the others are.
FIRST_ITEMS = 5
SHOWN_CHARACTERS = 300

# Drawing imports Altair, and counts everything.
_LONG = frozenset({"chart"})

Handler = Callable[[Service, Caller, Any], Message]

_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())  # without one, warnings would be printed into the cell


class ProtocolError(Exception):
    """The front end speaks another version of the protocol."""


def reply(service: Service, caller: Caller, data: object) -> dict[str, Any]:
    """The reply to a request, whatever it is: nothing is raised.

    Parameters
    ----------
    service
        Serves it.
    caller
        Who asks; ``hello`` changes it.
    data
        What came in.
    """
    name = data.get("id") if isinstance(data, Mapping) else None
    asked = name if isinstance(name, str) else ""
    return _answer(service, caller, asked, data).model_dump(mode="json")


def takes_long(data: object) -> bool:
    """Whether what is asked takes seconds, so that answers to a person must not wait for it."""
    return isinstance(data, Mapping) and data.get("method") in _LONG


def _answer(service: Service, caller: Caller, asked: str, data: object) -> Reply:
    try:
        request = Request.model_validate(showing.plain_json(data))
        if request.method not in METHODS:
            return _problem(asked, "protocol", f"no method '{request.method}'")
        takes, _ = METHODS[request.method]
        params = takes.model_validate(request.params)
        result = HANDLERS[request.method](service, caller, params)
        return Reply(id=asked, result=result.model_dump(mode="json"))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        return _problem(asked, "protocol", f"{place}: {first['msg']}")
    except ProtocolError as error:
        return _problem(asked, "protocol", str(error))
    except QueueError as error:
        return _problem(asked, "queue", str(error))
    except SciMLError as error:
        if isinstance(error, StoreError):
            service.forget()
        return _problem(asked, "mistake", str(error))
    except Exception as error:
        _log.exception("a request failed")
        return _problem(asked, "failure", f"{type(error).__name__}: {error}")


def _problem(asked: str, kind: Any, text: str) -> Reply:
    line = showing.safe(" ".join(text.split()))[:SHOWN_CHARACTERS]
    return Reply(id=asked, problem=Problem(kind=kind, message=line))


def _hello(service: Service, caller: Caller, asked: m.Hello) -> m.Welcome:
    if asked.protocol != PROTOCOL:
        newer = "package" if asked.protocol > PROTOCOL else "extension"
        raise ProtocolError(
            f"the extension speaks protocol {asked.protocol} and the kernel {PROTOCOL}: "
            f"upgrade the {newer}, restart the kernel and reload the page"
        )
    caller.identity, caller.store = asked.identity, asked.store
    return m.Welcome(
        protocol=PROTOCOL,
        package=__version__,
        store=showing.safe(service.shown_place(caller)),
        annotator=showing.safe(service.annotator(caller)),
        # On the main thread requests wait for the cell that runs.
        subshells=threading.current_thread() is not threading.main_thread(),
    )


def _tasks(service: Service, caller: Caller, asked: m.Tasks) -> m.TaskList:
    overview = service.overview(caller)
    return m.TaskList(
        tasks=[showing.task_view(*state) for state in overview.states()] if overview else [],
        running=[showing.progress_view(progress) for progress in JOBS.running()],
    )


def _open(service: Service, caller: Caller, asked: m.Open) -> m.Opened:
    reviewer = service.open(caller, asked)
    items, held = _fetch(service, reviewer, FIRST_ITEMS, ())
    return m.Opened(queue=reviewer.queue_id, task=_task_view(reviewer), items=items, held=held)


def _next(service: Service, caller: Caller, asked: m.Next) -> m.Items:
    reviewer = service.queue(asked.queue)
    items, held = _fetch(service, reviewer, asked.count, [_address(name) for name in asked.have])
    return m.Items(items=items, counts=showing.counts_view(reviewer.counts()), held=held)


def _respond(service: Service, caller: Caller, asked: m.Respond) -> m.Acknowledged:
    reviewer = service.queue(asked.queue)
    record = _address(asked.record)
    answered = reviewer.respond(
        asked.key,
        record,
        asked.verb,
        _value(reviewer, asked.value, record),
        suggestion=asked.suggestion,
        share=asked.share,
        blind=asked.blind,
        seconds=asked.seconds,
        note=asked.note,
    )
    service.announcements.changed(reviewer.task.name)
    return m.Acknowledged(
        response=showing.response_view(answered.kept),
        counts=showing.counts_view(reviewer.counts()),
        revealed=showing.suggestion_view(answered.revealed) if answered.revealed else None,
    )


def _undo(service: Service, caller: Caller, asked: m.Undo) -> m.Acknowledged:
    reviewer = service.queue(asked.queue)
    undone = reviewer.undo(asked.key, asked.undoes)
    service.announcements.changed(reviewer.task.name)
    return m.Acknowledged(
        response=showing.response_view(undone.kept),
        counts=showing.counts_view(reviewer.counts()),
        item=_item(service, reviewer, undone.offered) if undone.offered else None,
    )


def _history(service: Service, caller: Caller, asked: m.History) -> m.HistoryList:
    reviewer = service.queue(asked.queue)
    record = _address(asked.record) if asked.record is not None else None
    return m.HistoryList(
        entries=[
            m.HistoryEntry(
                response=showing.response_view(kept, undone), excerpt=showing.excerpt(record)
            )
            for kept, record, undone in reviewer.history(asked.limit, asked.before, record)
        ]
    )


def _look(service: Service, caller: Caller, asked: m.Look) -> m.Looked:
    reviewer = service.queue(asked.queue)
    offered = reviewer.look(_address(asked.record))
    return m.Looked(item=_item(service, reviewer, offered, whole=asked.whole))


def _bulk_count(service: Service, caller: Caller, asked: m.BulkCount) -> m.BulkCounted:
    reviewer = service.queue(asked.queue)
    count, examples = reviewer.bulk_count(showing.criteria_of(asked.filter))
    return m.BulkCounted(count=count, items=[_item(service, reviewer, one) for one in examples])


def _bulk(service: Service, caller: Caller, asked: m.Bulk) -> m.BulkDone:
    reviewer = service.queue(asked.queue)
    if reviewer.task.kind == "spans" and asked.value:
        raise TaskError("spans are marked in one text: no others can be given the same")
    value = _value(reviewer, asked.value, b"")
    criteria = showing.criteria_of(asked.filter)
    stored = reviewer.bulk(asked.key, criteria, asked.verb, value, asked.note)
    service.announcements.changed(reviewer.task.name)
    return m.BulkDone(stored=stored, counts=showing.counts_view(reviewer.counts()))


def _release(service: Service, caller: Caller, asked: m.Release) -> m.Released:
    reviewer = service.queue(asked.queue)
    return m.Released(released=reviewer.release([_address(name) for name in asked.records]))


def _chart(service: Service, caller: Caller, asked: m.Chart) -> m.Charted:
    from sciml_magics.charts.review import NothingToDrawError, review_chart

    try:
        drawn = review_chart(service.store(caller), asked.task, asked.name)
    except NothingToDrawError as error:
        return m.Charted(problem=showing.safe(str(error)))
    return m.Charted(
        spec=drawn.chart.to_dict(),
        clicks=[m.Click(field=click.field, sets=click.sets) for click in drawn.clicks],
    )


def _cancel(service: Service, caller: Caller, asked: m.Cancel) -> m.Cancelled:
    return m.Cancelled(found=JOBS.cancel(asked.task))


HANDLERS: dict[str, Handler] = {
    "hello": _hello,
    "tasks": _tasks,
    "open": _open,
    "next": _next,
    "respond": _respond,
    "undo": _undo,
    "history": _history,
    "look": _look,
    "bulk_count": _bulk_count,
    "bulk": _bulk,
    "release": _release,
    "chart": _chart,
    "cancel": _cancel,
}


def _fetch(
    service: Service, reviewer: Reviewer, count: int, have: Sequence[bytes]
) -> tuple[list[Item], int]:
    """The next items, fewer than `count` where they are large, and how many others hold."""
    items: list[Item] = []
    sent = 0
    while len(items) < count:
        taken = [bytes.fromhex(item.record) for item in items]
        wanted = min(count - len(items), FIRST_ITEMS)
        if items:
            wanted = min(count - len(items), (MOST_SENT - sent) * len(items) // max(sent, 1))
        if wanted <= 0:
            break
        batch = reviewer.next(wanted, [*have, *taken])
        if not batch.items:
            return items, batch.held
        more = [_item(service, reviewer, offered) for offered in batch.items]
        items += more
        sent += sum(map(_size, more))
    return items, 0


def _size(item: Item) -> int:
    return sum(len(field.text) for field in item.fields) + len(
        item.image.data if item.image else ""
    )


def _item(service: Service, reviewer: Reviewer, offered: Offered, whole: bool = False) -> Item:
    return showing.item(offered, reviewer.task, service.images.view, whole=whole)


def _task_view(reviewer: Reviewer) -> TaskView:
    return showing.task_view(reviewer.task, reviewer.version, reviewer.models, reviewer.counts())


def _value(reviewer: Reviewer, view: ValueView, record: bytes) -> Value:
    return showing.value_of(view, reviewer.task, lambda: reviewer.look(record).record.text)


def _address(name: str) -> bytes:
    try:
        return bytes.fromhex(name)
    except ValueError:
        raise TaskError(f"'{name}' is not the address of a record") from None
