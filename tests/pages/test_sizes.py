import pytest

from stages.pages.sizes import at


@pytest.mark.parametrize(
    ("chosen", "text"),
    [
        ([], "at no k"),
        ([5], "at k = 5"),
        ([10, 2], "at k = 2 and 10"),
        ([10, 5, 2], "at k = 2, 5 and 10"),
        ([2, 5, 10, 50], "at every k"),
    ],
)
def test_sizes_are_listed_in_their_order(chosen, text):
    assert at(chosen, [2, 5, 10, 50]) == text
