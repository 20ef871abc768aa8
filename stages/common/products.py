"""PyTorch's matrix products on a CPU, by the library that NumPy brings.

PyTorch takes them from MKL, of which only the mode COMPATIBLE is the same on processors of all makers: SSE2,
a quarter of what the processor can do. OpenBLAS with its kernels of 2013 (AVX2 and FMA, which `arithmetic.py`
chooses) is the same on all of them, too, and three to four times as fast.
"""

import numpy as np
import torch
from torch import Tensor

# Kept for as long as the process lives: PyTorch takes its own products back when this is freed.
_OVERRIDES = torch.library.Library("aten", "IMPL")


def use_numpys_products() -> None:
    """Let `@`, `torch.nn.Linear` and their gradients be NumPy's products, for the rest of the process."""
    torch.backends.nnpack.set_flags(False)  # convolutions of its own, by the processor it finds
    for name, product in (("mm", _product), ("bmm", _product), ("addmm", _sum_and_product)):
        _OVERRIDES.impl(name, product, "CPU")


def _product(left: Tensor, right: Tensor) -> Tensor:
    """left @ right: (…, n, inner) × (…, inner, m) → (…, n, m)."""
    if left.dtype is torch.bfloat16:  # which NumPy lacks
        return _product(left.float(), right.float()).bfloat16()
    product = torch.empty((*left.shape[:-1], right.shape[-1]), dtype=left.dtype)
    with np.errstate(all="ignore"):  # a diverging loss is the loop's to report
        np.matmul(left.detach().numpy(), right.detach().numpy(), out=product.numpy())
    return product


def _sum_and_product(
    bias: Tensor, left: Tensor, right: Tensor, *, beta: float = 1, alpha: float = 1
) -> Tensor:
    """beta · bias + alpha · left @ right."""
    product = _product(left, right)
    return (product if alpha == 1 else product.mul_(alpha)).add_(bias.detach(), alpha=beta)
