"""Fixtures of the tests of models."""

import pytest
import torch


@pytest.fixture(scope="module")
def one_thread():
    """A single thread: a tiny model waits for its threads longer than it computes."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
