"""Where and how precisely tensors are computed, and where random numbers come from."""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch

from stages.common import arithmetic
from stages.common.products import use_numpys_products
from stages.common.seeds import derived
from stages.common.settings import Arithmetic

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # glibc's malloc.h


@dataclass(frozen=True)
class Runtime:
    """A device and the precision of its matrix products (weights and sums stay float32)."""

    device: torch.device
    precision: torch.dtype

    @classmethod
    def choose(cls, arithmetic: Arithmetic) -> "Runtime":
        """`portable`: the CPU, float32; `fast`: an accelerator if there is one, bfloat16 where it is fast."""
        if arithmetic == "portable":
            return cls(torch.device("cpu"), torch.float32)
        device = _best_device()
        return cls(device, torch.bfloat16 if _has_fast_bfloat16(device) else torch.float32)

    def autocast(self) -> torch.autocast:
        """Context in which convolutions and matrix products run in `precision`."""
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.precision is torch.bfloat16)

    @contextmanager
    def seeded_layers(self, seed: int) -> Iterator[None]:
        """Seed what a network's own random layers, such as dropout, draw while it is trained inside.

        Like initial weights they come from the global generator, which is left as it was.
        """
        with torch.random.fork_rng(devices=[self.device] if self.device.type == "cuda" else []):
            torch.manual_seed(derived(seed, "layers"))
            yield

    def generator(self, seed: int, purpose: str) -> torch.Generator:
        """A random generator on the device, for one purpose."""
        return torch.Generator(self.device).manual_seed(derived(seed, purpose))


def keep_freed_memory() -> None:
    """Have the C library keep the memory of freed tensors, for the rest of the process.

    glibc gives large blocks back to the system, which then maps and zeroes every page anew in every step:
    thousands of page faults, and about a quarter of the time, for a convolutional autoencoder.
    """
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    if hasattr(libc, "mallopt"):  # musl has none
        libc.mallopt(M_MMAP_THRESHOLD, 32 * 2**20)  # the largest that glibc takes
        libc.mallopt(M_TRIM_THRESHOLD, 2**30)


@contextmanager
def seeded_weights(seed: int) -> Iterator[None]:
    """Seed the initial weights of the layers built inside; the global generator is left as it was.

    PyTorch's layers draw their weights from the global generator and take no other.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(derived(seed, "weights"))
        yield


def _best_device() -> torch.device:
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def _has_fast_bfloat16(device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    # Without AVX-512 BF16 a CPU emulates it, slower than float32.
    capabilities = getattr(torch.cpu, "get_capabilities", dict)()  # older PyTorch cannot tell
    return device.type == "cpu" and bool(capabilities.get("avx512_bf16"))


# In every process, since each imports this module: those of studies, too, which are handed a Runtime.
keep_freed_memory()
if arithmetic.is_pinned():
    use_numpys_products()
