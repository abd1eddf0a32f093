from itertools import pairwise

import pytest
import torch

from sciml_magics.models.engine import attention
from sciml_magics.models.engine.attention import (
    CpuAttention,
    Group,
    grouped_attention,
    query_scale,
)

HEADS, WIDTH = 3, 8
GROUPS = (Group(0, 2, 30), Group(60, 1, 7), Group(67, 5, 2), Group(77, 2, 1))


def packed(scale=1.0):
    made = torch.Generator().manual_seed(2)
    qkv = torch.randn(GROUPS[-1].stop, 3 * HEADS * WIDTH, generator=made)
    qkv[:, : HEADS * WIDTH] *= scale * query_scale(WIDTH)
    return qkv


def by_hand(qkv, groups=GROUPS):
    """Softmax attention of each sequence in double precision."""
    out = []
    for group in groups:
        for at in range(group.start, group.stop, group.length):
            rows = qkv[at : at + group.length].double().view(group.length, 3, HEADS, WIDTH)
            query, key, value = rows.permute(1, 2, 0, 3)
            # Queries carry log2(e): undone here, so that this is the textbook formula.
            scores = query @ key.transpose(1, 2) * torch.tensor(2.0).log()
            out.append((scores.softmax(-1) @ value).transpose(0, 1).reshape(group.length, -1))
    return torch.cat(out)


def test_grouped_attention_is_softmax_attention():
    torch.testing.assert_close(
        grouped_attention(packed(), GROUPS, HEADS).double(), by_hand(packed()), rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("at_once", [1, 1000, 1 << 20])
def test_attention_in_bf16_is_softmax_attention(at_once):
    qkv = packed().bfloat16()
    found = CpuAttention(at_once)(qkv, GROUPS, HEADS)
    torch.testing.assert_close(found.double(), by_hand(qkv), rtol=0.03, atol=0.03)


@pytest.mark.parametrize("length", [64, 65, 79, 80, 200])
@pytest.mark.parametrize("at_once", [1, 1 << 20])
def test_long_sequences_in_bf16_are_attended_to_alike(length, at_once):
    groups = (Group(0, 3, length), Group(3 * length, 2, 4))
    made = torch.Generator().manual_seed(3)
    qkv = torch.randn(groups[-1].stop, 3 * HEADS * WIDTH, generator=made)
    qkv[:, : HEADS * WIDTH] *= query_scale(WIDTH)
    qkv = qkv.bfloat16()
    attend = CpuAttention(at_once)
    attend(qkv * 50, groups, HEADS)  # leaves its traces in the buffers
    found = attend(qkv, groups, HEADS)
    torch.testing.assert_close(found.double(), by_hand(qkv, groups), rtol=0.03, atol=0.03)


@pytest.mark.parametrize("scale", [40.0, 400.0])
def test_scores_beyond_the_range_of_floats_are_done_again(scale, monkeypatch):
    again = []
    repair = CpuAttention._repair

    def counted(self, *args):
        again.append(1)
        repair(self, *args)

    monkeypatch.setattr(CpuAttention, "_repair", counted)
    qkv = packed(scale).bfloat16()
    found = CpuAttention()(qkv, GROUPS, HEADS)
    assert again
    assert found.isfinite().all()
    # Scores this large are rounded to several units: the winner of a row can be another.
    close = (found.double() - by_hand(qkv)).abs() < 0.1
    assert close.double().mean() > 0.9


def test_only_the_head_that_is_out_of_range_is_done_again(monkeypatch):
    qkv = packed()
    qkv[:60, :WIDTH] *= 60
    qkv = qkv.bfloat16()
    sizes = []
    amax = torch.Tensor.amax

    def measured(scores, *args, **kwargs):
        sizes.append(len(scores))
        return amax(scores, *args, **kwargs)

    monkeypatch.setattr(torch.Tensor, "amax", measured)
    found = CpuAttention()(qkv, GROUPS, HEADS)
    assert sizes == [2]  # one head of the two sequences in the first group
    torch.testing.assert_close(
        found[:, WIDTH:].double(), by_hand(qkv)[:, WIDTH:], rtol=0.03, atol=0.03
    )


def test_scores_far_below_zero_do_not_divide_by_nothing():
    # One sequence whose every score is -300: its powers are all zero.
    ones = torch.ones(4, HEADS, WIDTH)
    qkv = torch.stack((ones * -300 / WIDTH, ones, torch.randn(4, HEADS, WIDTH)), dim=1)
    qkv = qkv.reshape(4, -1).bfloat16()
    found = CpuAttention()(qkv, (Group(0, 1, 4),), HEADS)
    right = qkv[:, 2 * HEADS * WIDTH :].float().mean(0)
    torch.testing.assert_close(found.float(), right.expand(4, -1), rtol=0.02, atol=0.02)


def test_what_is_not_a_number_stays_with_its_own_sequence():
    qkv = packed().bfloat16()
    qkv[61] = torch.nan
    found = CpuAttention()(qkv, GROUPS, HEADS)
    bad = ~found.isfinite().all(1)
    assert bad[60:67].all()
    assert not bad[:60].any()
    assert not bad[67:].any()


def test_only_a_cpu_in_bf16_has_its_own_attention():
    assert attention.best_attention(torch.device("cpu"), torch.float32, 32) is grouped_attention
    assert isinstance(
        attention.best_attention(torch.device("cpu"), torch.bfloat16, 32), CpuAttention
    )


def test_a_kernel_that_is_not_there_is_not_used(monkeypatch):
    def absent(*_):
        raise RuntimeError("no kernel image is available")

    monkeypatch.setattr(torch.Tensor, "to", lambda self, *_: self)
    monkeypatch.setattr(attention, "varlen_attention", absent)
    assert not attention.varlen_works(torch.device("cuda"), torch.bfloat16, 32)


def test_a_kernel_is_used_if_it_computes_what_it_should(monkeypatch):
    monkeypatch.setattr(torch.Tensor, "to", lambda self, *_: self)
    monkeypatch.setattr(attention, "varlen_attention", grouped_attention)
    assert attention.varlen_works(torch.device("cuda"), torch.bfloat16, 32)
    monkeypatch.setattr(attention, "varlen_attention", lambda *a: grouped_attention(*a) * 2)
    assert not attention.varlen_works(torch.device("cuda"), torch.bfloat16, 32)


def test_bounds_are_where_sequences_begin_and_end():
    bounds, longest = attention._bounds(GROUPS, torch.device("cpu"))
    assert bounds.tolist() == [0, 30, 60, 67, 69, 71, 73, 75, 77, 78, 79]
    assert bounds.dtype is torch.int32
    assert longest == 30


def test_one_kernel_for_all_sequences_is_asked_for_textbook_attention(monkeypatch):
    from torch.nn.attention import varlen

    def by_sequence(query, key, value, begins, ends, longest, other, *, scale):
        assert torch.equal(begins, ends)
        assert longest == other == 30
        parts = []
        for start, stop in pairwise(begins.tolist()):
            q, k, v = (rows[start:stop].transpose(0, 1) for rows in (query, key, value))
            parts.append(((q @ k.transpose(1, 2) * scale).softmax(-1) @ v).transpose(0, 1))
        return torch.cat(parts)

    monkeypatch.setattr(varlen, "varlen_attn", by_sequence)
    found = attention.varlen_attention(packed(), GROUPS, HEADS)
    torch.testing.assert_close(found.double(), by_hand(packed()), rtol=1e-4, atol=1e-5)
