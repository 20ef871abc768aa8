"""PyTorch's products by NumPy, where the arithmetic is portable, as in these tests."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from stages.common import arithmetic, products
from tests.small import generator


def random(*shape: int) -> torch.Tensor:
    return torch.rand(*shape, generator=generator(), dtype=torch.float64).requires_grad_()


def test_tests_compute_portably():
    assert arithmetic.is_pinned()
    assert torch.get_num_threads() == 1


def test_products_are_numpys_to_the_bit():
    left, right = torch.rand(37, 501, generator=generator()), torch.rand(501, 23, generator=generator())
    assert np.array_equal((left @ right).numpy(), left.numpy() @ right.numpy())
    assert np.array_equal((left[None] @ right[None])[0].numpy(), left.numpy() @ right.numpy())


@pytest.mark.parametrize(
    ("function", "shapes"),
    [
        (torch.mm, [(3, 4), (4, 5)]),
        (torch.bmm, [(2, 3, 4), (2, 4, 5)]),
        (F.linear, [(3, 4), (5, 4), (5,)]),
        (lambda *parts: torch.addmm(*parts, beta=0.5, alpha=2), [(3, 5), (3, 4), (4, 5)]),
        (lambda left, right: left.T @ right[:, ::2], [(4, 3), (4, 6)]),
    ],
)
def test_their_gradients_are_those_of_the_products(function, shapes):
    assert torch.autograd.gradcheck(function, [random(*shape) for shape in shapes])


def test_a_product_of_nothing_is_zeros():
    assert torch.equal(products._product(torch.ones(2, 0), torch.ones(0, 3)), torch.zeros(2, 3))
