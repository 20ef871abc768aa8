"""Devices, precision, and where random numbers come from."""

import ctypes
import subprocess
import sys

import pytest
import torch

from stages.common import runtime
from stages.common.errors import StudyError
from stages.common.runtime import Runtime, seeded_weights


def draw(seed: int) -> torch.Tensor:
    with seeded_weights(seed):
        return torch.nn.Linear(3, 3).weight


def only(monkeypatch, *devices: str) -> None:
    """Let the machine have just these devices."""
    monkeypatch.setattr(runtime, "_available", lambda device: device in devices)


def test_seeded_weights_are_the_seeds_and_leave_the_global_generator_alone():
    before = torch.get_rng_state()
    assert torch.equal(draw(1), draw(1))
    assert not torch.equal(draw(1), draw(2))
    assert torch.equal(torch.get_rng_state(), before)


def test_a_generator_is_the_seeds():
    cpu = Runtime.choose("cpu", "float32")
    first, same, other = (torch.rand(5, generator=cpu.generator(seed)) for seed in (1, 1, 2))
    assert torch.equal(first, same)
    assert not torch.equal(first, other)


@pytest.mark.parametrize(
    ("devices", "chosen"), [(["cpu"], "cpu"), (["cpu", "mps"], "mps"), (["cpu", "cuda"], "cuda")]
)
def test_auto_takes_the_accelerator_if_there_is_one(monkeypatch, devices, chosen):
    only(monkeypatch, *devices)
    assert Runtime.choose("auto", "float32").device.type == chosen


def test_a_setting_forces_the_cpu(monkeypatch):
    only(monkeypatch, "cpu", "cuda")
    assert Runtime.choose("cpu", "float32").device.type == "cpu"


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_device_that_is_not_there_is_named(monkeypatch, device):
    only(monkeypatch, "cpu")
    with pytest.raises(StudyError, match=f"device is {device}, which this machine lacks; `device: auto`"):
        Runtime.choose(device, "float32")


@pytest.mark.parametrize(("fast", "precision"), [(True, torch.bfloat16), (False, torch.float32)])
def test_auto_precision_is_bfloat16_only_where_that_is_fast(monkeypatch, fast, precision):
    monkeypatch.setattr(runtime, "_has_fast_bfloat16", lambda device: fast)
    assert Runtime.choose("cpu", "auto").precision is precision


@pytest.mark.parametrize(("precision", "dtype"), [("float32", torch.float32), ("bfloat16", torch.bfloat16)])
def test_matrix_products_run_in_the_precision_asked_for(precision, dtype):
    a = torch.ones(2, 2)
    with Runtime.choose("cpu", precision).autocast():
        assert (a @ a).dtype is dtype


PAGE_FAULTS = """
import resource, torch
from stages.common.runtime import keep_freed_memory
keep_freed_memory()
faults = []
for _ in range(4):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    tensors = [torch.ones(2**21) for _ in range(12)]  # 8 MiB each, together more than glibc keeps of itself
    del tensors
    faults.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
print(*faults)
"""


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "mallopt"), reason="glibc's allocator only"
)
def test_kept_memory_is_not_mapped_anew():
    output = subprocess.check_output([sys.executable, "-c", PAGE_FAULTS])
    first, *later = [int(word) for word in output.split()]
    assert min(later) < 0.1 * first
