"""The same bits, whatever the machine offers: threads, cores, processors of other makers.

`tests/portable` computes; here its hashes are compared. That each pin of `arithmetic.py` is needed is tested,
too: without it, or with what another processor would choose, other bits come out.
"""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from stages.common.arithmetic import PINS
from tests.portable.computations import COMPUTATIONS
from tests.stage_imports import ROOT

THREADS = "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"
PROCESSORS = "Haswell", "EPYC-Rome"  # Intel 2013, AMD 2019: AVX2 without AVX-512
# Another kernel each, such as a library would choose if it were not told which.
OTHERS = {
    "ATEN_CPU_CAPABILITY": "default",
    "ONEDNN_MAX_CPU_ISA": "AVX",
    "OPENBLAS_CORETYPE": "Sandybridge",
    "NPY_DISABLE_CPU_FEATURES": "X86_V3",
    "OPENBLAS_NUM_THREADS": "8",
}
SHOWN_BY = {"NPY_DISABLE_CPU_FEATURES": "functions", "OPENBLAS_NUM_THREADS": "linear algebra"}
# An emulated processor takes minutes for a batch of the larger networks; `-m emulated` computes those, too.
QUICK = [
    "ae dense, sigmoid, SGD",
    "vae dense, sigmoid",
    "wta tied",
    "wta conv",
    "maps, strided",
    "PCA and distances",
    "linear algebra",
    "functions",
    "png",
    "gif",
    "explorer's data",
    "npz",
]


def hashes(*names: str, before: tuple[str, ...] = (), **environment: str) -> dict[str, str]:
    """Name → hash of computations in a process of its own, started by the command `before`."""
    ours = {name: value for name, value in os.environ.items() if name not in PINS}
    command = [*before, sys.executable, "-m", "tests.portable", *names]
    output = subprocess.run(
        command,
        cwd=ROOT,
        env=ours | {"TQDM_DISABLE": "1"} | environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    return dict(line.rsplit(" ", 1) for line in output.splitlines())


@pytest.fixture(scope="module")
def here() -> dict[str, str]:
    """All of them on this machine."""
    found = hashes()
    assert list(found) == list(COMPUTATIONS)
    assert len(set(found.values())) == len(found)
    return found


@pytest.mark.parametrize("threads", ["1", "2", "8"])
def test_the_number_of_threads_that_is_offered_does_not_matter(here, threads):
    assert hashes(**dict.fromkeys(THREADS, threads)) == here


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="processes cannot be bound to a core here")
def test_the_number_of_cores_does_not_matter(here):
    core = str(min(os.sched_getaffinity(0)))
    assert hashes(before=("taskset", "-c", core)) == here


@pytest.mark.parametrize("pin", OTHERS)
def test_without_a_pin_other_bits_come_out(here, pin):
    name = SHOWN_BY.get(pin, "wta conv" if "ONEDNN" in pin else "ae dense, sigmoid, SGD")
    assert hashes(name, CHANGED_PIN=f"{pin}={OTHERS[pin]}") != {name: here[name]}


@pytest.mark.skipif(
    not shutil.which("qemu-x86_64"), reason="needs qemu-user, which .ci/run installs where it can"
)
def test_the_maker_of_the_processor_does_not_matter(here):
    emulated_everywhere({name: here[name] for name in QUICK})


@pytest.mark.emulated
def test_the_maker_of_the_processor_does_not_matter_to_any_computation(here):
    emulated_everywhere(here)


def emulated_everywhere(expected: dict[str, str]) -> None:
    """Each of PROCESSORS, side by side, gives `expected`."""
    with ThreadPoolExecutor(len(PROCESSORS)) as pool:
        found = pool.map(lambda cpu: hashes(*expected, before=("qemu-x86_64", "-cpu", cpu)), PROCESSORS)
        for processor, ours in zip(PROCESSORS, found, strict=True):
            assert ours == expected, processor
