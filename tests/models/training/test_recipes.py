"""What a training does where a person does not say."""

import pytest

from sciml_magics.models.training.recipes import RECIPES, plan
from sciml_magics.tasks.training import Training

SMALL, LARGE = 22_000_000, 110_000_000


def test_what_a_person_says_holds():
    asked = Training(epochs=3, learning_rate=0.5, batch_tokens=99, rank=2)

    found = plan(asked, 1_000, SMALL, cpu=True)

    assert (found.epochs, found.rate, found.tokens, found.rank) == (3, 0.5, 99, 2)


def test_few_examples_are_seen_more_often_in_smaller_batches():
    few, many = (plan(Training(), count, SMALL, cpu=True) for count in (60, 20_000))

    assert few.epochs > many.epochs == RECIPES["full"].epochs
    assert few.rows < many.rows


def test_accumulated_batches_make_fewer_steps_and_so_more_epochs():
    one, four = (plan(Training(accumulate=count), 2_000, SMALL, cpu=True) for count in (1, 4))

    assert four.epochs > one.epochs


@pytest.mark.parametrize(("method", "slower"), [("full", True), ("lora", False)])
def test_all_weights_of_a_large_model_take_smaller_steps(method, slower):
    small, large = (plan(Training(method=method), 100, size, cpu=True) for size in (SMALL, LARGE))

    assert (large.rate < small.rate) == slower


def test_a_gpu_takes_larger_batches():
    assert (
        plan(Training(), 9_000, SMALL, cpu=False).tokens
        > plan(Training(), 9_000, SMALL, cpu=True).tokens
    )
