import sys
from collections.abc import Iterator

import pytest

from sciml_magics.panels.turns import TURN, Turns


@pytest.fixture(autouse=True)
def _as_python_has_it() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.005)
    yield
    sys.setswitchinterval(before)


def test_turns_are_short_until_the_last_does_not_need_it() -> None:
    turns = Turns()
    turns.shorten()
    turns.shorten()
    turns.restore()
    assert sys.getswitchinterval() == pytest.approx(TURN)
    turns.restore()
    assert sys.getswitchinterval() == pytest.approx(0.005)


def test_what_somebody_else_set_stays() -> None:
    turns = Turns()
    turns.shorten()
    sys.setswitchinterval(0.002)
    turns.restore()
    assert sys.getswitchinterval() == pytest.approx(0.002)


def test_turns_that_are_shorter_already_stay() -> None:
    sys.setswitchinterval(0.00005)
    turns = Turns()
    turns.shorten()
    assert sys.getswitchinterval() == pytest.approx(0.00005, abs=2e-6)
    turns.restore()
    assert sys.getswitchinterval() == pytest.approx(0.00005, abs=2e-6)
