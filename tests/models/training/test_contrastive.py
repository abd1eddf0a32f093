"""Few examples: the loss, the batches, and an encoder that is tuned and saved."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest
import torch

from sciml_magics.errors import LearningError
from sciml_magics.models import FromVectors, open_model
from sciml_magics.models.loading import find_model
from sciml_magics.models.training import contrastive
from sciml_magics.models.training.contrastive import BATCH, contrast, plan_batches, train_fewshot
from sciml_magics.models.training.head import train_head, truth_of
from sciml_magics.models.training.tuning import Tuned
from sciml_magics.models.vectors import key_of
from sciml_magics.tasks.training import Example, Moment, Training
from tests.models.asking import ask
from tests.models.training.lessons_for_tests import (
    ONE,
    SEVERAL,
    base_model,
    one_label,
    several_labels,
    tensors,
)

FEW = Training(method="fewshot", device="cpu", precision="fp32", learning_rate=2e-3, epochs=60)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return base_model(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def made(base, tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "model"
    return train_fewshot(
        base, ONE, one_label(24), one_label(60, 1), FEW, folder, lambda moment: None
    )


def _one_hot(*answers):
    return torch.eye(max(answers) + 1)[list(answers)]


def test_the_loss_is_that_of_the_paper():
    torch.manual_seed(0)
    vectors = torch.nn.functional.normalize(torch.randn(6, 4), dim=1)
    answers = [0, 0, 0, 1, 1, 2]
    terms = []
    for i, own in enumerate(answers):
        others = [j for j in range(6) if j != i]
        alike = [j for j in others if answers[j] == own]
        if alike:
            sharp = {j: vectors[i] @ vectors[j] / contrastive.TEMPERATURE for j in others}
            whole = torch.logsumexp(torch.stack(list(sharp.values())), 0)
            terms.append(whole - torch.stack([sharp[j] for j in alike]).mean())
    found = contrast(vectors, _one_hot(*answers))
    torch.testing.assert_close(found, torch.stack(terms).mean())


def test_it_is_less_where_answers_lie_together():
    apart = torch.nn.functional.normalize(torch.tensor([[1.0, 0], [1, 0.1], [0, 1], [0.1, 1]]))
    truth = _one_hot(0, 0, 1, 1)
    assert contrast(apart, truth) < contrast(apart[[0, 2, 1, 3]], truth)


def test_labels_that_are_shared_pull_by_their_share():
    vectors = torch.nn.functional.normalize(torch.randn(3, 4, requires_grad=True), dim=1)
    whole = torch.tensor([[1.0, 1], [1, 1], [0, 0]])
    half = torch.tensor([[1.0, 1], [1, 0], [0, 0]])
    # An average over those that belong together: with one of them its share cancels.
    torch.testing.assert_close(contrast(vectors, whole), contrast(vectors, half))
    none = torch.zeros(3, 2)
    assert torch.isfinite(contrast(vectors, none))


def test_a_batch_in_which_nothing_belongs_together_teaches_nothing():
    vectors = torch.nn.functional.normalize(torch.randn(3, 4), dim=1).requires_grad_()
    loss = contrast(vectors, _one_hot(0, 1, 2))
    loss.backward()
    assert float(loss.detach()) == 0.0
    assert vectors.grad is not None
    assert not vectors.grad.any()


def test_batches_hold_as_many_of_every_answer():
    truth = np.zeros((103, 3), dtype=bool)
    truth[:100, 0] = truth[100:102, 1] = truth[102:, 2] = True
    answers = truth.argmax(axis=1)
    for batch in plan_batches(truth, FEW):
        counts = Counter(answers[batch].tolist())
        assert len(set(counts.values())) == 1
        assert len(batch) <= BATCH


def test_every_example_is_seen():
    truth = np.eye(90, dtype=bool)[np.arange(270) % 90]
    seen = np.concatenate(plan_batches(truth, FEW))
    assert set(seen.tolist()) == set(range(270))


def test_time_grows_no_faster_than_examples():
    def passes(count):
        truth = np.eye(4, dtype=bool)[np.arange(count) % 4]
        return sum(map(len, plan_batches(truth, Training(method="fewshot"))))

    assert passes(4_000) <= 10.1 * passes(400)


def test_it_learns_more_than_a_head_alone(base, made, tmp_path):
    alone = train_head(
        base, ONE, one_label(24), one_label(60, 1), FEW, tmp_path / "m", lambda moment: None
    )
    assert made.validation is not None
    assert alone.validation is not None
    assert made.validation > alone.validation
    assert made.validation > 0.9
    assert made.tokens_per_second > 0


def test_the_folder_answers_as_it_was_validated(made):
    unique = {one.text: str(one.value) for one in one_label(60, 1)}
    found = ask(made.folder, list(unique), ONE)
    assert np.mean([a.value == b for a, b in zip(found, unique.values(), strict=True)]) > 0.9
    assert isinstance(open_model(made.folder), FromVectors)


def test_sentence_transformers_alone_answers_alike(made):
    from sentence_transformers import SentenceTransformer

    texts = list(dict.fromkeys(one.text for one in one_label(40, 3)))
    model = SentenceTransformer(str(made.folder), device="cpu")
    theirs = model.encode(texts, show_progress_bar=False).argmax(axis=1)
    ours = [ONE.label_names.index(str(one.value)) for one in ask(made.folder, texts, ONE)]
    assert (theirs == ours).mean() >= 0.95
    names = {path.suffix for path in made.folder.rglob("*") if path.is_file()}
    assert names <= {".json", ".safetensors", ".txt"}


def test_a_tuned_encoder_has_embeddings_of_its_own(base, made):
    assert key_of(find_model(made.folder)) != key_of(base)


def test_the_same_seed_gives_the_same_weights(base, made, tmp_path):
    again = train_fewshot(
        base, ONE, one_label(24), one_label(60, 1), FEW, tmp_path / "m", lambda moment: None
    )
    other = train_fewshot(
        base,
        ONE,
        one_label(24),
        (),
        Training(method="fewshot", device="cpu", precision="fp32", seed=1, epochs=2),
        tmp_path / "n",
        lambda moment: None,
    )
    first = tensors(made.folder)
    assert all(torch.equal(first[name], tensor) for name, tensor in tensors(again.folder).items())
    assert not all(
        torch.equal(first[name], tensor) for name, tensor in tensors(other.folder).items()
    )


def test_several_labels_are_learned(base, tmp_path):
    fit = train_fewshot(
        base,
        SEVERAL,
        several_labels(60),
        several_labels(60, 1),
        FEW,
        tmp_path / "m",
        lambda moment: None,
    )
    assert fit.validation is not None
    assert fit.validation > 0.75
    config = json.loads((fit.folder / "config.json").read_text())
    assert config["problem_type"] == "multi_label_classification"


def test_every_step_is_told(base, tmp_path):
    seen: list[Moment] = []
    fit = train_fewshot(base, ONE, one_label(120), (), FEW, tmp_path / "m", seen.append)
    assert fit.history[-1] == seen[-1]
    assert len(fit.history) < len(seen)
    assert [one.step for one in seen] == list(range(1, seen[-1].steps + 1))
    assert seen[-1].loss < seen[0].loss


def test_a_stop_by_the_person_leaves_a_model_of_what_was_learned(base, tmp_path):
    def stop(moment: Moment) -> None:
        if moment.step == 2:
            raise KeyboardInterrupt

    fit = train_fewshot(base, ONE, one_label(24), (), FEW, tmp_path / "m", stop)
    assert fit.ending == "stopped"
    assert fit.folder.exists()
    assert find_model(fit.folder).label_names == ONE.label_names


def test_a_loss_that_is_no_number_ends_it_with_the_weights_before(base, tmp_path, monkeypatch):
    losses = iter([True, True, False])
    real = contrastive.contrast

    def broken(vectors, truth):
        loss = real(vectors, truth)
        return loss if next(losses) else loss * float("nan")

    monkeypatch.setattr(contrastive, "contrast", broken)
    fit = train_fewshot(base, ONE, one_label(24), (), FEW, tmp_path / "m", lambda moment: None)
    assert fit.ending == "diverged"
    assert fit.history[-1].step == 2
    assert all(torch.isfinite(tensor).all() for tensor in tensors(fit.folder).values())


def test_all_answers_alike_are_nothing_to_learn_from(base, tmp_path):
    with pytest.raises(LearningError, match="are 'genes'"):
        train_fewshot(
            base, ONE, [Example("gene", "genes")], (), FEW, tmp_path / "m", lambda moment: None
        )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("architecture", ["distilbert", "roberta", "modernbert"])
def test_other_encoders_are_tuned_as_well(architecture, tmp_path):
    base = base_model(tmp_path / "base", "ForMaskedLM", architecture)
    fit = train_fewshot(
        base, ONE, one_label(12), one_label(9, 1), FEW, tmp_path / "m", lambda moment: None
    )
    assert fit.ending == "done"
    assert ask(fit.folder, ["gene cell"], ONE)[0].value in ONE.label_names


def test_long_texts_are_cut_in_training_and_that_is_said(base, tmp_path):
    examples = [*one_label(12), Example("gene cell " * 200, "genes")]
    fit = train_fewshot(base, ONE, examples, (), FEW, tmp_path / "m", lambda moment: None)
    assert "1 of 13 texts were cut" in fit.notes[-1]


def test_when_memory_runs_out_a_batch_goes_in_pieces_with_the_same_gradients(tmp_path):
    base = base_model(tmp_path / "base", hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
    examples = one_label(40)
    truth = torch.from_numpy(truth_of(examples, ONE).astype(np.float32))
    batch = np.arange(40)

    def gradients(fails: int) -> list[torch.Tensor]:
        tuned = Tuned(base, FEW, [one.text for one in examples])
        real, left = tuned._forward, [fails]

        def forward(rows):
            left[0] -= 1
            if left[0] >= 0:
                raise MemoryError
            return real(rows)

        tuned._forward = forward  # type: ignore[method-assign]
        tuned.learn(batch, lambda vectors: contrast(vectors, truth))
        return [one.grad for one in tuned.parameters if one.grad is not None]

    at_once = gradients(0)
    for fails in (1, 2, 4):
        for one, other in zip(at_once, gradients(fails), strict=True):
            torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


def test_memory_that_never_suffices_is_told(base, monkeypatch):
    tuned = Tuned(base, FEW, ["gene", "star"])

    def forward(rows):
        raise MemoryError

    monkeypatch.setattr(tuned, "_forward", forward)
    with pytest.raises(LearningError, match="memory does not suffice"):
        tuned.learn(np.arange(2), lambda vectors: vectors.sum())
