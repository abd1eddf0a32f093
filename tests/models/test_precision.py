import pytest
import torch

from sciml_magics.errors import ModelError
from sciml_magics.models import precision

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def _forget_probes():
    precision._bf16_is_faster.cache_clear()
    yield
    precision._bf16_is_faster.cache_clear()


@pytest.mark.parametrize(
    ("half", "full", "chosen"),
    [
        (0.001, 0.002, torch.bfloat16),
        (0.0019, 0.002, torch.float32),
        (None, 0.002, torch.float32),
    ],
)
def test_auto_takes_bf16_only_where_it_is_clearly_faster(monkeypatch, half, full, chosen):
    times = {torch.bfloat16: half, torch.float32: full}
    monkeypatch.setattr(precision, "_cpu_has_bf16", lambda: True)
    monkeypatch.setattr(precision, "_seconds", lambda device, dtype, repeats: times[dtype])
    assert precision.pick("auto", CPU) is chosen


def test_a_processor_without_bf16_is_not_even_timed(monkeypatch):
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX2")
    monkeypatch.setattr(precision, "_seconds", lambda *_: pytest.fail("was timed"))
    assert precision.pick("auto", CPU) is torch.float32


def test_the_probe_leaves_the_number_of_threads_as_it_was():
    before = torch.get_num_threads()
    assert precision.pick("auto", CPU) in (torch.float32, torch.bfloat16)
    assert torch.get_num_threads() == before


def test_an_unknown_precision_is_told_with_those_there_are():
    with pytest.raises(ModelError, match="no precision 'int4': choose one of auto, fp32"):
        precision.pick("int4", CPU)


def test_a_device_that_cannot_is_told(monkeypatch):
    monkeypatch.setattr(precision, "_seconds", lambda *_, **__: None)
    with pytest.raises(ModelError, match="device 'cpu' cannot compute in fp16: use"):
        precision.pick("fp16", CPU)


def test_a_product_that_a_device_does_not_know_has_no_time(monkeypatch):
    def unknown(*_):
        raise RuntimeError("\"addmm\" not implemented for 'Half'")

    monkeypatch.setattr(torch.nn.functional, "linear", unknown)
    assert precision._seconds(CPU, torch.float16, repeats=1) is None


def test_names_and_formats_belong_together():
    assert [precision.name(precision.pick(name, CPU)) for name in ("fp32", "bf16")] == [
        "fp32",
        "bf16",
    ]
