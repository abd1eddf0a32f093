"""The comms over which JupyterLab's panel and widgets reach this kernel.

Nothing is imported for it before a front end opens one: loading the extension has to be quick.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from threading import Thread
from typing import TYPE_CHECKING, Any

from sciml_magics.panels.targets import EVENTS, RPC
from sciml_magics.panels.turns import TURNS

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

# The comms that are open, and what ends each.
_open: list[tuple[Any, Callable[[], None]]] = []


def accept_comms(shell: InteractiveShell) -> None:
    """Accept comms, where `shell` belongs to a kernel."""
    if manager := _manager(shell):
        for name, target in _TARGETS.items():
            manager.register_target(name, target)


def refuse_comms(shell: InteractiveShell) -> None:
    """Accept none any more, and close those that are open: front ends see it at once."""
    if manager := _manager(shell):
        for name, target in _TARGETS.items():
            if manager.targets.get(name) == target:
                manager.unregister_target(name, target)
    for comm, end in list(_open):
        end()
        comm.close()
    _open.clear()


def _open_rpc(comm: Any, _: Any) -> None:
    from sciml_magics.panels.handlers import reply, takes_long
    from sciml_magics.panels.service import Caller, service

    caller = Caller()

    def answer(data: Any) -> None:
        # As the reply to what came on a subshell: sent from the main thread once, this comm's
        # requests would be handled there from then on, after the cell that runs.
        comm.send(reply(service(), caller, data))

    def receive(message: dict[str, Any]) -> None:
        data = message["content"]["data"]
        if not takes_long(data):
            answer(data)
            return
        # The context tells the kernel what a reply is the reply to, and so which subshell it is of.
        here = copy_context()
        Thread(target=here.run, args=(answer, data), name="sciml-magics", daemon=True).start()

    # Not by `on_msg`, which would tell IPython that a cell begins and ends: what listens to that,
    # as matplotlib's figures do, takes it for the cell on the main thread.
    comm.handle_msg = receive
    TURNS.shorten()
    _keep(comm, TURNS.restore)


def _open_events(comm: Any, _: Any) -> None:
    from sciml_magics.panels.service import service

    _keep(comm, service().announcements.subscribe(comm.send))


def _keep(comm: Any, end: Callable[[], None]) -> None:
    entry = (comm, end)
    _open.append(entry)

    def closed(_: Any) -> None:
        with suppress(ValueError):
            _open.remove(entry)
        end()

    comm.on_close(closed)


def _manager(shell: InteractiveShell) -> Any:
    kernel = getattr(shell, "kernel", None)
    return getattr(kernel, "comm_manager", None)


_TARGETS: dict[str, Callable[[Any, Any], None]] = {RPC: _open_rpc, EVENTS: _open_events}
