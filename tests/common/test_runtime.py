"""Where and how precisely is computed, and where random numbers come from."""

import ctypes
import subprocess
import sys

import pytest
import torch

from stages.common import runtime
from stages.common.runtime import Runtime, seeded_weights


def draw(seed: int) -> torch.Tensor:
    with seeded_weights(seed):
        return torch.nn.Linear(3, 3).weight


def test_seeded_weights_are_the_seeds_and_leave_the_global_generator_alone():
    before = torch.get_rng_state()
    assert torch.equal(draw(1), draw(1))
    assert not torch.equal(draw(1), draw(2))
    assert torch.equal(torch.get_rng_state(), before)


def test_a_generator_is_that_of_the_seed_and_of_the_purpose():
    drawn = [
        torch.rand(5, generator=Runtime.choose("portable").generator(seed, purpose)).tolist()
        for seed, purpose in ((1, "noise"), (1, "noise"), (2, "noise"), (1, "batches"))
    ]
    assert drawn[0] == drawn[1]
    assert drawn[0] not in drawn[2:]


def test_portable_is_the_cpu_in_float32_whatever_the_machine_has(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert Runtime.choose("portable") == Runtime(torch.device("cpu"), torch.float32)


@pytest.mark.parametrize("device", ["cuda", "mps", "cpu"])
@pytest.mark.parametrize(("quick", "precision"), [(True, torch.bfloat16), (False, torch.float32)])
def test_fast_takes_the_accelerator_if_there_is_one_and_bfloat16_where_that_is_fast(
    monkeypatch, device, quick, precision
):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: device == "cuda")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: device == "mps")
    monkeypatch.setattr(runtime, "_has_fast_bfloat16", lambda device: quick)
    assert Runtime.choose("fast") == Runtime(torch.device(device), precision)


@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_matrix_products_run_in_the_precision_asked_for(precision):
    a = torch.ones(2, 2)
    with Runtime(torch.device("cpu"), precision).autocast():
        assert (a @ a).dtype is precision


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
