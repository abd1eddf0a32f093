"""A run notes its own end, however it ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sciml_magics._version import __version__
from sciml_magics.errors import StoreError
from sciml_magics.store import Store, running
from sciml_magics.tasks import Counts
from tests.store.examples import MODEL, TOPIC, record, suggestion

COUNTS = Counts(rows=3, selected=2, unique=2)


def test_a_run_counts_what_it_keeps_and_ends_as_done(store: Store) -> None:
    with running(store, TOPIC, MODEL, COUNTS, by="Ada", seed=7) as run:
        assert store.run(run.id).state == "running"
        for text in ("a gene", "a scan"):
            run.append([record(text)], [suggestion(text)])
    ended = store.run(run.id)
    assert (ended.state, ended.counts) == ("done", replace(COUNTS, computed=2))
    assert (ended.by, ended.seed, ended.code_version) == ("Ada", 7, __version__)
    assert ended.execution is None


def test_the_block_says_how_it_ends(store: Store) -> None:
    with running(store, TOPIC, MODEL, COUNTS, by="Ada") as run:
        run.state = "stopped"
        run.counts = replace(run.counts, abstained=1)
    ended = store.run(run.id)
    assert (ended.state, ended.counts.abstained) == ("stopped", 1)


@pytest.mark.parametrize(
    ("error", "state"), [(KeyboardInterrupt, "stopped"), (MemoryError, "failed")]
)
def test_what_leaves_the_block_ends_it_and_goes_on(
    store: Store, error: type[BaseException], state: str
) -> None:
    def leave() -> None:
        with running(store, TOPIC, MODEL, COUNTS, by="Ada") as run:
            run.append([record("a gene")], [suggestion("a gene")])
            raise error

    with pytest.raises(error):
        leave()
    [ended] = store.runs()
    assert (ended.state, ended.counts.computed) == (state, 1)


def test_an_end_that_cannot_be_noted_hides_no_error(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("no space left")

    monkeypatch.setattr(Store, "finish", full)
    with pytest.raises(MemoryError), running(store, TOPIC, MODEL, COUNTS, by="Ada"):
        raise MemoryError
