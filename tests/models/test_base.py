"""What every family shares: it loads once and late, checks the task, and measures itself."""

import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest

from sciml_magics.errors import ModelError
from sciml_magics.models import BaseSuggester, Options, find_model
from sciml_magics.tasks import Execution, Record, Suggestion, Task
from tests.models.asking import make_records, make_task

MEGABYTE = 1 << 20


class Slow(BaseSuggester[str]):
    """Loads slowly and takes memory, so that both can be seen."""

    can = frozenset({("text", "label"), ("text", "text")})
    loads = 0

    def load(self) -> str:
        time.sleep(0.05)
        self.place()
        self.loads += 1
        return "loaded"

    def suggest(self, records: Sequence[Record], task: Task) -> Iterator[Sequence[Suggestion]]:
        assert self.loaded == "loaded"
        taken = np.ones(80 * MEGABYTE, dtype=np.uint8)
        time.sleep(0.03)
        yield [Suggestion(record.id, None, float(taken[0])) for record in records]


@pytest.fixture
def slow():
    return Slow(find_model(), Options(device="cpu", precision="fp32"))


def test_making_one_loads_nothing_and_the_first_question_does(slow):
    assert slow.execution is None
    assert slow.identity.short.startswith("all-MiniLM-L6-v2@53aa51172d14")
    list(slow.suggest(make_records(["a"]), make_task("x")))
    assert slow.loads == 1
    assert slow.execution == Execution("cpu", "fp32")


def test_many_threads_load_once(slow):
    start = Barrier(8)

    def ask(_):
        start.wait()
        return slow.loaded

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == ["loaded"] * 8
    assert slow.loads == 1


def test_the_identity_states_its_settings_in_a_fixed_order():
    mean = Slow(find_model(), Options(window="mean"))
    assert json.loads(mean.identity.settings) == {"window": "mean"}
    assert mean.identity == Slow(find_model(), Options(window="mean", device="cpu")).identity
    assert mean.identity != Slow(find_model(), Options()).identity


def test_a_task_that_it_cannot_do_names_who_can(slow):
    with pytest.raises(ModelError, match=r"not spans on text; .*token_classifier"):
        slow.resolve(make_task("x", kind="spans"))
    with pytest.raises(ModelError, match=r"not label on image; .*clip"):
        slow.resolve(make_task("x", input="image"))


def test_labels_are_needed_except_for_free_text(slow):
    with pytest.raises(ModelError, match="give the task its labels"):
        slow.resolve(make_task())
    task = make_task(kind="text")
    assert slow.resolve(task) == task


def test_the_estimate_tells_size_time_and_memory(slow):
    records = make_records(["ab", "cde"])
    found = slow.estimate(records, make_task("x"))
    assert (found.records, found.characters) == (2, 5)
    assert 0.03 <= found.seconds < found.load_seconds
    weights = find_model().parameters * 4
    assert weights + 60 * MEGABYTE <= found.memory <= weights + 400 * MEGABYTE
    assert slow.loads == 1


@pytest.mark.parametrize("device", ["tpu", "cuda:97", ""])
def test_a_device_that_is_not_here_is_one_line(device):
    suggester = Slow(find_model(), Options(device=device))
    with pytest.raises(ModelError, match="cpu") as found:
        list(suggester.suggest(make_records(["a"]), make_task("x")))
    assert "\n" not in str(found.value)
