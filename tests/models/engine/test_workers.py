import threading
import time

import pytest
import torch

from sciml_magics.models.engine.workers import alone, cores, work_through


@pytest.fixture(autouse=True)
def _threads_stay():
    before = torch.get_num_threads()
    yield
    assert torch.get_num_threads() == before


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_every_item_is_worked_on_once(workers):
    found = work_through(lambda item: item * item, iter(range(40)), workers)
    assert sorted(found) == [item * item for item in range(40)]


def test_workers_have_one_thread_of_torch_each_and_no_gradients():
    found = work_through(
        lambda _: (torch.get_num_threads(), torch.is_inference_mode_enabled()), iter(range(8)), 3
    )
    assert set(found) == {(1, True)}
    assert alone(torch.get_num_threads) == 1


def test_workers_work_at_the_same_time():
    together = threading.Barrier(3)
    assert sorted(work_through(lambda _: together.wait(20), iter(range(3)), 3)) == [0, 1, 2]


def test_items_are_drawn_as_they_are_needed():
    drawn = []

    def items():
        for item in range(100):
            drawn.append(item)
            yield item

    results = work_through(lambda item: item, items(), 2)
    next(results)
    assert len(drawn) <= 4
    results.close()
    assert len(drawn) <= 4


def test_an_error_comes_through_and_ends_the_work():
    def work(item):
        if item == 3:
            raise ValueError("bad item")
        return item

    with pytest.raises(ValueError, match="bad item"):
        list(work_through(work, iter(range(50)), 2))


def test_a_dropped_iterator_lets_running_items_end_and_starts_no_more():
    begun, ended = [], []

    def work(item):
        begun.append(item)
        time.sleep(0.01)
        ended.append(item)

    results = work_through(work, iter(range(1000)), 2)
    next(results)
    results.close()
    count = len(begun)
    assert begun == sorted(ended)
    time.sleep(0.05)
    assert len(begun) == count < 10


def test_two_crews_at_a_time_leave_the_number_of_threads_alone():
    first = work_through(lambda item: item, iter(range(10)), 2)
    next(first)
    second = work_through(lambda item: item, iter(range(10)), 2)
    next(second)
    number = cores()
    first.close()
    assert cores() == number
    second.close()
    assert torch.get_num_threads() == number
