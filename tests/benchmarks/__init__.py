"""Benchmarks: programs of their own, run by hand; what they record is in reports/mnist.

NumPy comes before `stages`, so that their processes, and those that they start, are not pinned (see
stages/common/arithmetic.py): they compute as `arithmetic: fast` does, unless they say otherwise.
"""

import numpy  # noqa: F401
