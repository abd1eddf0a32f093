"""The peak of memory is seen though it is given back before the end."""

import time

import numpy as np

from sciml_magics.models.memory import PeakMemory
from sciml_magics.tasks import Execution

MEGABYTE = 1 << 20


def test_a_peak_in_the_middle_is_seen():
    with PeakMemory(Execution("cpu", "fp32")) as peak:
        taken = np.ones(120 * MEGABYTE, dtype=np.uint8)
        time.sleep(0.1)
        del taken
    assert 100 * MEGABYTE < peak.bytes < 400 * MEGABYTE


def test_nothing_taken_is_nothing():
    with PeakMemory(None) as peak:
        time.sleep(0.03)
    assert peak.bytes < 50 * MEGABYTE
