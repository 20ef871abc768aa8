"""For which code sizes something holds, in words."""

from collections.abc import Collection, Sequence


def at(sizes: Collection[int], of: Sequence[int]) -> str:
    """`at every k`, `at no k`, `at k = 2`, `at k = 2, 5 and 10`: which of all sizes `of` are in `sizes`."""
    chosen = [str(k) for k in of if k in sizes]
    if len(chosen) == len(of):
        return "at every k"
    if not chosen:
        return "at no k"
    return f"at k = {' and '.join([', '.join(chosen[:-1]), chosen[-1]] if len(chosen) > 1 else chosen)}"
