"""What may go wrong while a model trains: losses that are no numbers, and too little memory."""

import pytest
import torch
from transformers import AutoModelForSequenceClassification

from sciml_magics.errors import LearningError
from sciml_magics.models.training import trainer as trainers
from sciml_magics.models.training.classifying import One
from tests.models.training.lessons_for_tests import (
    ONE,
    STILL,
    base_model,
    one_label,
    tensors,
    train,
    training,
)

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return base_model(tmp_path_factory.mktemp("base"), **STILL)


def _breaking(monkeypatch, after, how):
    """Let the loss of a training break down after so many batches."""
    loss, calls = One.loss, []

    def broken(self, logits, targets):
        calls.append(1)
        found = loss(self, logits, targets)
        return how(found) if len(calls) > after else found

    monkeypatch.setattr(One, "loss", broken)


@pytest.mark.parametrize("what", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_ends_training_with_the_last_good_weights(
    files, tmp_path, monkeypatch, what
):
    _breaking(monkeypatch, 25, lambda loss: loss * what)  # eight batches an epoch

    fit = train(files, ONE, one_label(60), one_label(9, 1), training(), tmp_path / "m")

    assert fit.ending == "diverged"
    assert len(fit.history) == 3
    assert any("the loss was no number any more after 25 steps" in note for note in fit.notes)
    assert all(weight.isfinite().all() for weight in tensors(fit.folder).values())


def test_without_validation_the_weights_of_the_last_epoch_are_kept(files, tmp_path, monkeypatch):
    two = train(files, ONE, one_label(60), [], training(), tmp_path / "whole")
    _breaking(monkeypatch, 25, lambda loss: loss * float("nan"))

    fit = train(files, ONE, one_label(60), [], training(), tmp_path / "m")

    assert fit.ending == "diverged"
    assert fit.history[-1].loss == two.history[2].loss


def test_a_gradient_that_is_no_number_counts_as_well(files, tmp_path, monkeypatch):
    class Steep(torch.autograd.Function):
        @staticmethod
        def forward(ctx, loss):
            return loss.clone()

        @staticmethod
        def backward(ctx, slope):
            return slope * float("nan")

    _breaking(monkeypatch, 25, Steep.apply)

    fit = train(files, ONE, one_label(60), [], training(), tmp_path / "m")

    assert fit.ending == "diverged"
    assert all(weight.isfinite().all() for weight in tensors(fit.folder).values())


def test_where_nothing_good_is_there_yet_the_error_says_so(files, tmp_path, monkeypatch):
    _breaking(monkeypatch, 3, lambda loss: loss * float("nan"))

    with pytest.raises(LearningError, match="no number any more after 3 steps, before one epoch"):
        train(files, ONE, one_label(60), one_label(9, 1), training(), tmp_path / "m")

    assert list(tmp_path.iterdir()) == []


def test_two_readings_that_dropout_does_not_change_teach_what_one_does(files, tmp_path):
    one = train(files, ONE, one_label(60), [], training(epochs=2), tmp_path / "one")
    asked = training(epochs=2, consistency=4.0)

    two = train(files, ONE, one_label(60), [], asked, tmp_path / "two")

    first, second = tensors(one.folder), tensors(two.folder)
    assert all(torch.allclose(first[name], second[name], atol=1e-5) for name in first)


def test_readings_that_have_to_agree_are_nearer_to_each_other(tmp_path):
    files = base_model(tmp_path / "base", hidden_dropout_prob=0.4)

    near, far = (
        _apart(
            train(
                files, ONE, one_label(60), [], training(consistency=weight), tmp_path / f"{weight}"
            )
        )
        for weight in (4.0, 0.0)
    )

    assert near < 0.6 * far


def _apart(fit):
    """How far two readings of a trained model are from each other, dropout on."""
    model = AutoModelForSequenceClassification.from_pretrained(fit.folder).train()
    ids = torch.arange(5, 60).reshape(-1, 5) % model.config.vocab_size
    torch.manual_seed(0)
    with torch.no_grad():
        one, other = (model(ids).logits.log_softmax(1) for _ in range(2))
    return float(((one.exp() - other.exp()) * (one - other)).sum(1).mean())


def _crowded(monkeypatch, rows, where):
    """Let memory run out whenever more than so many rows are learned from at once."""
    loss = One.loss
    tried = []

    class Full(torch.autograd.Function):
        @staticmethod
        def forward(ctx, found):
            return found.clone()

        @staticmethod
        def backward(ctx, slope):
            raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")

    def crowded(self, logits, targets):
        tried.append(len(targets))
        found = loss(self, logits, targets)
        if len(targets) <= rows:
            return found
        if where == "forward":
            raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return Full.apply(found)

    monkeypatch.setattr(One, "loss", crowded)
    return tried


@pytest.mark.parametrize("where", ["forward", "backward"])
@pytest.mark.parametrize("accumulate", [1, 3])
def test_where_memory_runs_out_smaller_pieces_make_the_same_steps(
    files, tmp_path, monkeypatch, where, accumulate
):
    asked = training(epochs=2, accumulate=accumulate)
    plain = train(files, ONE, one_label(60), [], asked, tmp_path / "plain")
    tried = _crowded(monkeypatch, 3, where)

    fit = train(files, ONE, one_label(60), [], asked, tmp_path / "m")

    assert sum(rows > 3 for rows in tried) <= 3  # it does not run into the wall again and again
    assert any("memory ran out" in note for note in fit.notes)
    assert [one.loss for one in fit.history] == pytest.approx([one.loss for one in plain.history])
    one, two = tensors(plain.folder), tensors(fit.folder)
    names = [name for name in one if "key.bias" not in name]
    assert all(torch.allclose(one[name], two[name], atol=1e-3) for name in names)


def test_where_a_single_text_does_not_fit_the_error_says_so(files, tmp_path, monkeypatch):
    _crowded(monkeypatch, 0, "forward")

    with pytest.raises(LearningError, match="training needs more memory than there is"):
        train(files, ONE, one_label(60), [], training(), tmp_path / "m")

    assert list(tmp_path.iterdir()) == []


def test_weights_can_be_put_back():
    model = torch.nn.Linear(2, 2)
    model.bias.requires_grad_(False)
    kept = trainers.trainable(model)
    with torch.no_grad():
        model.weight.add_(1)

    trainers.put_back(model, kept)

    assert list(kept) == ["weight"]
    assert torch.equal(model.weight, kept["weight"])
